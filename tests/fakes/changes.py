"""What the CRM is told of, in memory."""

from datetime import date
from threading import Lock

from utenza.tables.changes import DAY, PAGE, AccountChange, Changes, Last, NewChange


class FakeChanges(Changes):
    def __init__(self, days: int = 400) -> None:
        self.recorded: dict[str, list[AccountChange]] = {}
        self._once: dict[tuple[str, str], int] = {}
        self._days = days
        self._exported: dict[str, date] = {}
        self._lock = Lock()

    def record(self, supplier: str, name: str, change: NewChange, *, now: int) -> int:
        with self._lock:
            if (supplier, name) not in self._once:
                before = self.recorded.setdefault(supplier, [])
                recorded_at = max(now, before[-1].recorded_at if before else 0)
                kind, account_id, occurred_at, code = change
                before.append(AccountChange(len(before) + 1, kind, account_id, occurred_at, recorded_at, code))
                self._once[supplier, name] = len(before)
            return self._once[supplier, name]

    def last(self, supplier: str) -> Last:
        recorded = self.recorded.get(supplier, [])
        if not recorded:
            return Last()
        return Last(len(recorded), recorded[-1].recorded_at, recorded[-1].recorded_at + self._days * DAY)

    def at(self, supplier: str, number: int) -> AccountChange | None:
        return next((change for change in self.recorded.get(supplier, []) if change.number == number), None)

    def page(self, supplier: str, after: int, *, now: int, most: int = PAGE) -> tuple[list[AccountChange], bool]:
        kept = [
            change
            for change in self.recorded.get(supplier, [])
            if change.number > after and change.recorded_at + self._days * DAY > now
        ]
        return kept[:most], len(kept) > most

    def number_before(self, supplier: str, moment: int) -> int:
        return sum(change.recorded_at < moment for change in self.recorded.get(supplier, []))

    def exported_day(self, supplier: str) -> date | None:
        return self._exported.get(supplier)

    def keep_exported_day(self, supplier: str, day: date) -> None:
        self._exported[supplier] = day
