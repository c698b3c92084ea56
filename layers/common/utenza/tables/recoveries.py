"""Recoveries of a password. Several of one address live side by side, so that no stranger ends the customer's.

Each belongs to a generation of its account: a change of the password ends all of them. They lie beside
the accounts, because the change of a password spends its recovery in the same transaction. Addresses that nobody has
registered have recoveries too: what an unknown address does to the table must not differ.
"""

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, Write, delete, put, update
from utenza.errors import RecoveryTokenInvalid
from utenza.tables.accounts import Login, password_change
from utenza.tables.reading import reader
from utenza.tokens.claims import RecoveryClaims, RecoveryStep

LIFETIME = 900  # seconds, of the recovery and of its token
TRIES = 5


class Recovery(NamedTuple):
    """Whose password is recovered, and the generation of that account at the beginning, 0 without an account.

    `code_key` is the id of the key of the mailed code.
    """

    email_key: str
    generation: int
    code_key: str = ""


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

        RecoveryTokenInvalid when it was spent or has expired, is at another step, or has had five tries.
        """
        change = update(
            self._table,
            _key(recovery),
            "ADD #tries :one",
            condition="#step = :step AND #tries < :most AND #expires_at > :now",
            values={"one": 1, "step": step, "most": TRIES, "now": now},
        )
        try:
            return _recovery(self._db.update(change))
        except ConditionFailed:
            raise RecoveryTokenInvalid from None

    def waiting_for(self, supplier: str, address: str, recovery_id: str, *, now: int) -> Recovery | None:
        """Return the recovery that waits for its code, None when it does not any more."""
        item = self._db.get(self._table, _key(RecoveryClaims(supplier, address, recovery_id)))
        if item is None or item["step"] != "code" or item["expires_at"] <= now:
            return None
        return _recovery(item)

    def advance(self, recovery: RecoveryClaims, *, now: int) -> None:
        """Go on from the code to the answer, with all tries, once; RecoveryTokenInvalid unless it was at the code."""
        change = update(
            self._table,
            _key(recovery),
            "SET #step = :answer, #tries = :none",
            condition="#step = :code AND #expires_at > :now",
            values={"answer": "answer", "none": 0, "code": "code", "now": now},
        )
        try:
            self._db.write(change)
        except ConditionFailed:
            raise RecoveryTokenInvalid from None

    def refund_try(self, recovery: RecoveryClaims) -> None:
        """Take one try back, which turned out to be no guess."""
        change = update(
            self._table,
            _key(recovery),
            "ADD #tries :less",
            condition="#tries > :zero",
            values={"less": -1, "zero": 0},
        )
        with suppress(ConditionFailed):
            self._db.write(change)

    def finish(
        self, recovery: RecoveryClaims, email_key: str, login: Login, password_hash: str, *, also: Sequence[Write] = ()
    ) -> None:
        """Change the password, end every session and spend the recovery, all or nothing.

        `also` are writes of the same transaction, without conditions. RecoveryTokenInvalid when the recovery has gone
        meanwhile, or the account is not as `login` says any more.
        """
        spent = delete(self._table, _key(recovery), condition="attribute_exists(#pk)")
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
