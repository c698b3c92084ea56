"""What happened after the point in time, where it can still be read: none of it must be undone by bringing items back.

The table Changes says which accounts were closed, frozen or changed; the table Activity, which passwords. Both are
tables of their own, which a loss of accounts does not touch.
"""

from collections.abc import Mapping
from typing import NamedTuple

from utenza.dynamodb import DynamoDb
from utenza.tables.activity import Activity
from utenza.tables.changes import Changes

_CLOCKS = 300  # seconds by which clocks may differ
CLOSED = "AccountClosed"
# What an older state would take back. The rest, such as a new phone, is lost and no harm.
_WEIGHS = frozenset(
    {CLOSED, "AccountFrozen", "AccountUnfrozen", "UserIdChanged", "UserIdRestored", "CustomerUnlinked"}
    | {"SupplyUnlinked", "SupplyLinked"}
)
_SECRETS = frozenset({"password_changed", "password_recovered", "question_changed"})


class Since(NamedTuple):
    """What is known to have happened since a moment, in seconds since 1970.

    `changed` has the kinds of changes by account. `is_known` is False if the table Changes has not, or no more, all
    that was recorded since, or has never had a record: an account may have been closed without a trace.
    """

    moment: int
    changed: Mapping[str, frozenset[str]]
    is_known: bool


def read(changes: Changes, supplier: str, moment: int, *, now: int) -> Since:
    """Return what the accounts of a supplier went through since a moment."""
    found: dict[str, set[str]] = {}
    last, numbers = changes.last(supplier), 0
    begin = changes.number_before(supplier, moment - _CLOCKS)
    for change in changes.behind(supplier, begin, now=now):
        numbers += change.number <= last.number
        if change.kind in _WEIGHS:
            found.setdefault(change.account_id, set()).add(change.kind)
    is_quiet = 0 < last.recorded_at < moment - _CLOCKS  # also where the last record has expired
    is_known = last.number > 0 and (is_quiet or numbers == last.number - begin)
    return Since(moment, {account: frozenset(kinds) for account, kinds in found.items()}, is_known)


def secrets_changed(db: DynamoDb, table: str, supplier: str, account_id: str, moment: int, *, now: int) -> bool:
    """Tell whether the password or the question of an account was changed since a moment."""
    entries, before = Activity(db, table).page(supplier, account_id, now=now)
    while True:
        for entry in entries:
            if entry.at < moment - _CLOCKS:
                return False
            if entry.kind in _SECRETS:
                return True
        if not before:
            return False
        entries, before = Activity(db, table).page(supplier, account_id, before=before, now=now)
