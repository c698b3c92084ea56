"""Reclaims of a customer that somebody else has registered. Several of one customer live side by side.

They lie beside the accounts, whose stream makes the mail of them, and because the customer leaves its account in the
transaction that spends the reclaim. Data that match nobody have reclaims too, which must not differ in what they do.

One that is done can be tried on: who lost the answer of the call repeats it (docs/adr/0019-repeats.md).
"""

import secrets
from typing import Literal, NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, put, update
from utenza.errors import ReclaimTokenInvalid, Unavailable
from utenza.limits import tries
from utenza.tables.accounts import Account, unlinking
from utenza.tables.reading import reader
from utenza.tokens.claims import ReclaimClaims

LIFETIME = 3600  # seconds, of the reclaim and of its token: the address in the CRM may be one that is rarely read
TRIES = 5


class Reclaim(NamedTuple):
    """Which customer is reclaimed from which account, "" where no code fits; and which try this is (`limits.tries`).

    `holder` is that of the typed tax code (`tokens.holder`), `phone` as typed, `language` that of the mail, `code_key`
    the id of the key of its code. At "done" the customer has left the account.
    """

    customer_code: str
    account_id: str
    holder: tuple[str, ...]
    phone: str
    language: str
    code_key: str = ""
    step: Literal["code", "done"] = "code"
    mark: str = ""


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
        """Count one try, by one atomic update, and return the reclaim, also one that is done: this may be a repeat.

        ReclaimTokenInvalid when it has expired, or has had five tries.
        """
        condition, values = "#expires_at > :now", {"now": now}
        try:
            item = tries.count(self._db, self._table, _key(claims), TRIES, condition=condition, values=values)
        except ConditionFailed:
            raise ReclaimTokenInvalid from None
        return _reclaim(item)

    def refund_try(self, claims: ReclaimClaims, counted: Reclaim) -> None:
        """Take the try back that `count_try` counted: it turned out to be no guess."""
        tries.give_back(self._db, self._table, _key(claims), counted.mark)

    def waiting_for(self, supplier: str, reclaim_id: str, *, now: int) -> Reclaim | None:
        """Return the reclaim that waits for its code, None when it does not any more."""
        item = self._db.get(self._table, _key(ReclaimClaims(supplier, reclaim_id)))
        if item is None or item["step"] != "code" or item["expires_at"] <= now:
            return None
        return _reclaim(item)

    def finish(self, claims: ReclaimClaims, account: Account, code: str, email_key: str) -> None:
        """Take the customer from the account, end its sessions and spend the reclaim, all or nothing.

        One that is done already stays as it is: the same code was right a moment ago. ReclaimTokenInvalid when there
        is none, or the customer has left the account; Unavailable when the account has changed since it was read, which
        a second call finds as it is by then.
        """
        spent = update(
            self._table,
            _key(claims),
            "SET #step = :done, #tries = #tries - :one REMOVE #mark",
            condition="#step = :code",
            values={"done": "done", "one": 1, "code": "code"},
        )
        try:
            self._db.transact(spent, *unlinking(self._table, account, code, email_key, reason="reclaim"))
        except TransactionCancelled as cancelled:
            waiting, marker, *others = cancelled.reasons
            if (waiting.old or {}).get("step") == "done":
                return
            if waiting.is_condition or marker.is_condition:
                raise ReclaimTokenInvalid from None
            if any(reason.is_condition for reason in others):
                raise Unavailable from None
            raise


_reclaim = reader(Reclaim)


def _key(claims: ReclaimClaims) -> str:
    return f"{claims.supplier}#reclaim#{claims.reclaim_id}"
