"""Attempts in memory."""

from threading import Lock

from tests.fakes.writes import FakeWrite
from utenza.dynamodb import Write
from utenza.errors import TooManyAttempts
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit


class FakeAttempts(Attempts):
    def __init__(self) -> None:
        self.counted: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._lock = Lock()

    def count(self, supplier: str, kind: str, subject: str, limit: Limit, *, now: int) -> int:
        key = (supplier, kind, subject)
        with self._lock:
            attempts, last_at = self.counted.get(key, (0, now - limit.memory))
            if last_at <= now - limit.memory:
                attempts = 0
            if last_at > now:
                last_at = now
                self.counted[key] = (attempts, last_at)
            left = last_at + limit.wait(attempts) - now
            if left > 0:
                raise TooManyAttempts(left)
            self.counted[key] = (attempts + 1, now)
            return attempts + 1

    def forgotten(self, supplier: str, kind: str, subject: str) -> Write:
        return FakeWrite(lambda: self.forget(supplier, kind, subject))

    def forget(self, supplier: str, kind: str, subject: str) -> None:
        with self._lock:
            self.counted.pop((supplier, kind, subject), None)

    def refund(self, supplier: str, kind: str, subject: str, limit: Limit, *, counted: int) -> None:
        with self._lock:
            attempts, last_at = self.counted.get((supplier, kind, subject), (0, 0))
            if attempts and not limit.is_negligible(counted):
                self.counted[supplier, kind, subject] = (attempts - 1, last_at)
