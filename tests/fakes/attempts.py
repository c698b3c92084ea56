"""Attempts in memory."""

from collections.abc import Sequence
from threading import Lock

from tests.fakes.writes import FakeWrite, transact
from utenza.dynamodb import Write
from utenza.limits.counter import Attempts, Bucket, counted_with, have_room, refuse_if_full
from utenza.limits.limit import Limit
from utenza.limits.subjects import Subject


class FakeAttempts(Attempts):
    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}
        self.marks: dict[str, str] = {}
        self._lock = Lock()

    def count(self, *subjects: Subject, now: int, mark: str = "") -> tuple[int, ...]:
        with self._lock:
            buckets = self._found(subjects)
            refuse_if_full(subjects, buckets, now)
            self._fill(subjects, now)
            self.marks |= {subject.key: mark for subject in subjects[:1]}
            return tuple(counted_with(*each, now) for each in zip(subjects, buckets, strict=True))

    def count_with(self, subjects: Sequence[Subject], extras: Sequence[Subject], *, now: int) -> bool:
        with self._lock:
            refuse_if_full(subjects, self._found(subjects), now)
            allowed = have_room(extras, self._found(extras), now)
            self._fill([*subjects, *(extras if allowed else ())], now)
            return allowed

    def _found(self, subjects: Sequence[Subject]) -> list[Bucket]:
        return [self.buckets.get(subject.key, Bucket()) for subject in subjects]

    def _fill(self, subjects: Sequence[Subject], now: int) -> None:
        for subject, bucket in zip(subjects, self._found(subjects), strict=True):
            drained_at = max(now, bucket.drained_at) + subject.limit.interval
            self.buckets[subject.key] = Bucket(drained_at, bucket.in_a_row + (subject.limit.in_a_row > 0))

    def used(self, kind: str, limit: Limit, now: int) -> int:
        """Return how many attempts of this kind count at this moment, of all subjects together."""
        return sum(limit.used(bucket.drained_at, now) for key, bucket in self.buckets.items() if f"#{kind}#" in key)

    def succeeded(self, subject: Subject, *, now: int) -> Write:
        def succeed() -> None:
            self._change(subject, -1)
            self.end_series(subject)

        return FakeWrite(succeed)

    def settle(self, subject: Subject, *, now: int) -> None:
        transact([self.succeeded(subject, now=now)])

    def end_series(self, subject: Subject) -> None:
        with self._lock:
            if subject.key in self.buckets:
                self.buckets[subject.key] = self.buckets[subject.key]._replace(in_a_row=0)

    def forget(self, subject: Subject) -> None:
        with self._lock:
            self.buckets.pop(subject.key, None)

    def refunded(self, subject: Subject, attempts: int = 1) -> Write:
        return FakeWrite(lambda: self._change(subject, -attempts))

    def refund(self, *subjects: Subject) -> None:
        for subject in subjects:
            self._change(subject, -1)

    def _change(self, subject: Subject, attempts: int) -> None:
        with self._lock:
            if bucket := self.buckets.get(subject.key):
                drained_at = bucket.drained_at + attempts * subject.limit.interval
                self.buckets[subject.key] = Bucket(drained_at, bucket.in_a_row + attempts)
