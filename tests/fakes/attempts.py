"""Attempts in memory."""

from threading import Lock

from tests.fakes.writes import FakeWrite
from utenza.dynamodb import Write
from utenza.errors import TooManyAttempts
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.limits.subjects import Subject


class FakeAttempts(Attempts):
    def __init__(self) -> None:
        self.drained: dict[str, int] = {}
        self._lock = Lock()

    def count(self, *subjects: Subject, now: int) -> tuple[int, ...]:
        with self._lock:
            moments = [max(now, self.drained.get(subject.key, 0)) for subject in subjects]
            both = list(zip(subjects, moments, strict=True))
            if wait := max(subject.limit.wait(moment, now) for subject, moment in both):
                raise TooManyAttempts(wait)
            self.drained |= {subject.key: moment + subject.limit.interval for subject, moment in both}
            return tuple(subject.limit.used(self.drained[subject.key], now) for subject in subjects)

    def used(self, kind: str, limit: Limit, now: int) -> int:
        """Return how many attempts of this kind count at this moment, of all subjects together."""
        return sum(limit.used(moment, now) for key, moment in self.drained.items() if f"#{kind}#" in key)

    def forgotten(self, subject: Subject) -> Write:
        return FakeWrite(lambda: self.forget(subject))

    def forget(self, subject: Subject) -> None:
        with self._lock:
            self.drained.pop(subject.key, None)

    def refunded(self, subject: Subject, attempts: int = 1) -> Write:
        return FakeWrite(lambda: self._refund(subject, attempts))

    def refund(self, *subjects: Subject) -> None:
        for subject in subjects:
            self._refund(subject, 1)

    def _refund(self, subject: Subject, attempts: int) -> None:
        with self._lock:
            if subject.key in self.drained:
                self.drained[subject.key] -= attempts * subject.limit.interval
