"""What the CRM is told of: one record per change of an account, numbered without gaps for each supplier.

A record says what happened to which account, by ids and codes alone. How things are is read when the record is
(`tables.registrations`): so nothing of a person is here, and no older state ever comes after a newer one
(docs/adr/0027-what-the-crm-learns.md).
"""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple, get_args

from utenza.dynamodb import DynamoDb, Item, TransactionCancelled, Value, Write, put, update
from utenza.errors import Unavailable
from utenza.tables.reading import reader

ChangeKind = Literal[
    "CustomerRegistered",
    "UserIdChanged",
    "UserIdRestored",
    "ContactChanged",
    "DocumentAccepted",
    "SupplyLinked",
    "SupplyUnlinked",
    "CustomerUnlinked",
    "AccountFrozen",
    "AccountUnfrozen",
    "AccountClosed",
    "EmailUndeliverable",
]
KINDS: frozenset[str] = frozenset(get_args(ChangeKind))
DAY = 86_400  # seconds
PAGE = 1000

_ONCE_KEPT = 60 * DAY  # longer than a repeat can wait: a day in the stream, twice 14 in queues
_TRIES = 20
_BACK_OFF = 0.01  # seconds before the second try at most, once more for each further one
_SETTLING = 900  # seconds: no function runs longer, so a record that cannot be seen by then never will be
_READ = (
    *("sk", "kind", "account_id", "customer_code", "occurred_at", "recorded_at", "expires_at"),
    "before_kept_until",
)


class NewChange(NamedTuple):
    """`customer_code` is empty where all customers of the account are meant. `occurred_at` in seconds since 1970."""

    kind: ChangeKind
    account_id: str
    occurred_at: int
    customer_code: str = ""


class AccountChange(NamedTuple):
    """A change with its number, from 1, and when it was recorded: never earlier than the one before it.

    A later version may have recorded a `kind` that this one does not know.
    """

    number: int
    kind: str
    account_id: str
    occurred_at: int
    recorded_at: int
    customer_code: str = ""


class Last(NamedTuple):
    """The last record: its number, 0 when there never was one, when it was recorded, and until when it is kept."""

    number: int = 0
    recorded_at: int = 0
    kept_until: int = 0


