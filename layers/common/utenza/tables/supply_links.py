"""Requests for somebody else's supply, which wait for the code that its holder gets by mail.

They lie beside the accounts, whose stream makes the mail of them. Data that match nobody have requests too, which must
not differ in what they do.
"""

import secrets
from typing import NamedTuple

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, Write, put, update
from utenza.errors import ConfirmationTokenInvalid
from utenza.limits import tries
from utenza.tables.reading import reader
from utenza.tokens.claims import SupplyLinkClaims

LIFETIME = 3600  # seconds, of the request and of its token: the holder may have to be phoned
TRIES = 5


class SupplyLink(NamedTuple):
    """Which customer is asked for by which account; `customer_code` is empty where no code fits.

    `holder` is that of the typed tax code (`tokens.holder`), `language` that of the mail, `code_key` the id of the key
    of its code. `mark` says which try this is (`limits.tries`).
    """

    account_id: str
    customer_code: str
    holder: tuple[str, ...]
    language: str
    code_key: str = ""
    mark: str = ""


class SupplyLinks:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def begin(self, supplier: str, link: SupplyLink, *, now: int) -> SupplyLinkClaims:
        """Begin a request; if it names a customer, a mail goes out."""
        claims = SupplyLinkClaims(supplier, link.account_id, secrets.token_hex(16))
        item: Item = {"pk": _key(supplier, claims.link_id), "tries": 0, "expires_at": now + LIFETIME, **link._asdict()}
        self._db.write(put(self._table, item))
        return claims

    def count_try(self, claims: SupplyLinkClaims, *, now: int) -> SupplyLink:
        """Count one try, by one atomic update, and return the request; ConfirmationTokenInvalid after five tries."""
        condition, values = "#expires_at > :now", {"now": now}
        key = _key(claims.supplier, claims.link_id)
        try:
            item = tries.count(self._db, self._table, key, TRIES, condition=condition, values=values)
        except ConditionFailed:
            raise ConfirmationTokenInvalid from None
        return _link(item)

    def refund_try(self, claims: SupplyLinkClaims, counted: SupplyLink) -> None:
        """Take the try back that `count_try` counted: it turned out to be no guess."""
        tries.give_back(self._db, self._table, _key(claims.supplier, claims.link_id), counted.mark)

    def settled(self, claims: SupplyLinkClaims) -> Write:
        """Return the write that takes the last try back, for the transaction that links the supply.

        The request stays: who lost the answer calls again with the same code.
        """
        key = _key(claims.supplier, claims.link_id)
        return update(
            self._table, key, "ADD #tries :less REMOVE #mark", condition="attribute_exists(#pk)", values={"less": -1}
        )

    def waiting_for(self, supplier: str, link_id: str, *, now: int) -> SupplyLink | None:
        """Return a request whose code is to be mailed, None when it has expired."""
        item = self._db.get(self._table, _key(supplier, link_id))
        return None if item is None or item["expires_at"] <= now else _link(item)


_link = reader(SupplyLink)


def _key(supplier: str, link_id: str) -> str:
    return f"{supplier}#link#{link_id}"
