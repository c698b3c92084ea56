"""The files for the CRM: one for each day of Italy and each supplier, and those that were missed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from utenza.crm.days import ONE, begin_of, day_of
from utenza.crm.standing import Standing, changed_codes, standings
from utenza.suppliers import ExportColumn, Supplier
from utenza.tables.changes import Changes
from utenza.tables.registrations import Registrations

MOST = 31  # days of a run; what is left, the next one makes


class Files(Protocol):
    def put(self, name: str, columns: Sequence[ExportColumn], rows: Iterable[Standing]) -> int:
        """Write a file, whole or not at all, in the place of an older one; return its number of rows."""


class Dependencies(NamedTuple):
    changes: Changes
    registrations: Registrations
    files: Files


class Made(NamedTuple):
    """A file that was made, and how many customer codes it has."""

    name: str
    rows: int


def make_missing(
    supplier: Supplier, dependencies: Dependencies, *, has_time: Callable[[], bool], now: int
) -> Iterator[Made]:
    """Make the files of all days that are over since the last one, the oldest first, and remember each."""
    day, today = _first_missing(supplier, dependencies, now), day_of(now)
    for _ in range(MOST):
        if day >= today or not has_time():
            return
        yield make(supplier, day, dependencies, now=now)
        dependencies.changes.keep_exported_day(supplier.id, day)
        day += ONE


def make(supplier: Supplier, day: date, dependencies: Dependencies, *, now: int) -> Made:
    """Make the file of one day: of each customer code that changed on it, how it stands now."""
    changes, registrations = dependencies.changes, dependencies.registrations
    after = changes.number_before(supplier.id, begin_of(day))
    codes = changed_codes(changes, registrations, supplier.id, after, until=begin_of(day + ONE), now=now)
    name = name_of(supplier.id, day)
    rows = standings(codes, supplier.id, registrations)
    return Made(name, dependencies.files.put(name, supplier.export_columns, rows))


def name_of(supplier: str, day: date) -> str:
    return f"exports/{supplier}/registrazioni-{day.isoformat()}.csv"


def _first_missing(supplier: Supplier, dependencies: Dependencies, now: int) -> date:
    """Return the day after that of the last file; before the first one, the day of the oldest change, or yesterday."""
    last = dependencies.changes.exported_day(supplier.id)
    if last is not None:
        return last + ONE
    oldest, _ = dependencies.changes.page(supplier.id, 0, now=now, most=1)
    return day_of(oldest[0].recorded_at) if oldest else day_of(now) - ONE
