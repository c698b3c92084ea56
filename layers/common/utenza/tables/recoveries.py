"""Recoveries of a password. Several of one address live side by side, so that no stranger ends the customer's.

Each belongs to a generation of its account: a change of the password ends all of them. The code of one that no mail
goes out for is that of the last mail: so nobody who uses up a mailbox's budget makes its owner's codes unreachable.
They lie beside the accounts, because the change of a password spends its recovery in the same transaction. Addresses
that nobody has registered have recoveries too: what an unknown address does to the table must not differ.
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
CODE_LIFETIME = 86_400  # seconds, of a mailed code for later recoveries: NIST SP 800-63B-4, 4.2.1.2
MERGED = 300  # seconds after a mail within which no other goes out
TRIES = 5


class Recovery(NamedTuple):
    """Whose password is recovered, and the generation of that account at the beginning, 0 without an account.

    `code_id` is what its code belongs to, empty for those of the version before: their own id.
    """

    email_key: str
    generation: int
    code_id: str = ""


class MailedCode(NamedTuple):
    """The last code that an address was mailed, or would be if it had an account."""

    code_id: str
    generation: int
    mailed_at: int

    def fits(self, generation: int, *, may_mail: bool, now: int) -> bool:
        """Tell whether a recovery of this generation takes this code, so that no further mail goes out."""
        lifetime = MERGED if may_mail else CODE_LIFETIME
        return self.generation == generation and now < self.mailed_at + lifetime


class Recoveries:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def begin(
        self, supplier: str, email_key: str, step: RecoveryStep, *, generation: int, language: str, now: int
    ) -> RecoveryClaims:
        """Begin a recovery of this address, without a mail of its own."""
        claims, item = _begun(supplier, email_key, step, generation=generation, language=language, now=now)
        self._db.write(put(self._table, item))
        return claims

    def begin_by_mail(
        self,
        supplier: str,
        email_key: str,
        last: MailedCode | None,
        *,
        generation: int,
        language: str,
        may_mail: bool,
        now: int,
    ) -> RecoveryClaims:
        """Begin a recovery of this address at the code; `last` is what `last_code` found.

        A mail goes out for a code of its own. It has none if no mail may go, or one went out just before: then the
        last code is its code too, if that is still good.
        """
        claims, item = _begun(supplier, email_key, "code", generation=generation, language=language, now=now)
        if last is not None and last.fits(generation, may_mail=may_mail, now=now):
            self._db.write(put(self._table, item | {"code_id": last.code_id}))
        elif not may_mail:
            self._db.write(put(self._table, item | {"code_id": secrets.token_hex(16)}))  # a code that nobody is told
        else:
            mailed: Item = {
                "pk": _last_code_key(supplier, claims.address),
                "code_id": claims.recovery_id,
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

    def waiting_for(self, supplier: str, address: str, recovery_id: str, *, now: int) -> str | None:
        """Return the `email_key` of the recovery that waits for its code, None when it does not any more."""
        item = self._db.get(self._table, _key(RecoveryClaims(supplier, address, recovery_id)))
        if item is None or item["step"] != "code" or item["expires_at"] <= now:
            return None
        return str(item["email_key"])

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


_recovery, _mailed_code = reader(Recovery), reader(MailedCode)


def address_of(email_key: str) -> str:
    """Return what stands for an address in keys and tokens, where addresses have no place."""
    return hashlib.sha256(email_key.encode(errors="surrogatepass")).hexdigest()[:32]


def _begun(
    supplier: str, email_key: str, step: RecoveryStep, *, generation: int, language: str, now: int
) -> tuple[RecoveryClaims, Item]:
    claims = RecoveryClaims(supplier, address_of(email_key), secrets.token_hex(16))
    item: Item = {
        "pk": _key(claims),
        "step": step,
        "language": language,
        "tries": 0,
        "email_key": email_key,
        "generation": generation,
        "expires_at": now + LIFETIME,
    }
    return claims, item


def _last_code_key(supplier: str, address: str) -> str:
    return f"{supplier}#mailed#{address}"


def _key(recovery: RecoveryClaims) -> str:
    return f"{recovery.supplier}#recovery#{recovery.address}#{recovery.recovery_id}"
