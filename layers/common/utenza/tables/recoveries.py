"""Recoveries of a password. Several of one address live side by side, so that no stranger ends the customer's.

Each belongs to a generation of its account: a change of the password ends all of them. The code of one that no mail
goes out for is that of the last mail: so nobody who uses up a mailbox's budget makes its owner's codes unreachable.
They lie beside the accounts, because the change of a password spends its recovery in the same transaction. Addresses
that nobody has registered have recoveries too: what an unknown address does to the table must not differ.

A step that has been passed can be tried on: who lost the answer of a call repeats it (docs/adr/0019-repeats.md). The
tries of both are one count, less the one that was right.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Literal, NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, Write, delete, put, update
from utenza.errors import RecoveryTokenInvalid
from utenza.limits import tries
from utenza.tables.accounts import Login, password_change
from utenza.tables.reading import reader
from utenza.tokens.claims import RecoveryClaims, RecoveryStep

LIFETIME = 900  # seconds, of the recovery and of its token
CODE_LIFETIME = 86_400  # seconds, of a mailed code for later recoveries: NIST SP 800-63B-4, 4.2.1.2
MERGED = 300  # seconds after a mail within which no other goes out
TRIES = 5


class Recovery(NamedTuple):
    """Whose password is recovered, where that has come to, and which try this is (`utenza.limits.tries`).

    `generation` is that of the account at the beginning, 0 without an account; at "done" the one that it led to.
    `code_id` is what its code belongs to, empty for those of an earlier version: their own id; `code_key` is the id of
    the key of that code. `is_crowded`: it was begun while strangers kept the address's count full, and the long code
    alone fits.
    """

    email_key: str
    generation: int
    step: Literal["code", "answer", "done"]
    code_key: str = ""
    code_id: str = ""
    counter: tries.Counter = "tries"
    mark: str = ""
    is_crowded: bool = False


class MailedCode(NamedTuple):
    """The last code that an address was mailed, or would be if it had an account; `code_key` is the id of its key."""

    code_id: str
    generation: int
    mailed_at: int
    code_key: str = ""

    def fits(self, generation: int, *, may_mail: bool, now: int) -> bool:
        """Tell whether a recovery of this generation takes this code, so that no further mail goes out."""
        lifetime = MERGED if may_mail else CODE_LIFETIME
        return self.generation == generation and now < self.mailed_at + lifetime


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
        """Begin a recovery of this address, without a mail of its own."""
        claims, item = _begun(
            supplier, email_key, step, generation=generation, code_key=code_key, language=language, now=now
        )
        self._db.write(put(self._table, item))
        return claims

    def begin_by_mail(
        self,
        supplier: str,
        email_key: str,
        last: MailedCode | None,
        *,
        generation: int,
        code_key: str,
        language: str,
        may_mail: bool,
        is_crowded: bool = False,
        now: int,
    ) -> RecoveryClaims:
        """Begin a recovery of this address at the code; `last` is what `last_code` found, `code_key` is current.

        A mail goes out for a code of its own. It has none if no mail may go, or one went out just before: then the
        last code is its code too, if that is still good.
        """
        claims, item = _begun(
            supplier, email_key, "code", generation=generation, code_key=code_key, language=language, now=now
        )
        item["is_crowded"] = is_crowded
        if last is not None and last.fits(generation, may_mail=may_mail, now=now):
            self._db.write(put(self._table, item | {"code_id": last.code_id, "code_key": last.code_key}))
        elif not may_mail:
            self._db.write(put(self._table, item | {"code_id": secrets.token_hex(16)}))  # a code that nobody is told
        else:
            mailed: Item = {
                "pk": _last_code_key(supplier, claims.address),
                "code_id": claims.recovery_id,
                "code_key": code_key,
                "generation": generation,
                "mailed_at": now,
                "expires_at": now + CODE_LIFETIME,
            }
            code = {"code_id": claims.recovery_id}
            self._db.transact(put(self._table, item | code), put(self._table, mailed))
        return claims

    def last_code(self, supplier: str, email_key: str) -> MailedCode | None:
        """Return the last code that this address was mailed, however old; None when it never was."""
        item = self._db.get(self._table, _last_code_key(supplier, address_of(email_key)))
        return None if item is None else _mailed_code(item)

    def spend_code(self, supplier: str, email_key: str, code_id: str) -> None:
        """Keep recoveries to come from taking this code: it has been used."""
        key, values = _last_code_key(supplier, address_of(email_key)), {"id": code_id}
        with suppress(ConditionFailed):  # a later mail has another code
            self._db.write(delete(self._table, key, condition="#code_id = :id", values=values))

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


_recovery, _mailed_code = reader(Recovery), reader(MailedCode)


def address_of(email_key: str) -> str:
    """Return what stands for an address in keys and tokens, where addresses have no place."""
    return hashlib.sha256(email_key.encode(errors="surrogatepass")).hexdigest()[:32]


def _begun(
    supplier: str,
    email_key: str,
    step: RecoveryStep,
    *,
    generation: int,
    code_key: str,
    language: str,
    now: int,
) -> tuple[RecoveryClaims, Item]:
    claims = RecoveryClaims(supplier, address_of(email_key), secrets.token_hex(16))
    item: Item = {
        "pk": _key(claims),
        "step": step,
        "language": language,
        "tries": 0,
        "email_key": email_key,
        "generation": generation,
        "code_key": code_key,
        "expires_at": now + LIFETIME,
    }
    return claims, item


def _last_code_key(supplier: str, address: str) -> str:
    return f"{supplier}#mailed#{address}"


def _key(recovery: RecoveryClaims) -> str:
    return f"{recovery.supplier}#recovery#{recovery.address}#{recovery.recovery_id}"
