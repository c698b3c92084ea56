"""Reclaims of a customer that somebody else has registered. Several of one customer live side by side.

They lie beside the accounts, whose stream makes the mail of them, and because the customer leaves its account in the
transaction that spends the reclaim. Data that match nobody have reclaims too, which must not differ in what they do.
"""

import secrets
from contextlib import suppress
from typing import NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, delete, put, update
from utenza.errors import ReclaimTokenInvalid, Unavailable
from utenza.tables.accounts import Account, unlinking
from utenza.tables.reading import reader
from utenza.tokens.claims import ReclaimClaims

LIFETIME = 3600  # seconds, of the reclaim and of its token: the address in the CRM may be one that is rarely read
TRIES = 5


class Reclaim(NamedTuple):
    """Which customer is reclaimed from which account, "" where no code fits.

    `holder` is that of the typed tax code (`tokens.holder`), `phone` as typed, `language` that of the mail, `code_key`
    the id of the key of its code.
    """

    customer_code: str
    account_id: str
    holder: tuple[str, ...]
    phone: str
    language: str
    code_key: str = ""


class Reclaims:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def begin(self, supplier: str, reclaim: Reclaim, *, now: int) -> ReclaimClaims:
        """Begin a reclaim; if it names an account, a mail goes out."""
        claims = ReclaimClaims(supplier, secrets.token_hex(16))
        item: Item = {"pk": _key(claims), "tries": 0, "expires_at": now + LIFETIME, **reclaim._asdict()}
        self._db.write(put(self._table, item))
        return claims

    def count_try(self, claims: ReclaimClaims, *, now: int) -> Reclaim:
        """Count one try, by one atomic update, and return the reclaim.

        ReclaimTokenInvalid when it was spent or has expired, or has had five tries.
        """
        change = update(
            self._table,
            _key(claims),
            "ADD #tries :one",
            condition="#tries < :most AND #expires_at > :now",
            values={"one": 1, "most": TRIES, "now": now},
        )
        try:
            return _reclaim(self._db.update(change))
        except ConditionFailed:
            raise ReclaimTokenInvalid from None

    def refund_try(self, claims: ReclaimClaims) -> None:
        """Take one try back, which turned out to be no guess."""
        change = update(
            self._table,
            _key(claims),
            "ADD #tries :less",
            condition="#tries > :zero",
            values={"less": -1, "zero": 0},
        )
        with suppress(ConditionFailed):
            self._db.write(change)

    def waiting_for(self, supplier: str, reclaim_id: str, *, now: int) -> Reclaim | None:
        """Return the reclaim that waits for its code, None when it does not any more."""
        item = self._db.get(self._table, _key(ReclaimClaims(supplier, reclaim_id)))
        return None if item is None or item["expires_at"] <= now else _reclaim(item)

    def finish(self, claims: ReclaimClaims, account: Account, code: str, email_key: str) -> None:
        """Take the customer from the account, end its sessions and spend the reclaim, all or nothing.

        ReclaimTokenInvalid when the reclaim was spent, or the customer has left the account; Unavailable when the
        account has changed since it was read, which a second call finds as it is by then.
        """
        spent = delete(self._table, _key(claims), condition="attribute_exists(#pk)")
        try:
            self._db.transact(spent, *unlinking(self._table, account, code, email_key, reason="reclaim"))
        except TransactionCancelled as cancelled:
            waiting, marker, *others = cancelled.reasons
            if waiting.is_condition or marker.is_condition:
                raise ReclaimTokenInvalid from None
            if any(reason.is_condition for reason in others):
                raise Unavailable from None
            raise


_reclaim = reader(Reclaim)


def _key(claims: ReclaimClaims) -> str:
    return f"{claims.supplier}#reclaim#{claims.reclaim_id}"
