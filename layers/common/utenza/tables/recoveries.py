"""Recoveries of a password. Several of one address live side by side, so that no stranger ends the customer's.

Each belongs to a generation of its account: a change of the password ends all of them. They lie beside
the accounts, because the change of a password spends its recovery in the same transaction. Addresses that nobody has
registered have recoveries too: what an unknown address does to the table must not differ.

A step that has been passed can be tried on: who lost the answer of a call repeats it (docs/adr/0019-repeats.md). The
tries of both are one count, less the one that was right.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, Write, put, update
from utenza.errors import RecoveryTokenInvalid
from utenza.limits import tries
from utenza.tables.accounts import Login, password_change
from utenza.tables.reading import reader
from utenza.tokens.claims import RecoveryClaims, RecoveryStep

LIFETIME = 900  # seconds, of the recovery and of its token
TRIES = 5


class Recovery(NamedTuple):
    """Whose password is recovered, where that has come to, and which try this is (`utenza.limits.tries`).

    `generation` is that of the account at the beginning, 0 without an account; at "done" the one that it led to.
    `code_key` is the id of the key of the mailed code.
    """

    email_key: str
    generation: int
    step: Literal["code", "answer", "done"]
    code_key: str = ""
    counter: tries.Counter = "tries"
    mark: str = ""


class _Passed(NamedTuple):
    """The step that a right try leads to, and what counts the tries of its repeats."""

    step: str
    counter: tries.Counter


_PASSED: Mapping[RecoveryStep, _Passed] = {"code": _Passed("answer", "code_tries"), "answer": _Passed("done", "tries")}


class Recoveries:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def begin(
        self,
        supplier: str,
        email_key: str,
        step: RecoveryStep,
        *,
        generation: int,
        code_key: str,
        language: str,
        now: int,
    ) -> RecoveryClaims:
        """Begin a recovery of this address; at the code, a mail goes out."""
        recovery = RecoveryClaims(supplier, address_of(email_key), secrets.token_hex(16))
        item: Item = {
            "pk": _key(recovery),
            "step": step,
            "language": language,
            "tries": 0,
            "email_key": email_key,
            "generation": generation,
            "code_key": code_key,
            "expires_at": now + LIFETIME,
        }
        self._db.write(put(self._table, item))
        return recovery

    def count_try(self, recovery: RecoveryClaims, step: RecoveryStep, *, now: int) -> Recovery:
        """Count one try at this step, by one atomic update, and return whose recovery it is.

        A recovery that has just passed the step is returned with its own `step`: the call may be a repeat. To be
        compared all the same, it must have tries left. RecoveryTokenInvalid when it has expired, is at another step, or
        has had five tries.
        """
        passed = _PASSED[step]
        try:
            return self._count(recovery, step, "tries", now)
        except ConditionFailed as failed:
            if failed.old is None or failed.old["step"] != passed.step or passed.counter not in failed.old:
                raise RecoveryTokenInvalid from None
        try:
            return self._count(recovery, passed.step, passed.counter, now)
        except ConditionFailed:
            raise RecoveryTokenInvalid from None

    def _count(self, recovery: RecoveryClaims, step: str, counter: tries.Counter, now: int) -> Recovery:
        item = tries.count(
            self._db,
            self._table,
            _key(recovery),
            TRIES,
            condition="#step = :step AND #expires_at > :now",
            values={"step": step, "now": now},
            counter=counter,
        )
        return _recovery(item)._replace(counter=counter)

    def waiting_for(self, supplier: str, address: str, recovery_id: str, *, now: int) -> Recovery | None:
        """Return the recovery that waits for its code, None when it does not any more."""
        item = self._db.get(self._table, _key(RecoveryClaims(supplier, address, recovery_id)))
        if item is None or item["step"] != "code" or item["expires_at"] <= now:
            return None
        return _recovery(item)

    def advance(self, recovery: RecoveryClaims, *, now: int) -> None:
        """Go on from the code to the answer, with all tries, once.

        A recovery that is there already stays as it is: the same code was right a moment ago. RecoveryTokenInvalid when
        it has gone on since, or has expired.
        """
        change = update(
            self._table,
            _key(recovery),
            "SET #step = :answer, #code_tries = #tries - :one, #tries = :none REMOVE #mark",
            condition="#step = :code AND #expires_at > :now",
            values={"answer": "answer", "none": 0, "one": 1, "code": "code", "now": now},
        )
        try:
            self._db.write(change)
        except ConditionFailed as failed:
            if failed.old is None or failed.old["step"] != "answer" or failed.old["expires_at"] <= now:
                raise RecoveryTokenInvalid from None

    def refund_try(self, recovery: RecoveryClaims, counted: Recovery) -> None:
        """Take the try back that `count_try` counted: it turned out to be no guess."""
        tries.give_back(self._db, self._table, _key(recovery), counted.mark, counter=counted.counter)

    def finish(
        self, recovery: RecoveryClaims, email_key: str, login: Login, password_hash: str, *, also: Sequence[Write] = ()
    ) -> None:
        """Change the password, end every session and spend the recovery, all or nothing.

        It stays until it expires, so that a repeated call can be told from a stranger's. `also` are writes of the same
        transaction, without conditions. RecoveryTokenInvalid when the recovery has gone meanwhile, or the account is
        not as `login` says any more.
        """
        spent = update(
            self._table,
            _key(recovery),
            "SET #step = :done, #generation = :next, #tries = #tries - :one REMOVE #mark",
            condition="#step = :answer",
            values={"done": "done", "next": login.generation + 1, "one": 1, "answer": "answer"},
        )
        changes = password_change(self._table, recovery.supplier, email_key, login, password_hash)
        try:
            self._db.transact(*changes, spent, *also)
        except TransactionCancelled as cancelled:
            if any(reason.is_condition for reason in cancelled.reasons):
                raise RecoveryTokenInvalid from None
            raise


_recovery = reader(Recovery)


def address_of(email_key: str) -> str:
    """Return what stands for an address in keys and tokens, where addresses have no place."""
    return hashlib.sha256(email_key.encode(errors="surrogatepass")).hexdigest()[:32]


def _key(recovery: RecoveryClaims) -> str:
    return f"{recovery.supplier}#recovery#{recovery.address}#{recovery.recovery_id}"
