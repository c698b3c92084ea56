"""Which versions of the supplier's documents an account has accepted, and when: all of them, none is ever replaced."""

from collections.abc import Sequence
from typing import NamedTuple

from utenza.dynamodb import DynamoDb, Item, TransactionCancelled, Write, put
from utenza.tables import keys
from utenza.tables.noted import noted
from utenza.tables.reading import reader


class Acceptance(NamedTuple):
    """`accepted_at` is in seconds since 1970."""

    document: str
    version: str
    accepted_at: int


class Agreements:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def history_of(self, supplier: str, account_id: str) -> tuple[Acceptance, ...]:
        """Return all that the account has accepted, the oldest first."""
        item = self._db.get(self._table, keys.accepted(supplier, account_id))
        return () if item is None else history_in(item)

    def accept(
        self, supplier: str, account_id: str, history: Sequence[Acceptance], new: Sequence[Acceptance], *, now: int
    ) -> bool:
        """Add to the history that was read; False when it has grown meanwhile."""
        item = _item(supplier, account_id, (*history, *new))
        as_read = "#count = :had" if history else "attribute_not_exists(#pk)"
        values = {"had": len(history)} if history else {}
        try:
            self._db.transact(
                put(self._table, item, condition=as_read, values=values),
                *_told(self._table, supplier, account_id, new, now=now),
            )
        except TransactionCancelled as cancelled:
            if cancelled.reasons[0].is_condition:
                return False
            raise
        return True


class _Agreed(NamedTuple):
    history: tuple[Acceptance, ...]


_agreed = reader(_Agreed)


def history_in(item: Item) -> tuple[Acceptance, ...]:
    """Return the history that an item holds."""
    return _agreed(item).history


def agreed_at_registration(
    table: str, supplier: str, account_id: str, accepted: Sequence[Acceptance], *, now: int
) -> tuple[Write, ...]:
    """Return the writes of what a new account has accepted, without conditions, for the transaction that makes it."""
    if not accepted:
        return ()
    item = put(table, _item(supplier, account_id, accepted))
    return item, *_told(table, supplier, account_id, accepted, now=now)


def _item(supplier: str, account_id: str, history: Sequence[Acceptance]) -> Item:
    return {
        "pk": keys.accepted(supplier, account_id),
        "history": [each._asdict() for each in history],
        "count": len(history),
    }


def _told(table: str, supplier: str, account_id: str, new: Sequence[Acceptance], *, now: int) -> list[Write]:
    return [
        noted(table, supplier, "DocumentAccepted", account_id, now=now, document=each.document, version=each.version)
        for each in new
    ]
