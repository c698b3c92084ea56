"""Activity in memory."""

from itertools import count
from threading import Lock

from tests.fakes.writes import FakeWrite, transact
from utenza.dynamodb import Write
from utenza.tables.activity import NOWHERE, PAGE, Activity, ActivityKind, Entry, Origin, is_new_among

_MONTH = 2_629_800


class FakeActivity(Activity):
    def __init__(self, months: int = 12) -> None:
        self.entries: dict[tuple[str, str], list[tuple[str, Entry, bool]]] = {}
        self._months = months
        self._numbers = count(1)
        self._lock = Lock()

    def noted(
        self,
        supplier: str,
        account_id: str,
        kind: ActivityKind,
        origin: Origin = NOWHERE,
        *,
        now: int,
        failed: int = 0,
        is_new_device: bool = False,
    ) -> Write:
        entry = Entry(now, kind, origin.device, origin.network, failed)

        def leave() -> None:
            with self._lock:
                cursor = f"{now:010d}-{next(self._numbers):08x}"
                self.entries.setdefault((supplier, account_id), []).append((cursor, entry, is_new_device))

        return FakeWrite(leave)

    def note(self, supplier: str, account_id: str, kind: ActivityKind, origin: Origin = NOWHERE, *, now: int) -> None:
        transact([self.noted(supplier, account_id, kind, origin, now=now)])

    def page(
        self, supplier: str, account_id: str, *, before: str = "", now: int, most: int = PAGE
    ) -> tuple[list[Entry], str]:
        young = [
            (cursor, entry)
            for cursor, entry, _ in sorted(self.entries.get((supplier, account_id), []), reverse=True)
            if cursor < (before or "~") and entry.at + self._months * _MONTH > now
        ]
        page = young[:most]
        return [entry for _, entry in page], page[-1][0] if len(young) > most else ""

    def new_origin(self, supplier: str, account_id: str, cursor: str) -> Entry | None:
        kept = self.entries.get((supplier, account_id), [])
        login = next((each for at, each, _ in kept if at == cursor), None)
        before = [each for at, each, _ in kept if at != cursor and each.at <= int(cursor[:10])]
        return login if login and is_new_among(before, login) else None

    def forget(self, supplier: str, account_id: str) -> None:
        self.entries.pop((supplier, account_id), None)

    def of(self, supplier: str, account_id: str) -> list[Entry]:
        """Return all that is kept of an account, the oldest first."""
        return [entry for _, entry, _ in sorted(self.entries.get((supplier, account_id), []))]