class Changes:
    """`days` is how long a record is kept.

    A transaction is whole, but readers may see its items one after another, a moment apart. So no reader concludes from
    a record or the counter that what comes before is there: a page ends before a number that is missing, unless that
    has expired, which each record knows of the one before it, or a quarter of an hour has passed. A table that was
    restored may have a part of a transaction alone: then a number is missing for good, or the counter is behind.
    """

    def __init__(self, db: DynamoDb, table: str, days: int = 400) -> None:
        self._db = db
        self._table = table
        self._lifetime = days * DAY

    def record(self, supplier: str, name: str, change: NewChange, *, now: int) -> int:
        """Record a change under a name, once for each name, and return its number; Unavailable in a crowd."""
        last = self.last(supplier)
        counted = last.number
        for number in range(1, _TRIES + 1):
            try:
                self._db.transact(*self._writes(supplier, name, change, last, counted=counted, now=now))
            except TransactionCancelled as cancelled:
                counter, record, once = cancelled.reasons
                if once.is_condition:
                    return int((once.old or {})["number"])
                if counter.is_condition:
                    last = _read_last(counter.old or {})
                    counted = last.number
                elif record.is_condition:  # of a table that was restored: its counter is behind
                    last = _last_in(record.old or {})
                else:
                    raise
                time.sleep(random.uniform(0, _BACK_OFF * number))  # noqa: S311 - full jitter, no secret
            else:
                return last.number + 1
        raise Unavailable

    def last(self, supplier: str) -> Last:
        item = self._db.get(self._table, _counter(supplier))
        return Last() if item is None else _read_last(item)

    def at(self, supplier: str, number: int) -> AccountChange | None:
        """Return the change of this number, None when there is none, or no more."""
        item = self._db.get(self._table, {"pk": supplier, "sk": number})
        return None if item is None else _change(item)

    def page(self, supplier: str, after: int, *, now: int, most: int = PAGE) -> tuple[list[AccountChange], bool]:
        """Return the changes behind a number in their order, and whether there may be more."""
        while True:
            values: dict[str, Value] = {"pk": supplier, "after": after}
            items, more = self._db.first(self._table, "#pk = :pk AND #sk > :after", values, most, only=_READ)
            kept = [item for item in items if item["expires_at"] > now]
            settled = [_change(item) for item in _settled(kept, after, now)]
            if len(settled) < len(kept):
                return settled, False  # the rest in a moment
            if kept or not more:
                return settled, more
            after = int(items[-1]["sk"])

    def behind(self, supplier: str, after: int, *, now: int) -> Iterator[AccountChange]:
        """Yield all changes behind a number in their order."""
        more = True
        while more:
            found, more = self.page(supplier, after, now=now)
            yield from found
            after = found[-1].number if found else after

    def number_before(self, supplier: str, moment: int) -> int:
        """Return the number of the last change that was recorded before this moment, 0 for none that is kept.

        Numbers have no gaps and their times do not go back, so this is a search by halves. For a record that is not
        there any more stands the next one that is.
        """
        low, high = 0, self.last(supplier).number
        while low < high:
            middle = (low + high) // 2 + 1
            values: dict[str, Value] = {"pk": supplier, "middle": middle}
            found, _ = self._db.first(self._table, "#pk = :pk AND #sk >= :middle", values, 1, only=("recorded_at",))
            if found and found[0]["recorded_at"] < moment:
                low = middle
            else:
                high = middle - 1
        return low

    def exported_day(self, supplier: str) -> date | None:
        """Return the day of the last file for the CRM, None when there was none yet."""
        item = self._db.get(self._table, _file(supplier))
        return None if item is None else date.fromisoformat(item["day"])

    def keep_exported_day(self, supplier: str, day: date) -> None:
        self._db.write(put(self._table, {**_file(supplier), "day": day.isoformat()}))

    def _writes(
        self, supplier: str, name: str, change: NewChange, last: Last, *, counted: int, now: int
    ) -> tuple[Write, ...]:
        """Return the writes of a change behind `last`; `counted` is the number that the counter has."""
        number, recorded_at = last.number + 1, max(now, last.recorded_at)
        kept_until = recorded_at + self._lifetime
        as_read = "#number = :had" if counted else "attribute_not_exists(#pk)"
        values: dict[str, Value] = {"number": number, "at": recorded_at, "until": kept_until}
        item: Item = {
            "pk": supplier,
            "sk": number,
            "kind": change.kind,
            "account_id": change.account_id,
            "customer_code": change.customer_code or None,
            "occurred_at": change.occurred_at,
            "recorded_at": recorded_at,
            "before_kept_until": last.kept_until,
            "expires_at": kept_until,
        }
        once: Item = {"pk": f"{supplier}#once#{name}", "sk": 0, "number": number, "expires_at": now + _ONCE_KEPT}
        return (
            update(
                self._table,
                _counter(supplier),
                "SET #number = :number, #recorded_at = :at, #kept_until = :until",
                condition=as_read,
                values=values | ({"had": counted} if counted else {}),
            ),
            put(self._table, item, condition="attribute_not_exists(#pk)"),
            put(self._table, once, condition="attribute_not_exists(#pk)"),
        )


class _Recorded(NamedTuple):
    sk: int
    kind: str
    account_id: str
    occurred_at: int
    recorded_at: int
    customer_code: str = ""


_read, _read_last = reader(_Recorded), reader(Last)


def _settled(items: Sequence[Item], after: int, now: int) -> Iterator[Item]:
    """Yield records up to the first before which one is missing that may still appear."""
    for item in items:
        may_appear = item["before_kept_until"] > now and item["recorded_at"] > now - _SETTLING
        if item["sk"] != after + 1 and may_appear:
            return
        yield item
        after = int(item["sk"])


def _change(item: Item) -> AccountChange:
    return AccountChange(*_read(item))


def _last_in(item: Item) -> Last:
    return Last(int(item["sk"]), int(item["recorded_at"]), int(item["expires_at"]))


def _counter(supplier: str) -> dict[str, str | int]:
    return {"pk": f"{supplier}#last", "sk": 0}


def _file(supplier: str) -> dict[str, str | int]:
    return {"pk": f"{supplier}#file", "sk": 0}
