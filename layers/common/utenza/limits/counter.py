"""Attempt counters: everything that can be guessed is counted here before it is compared.

All subjects of a call are counted in one conditional write, or none is: a source that is refused takes nothing from the
accounts it guesses at, and fifty parallel guesses count fifty. A refused attempt does not prolong the wait.

A subject whose limit has `in_a_row` also has a series: its attempts since the last success.

The first subject of a call is marked with it: so a count that boto3 sent again is no second one, and one whose every
answer was lost is taken back if it was done, and only then.
"""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, Value, Write, delete, update
from utenza.errors import TooManyAttempts, Unavailable
from utenza.limits.subjects import Subject

SERIES_KEPT = 365 * 86_400  # seconds after its last attempt that a series is remembered, at least
NEVER_BY_WAITING = 86_400  # what Retry-After says where no wait helps: nobody should ask more often than once a day
_ROUNDS = 4
_OUTAGES = (BotoCoreError, ClientError)


class Bucket(NamedTuple):
    """What is stored of a subject."""

    drained_at: int = 0
    in_a_row: int = 0

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> "Bucket":
        return cls(int(item.get("drained_at", 0)), int(item.get("in_a_row", 0)))


class Attempts:
    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def count(self, *subjects: Subject, now: int, mark: str = "") -> tuple[int, ...]:
        """Count one attempt of each subject; return how many that makes of each, those before a success left out.

        TooManyAttempts with the longest wait, and nothing counted, while one of them has to wait. Unused buckets take
        one request, others two: the first one tells how full they are. `mark` is what the first subject is
        marked with, one of its own if it is empty.
        """
        _, buckets = self._count(subjects, (), now, mark)
        return tuple(counted_with(*each, now) for each in zip(subjects, buckets, strict=True))

    def count_with(self, subjects: Sequence[Subject], extras: Sequence[Subject], *, now: int) -> bool:
        """Count as `count`, and in the same request one attempt of each of `extras` if all of these have room.

        Return whether they had; an extra that has to wait refuses nothing and is told to nobody.
        """
        counted_extras, _ = self._count(subjects, extras, now)
        return counted_extras

    def _count(
        self, subjects: Sequence[Subject], extras: Sequence[Subject], now: int, mark: str = ""
    ) -> tuple[bool, list[Bucket]]:
        """Return whether the extras were counted, and each bucket as it was found."""
        counted, buckets = [*subjects, *extras], [Bucket()] * (len(subjects) + len(extras))
        mark = mark or secrets.token_urlsafe(6)
        for _ in range(_ROUNDS):
            try:
                refused = self._write([self._counted(*each, mark, now) for each in zip(counted, buckets, strict=True)])
            except _OUTAGES:
                self._take_back(counted, mark)
                raise
            if refused is None or (refused[0] or {}).get("mark") == mark:
                return len(counted) > len(subjects) or not extras, buckets
            buckets = [bucket if old is None else Bucket.of(old) for bucket, old in zip(buckets, refused, strict=True)]
            refuse_if_full(subjects, buckets[: len(subjects)], now)
            if not have_room(counted, buckets, now):
                counted, buckets = [*subjects], buckets[: len(subjects)]
        raise Unavailable

    def place(self, subject: Subject) -> tuple[str, str]:
        """Return where the bucket of a subject lies, for who reads it beside something else."""
        return self._table, subject.key

    def succeeded(self, subject: Subject, *, now: int) -> Write:
        """Return the write that ends the series with a success and takes back the attempt, for a transaction.

        Attempts before it stay counted: who fills and watches a bucket must not see that somebody logs in.
        """
        interval = subject.limit.interval
        change = (
            "SET #expires_at = if_not_exists(#drained_at, :now),"
            " #drained_at = if_not_exists(#drained_at, :now) - :interval REMOVE #in_a_row"
        )
        return update(self._table, subject.key, change, values={"now": now, "interval": interval})

    def settle(self, subject: Subject, *, now: int) -> None:
        """Do what `succeeded` returns, by itself."""
        self._db.write(self.succeeded(subject, now=now))

    def end_series(self, subject: Subject) -> None:
        """End the series of this subject, after a success that was counted elsewhere; its bucket stays as full."""
        change, condition = "REMOVE #in_a_row", "attribute_exists(#in_a_row)"
        with suppress(ConditionFailed):
            self._db.write(update(self._table, subject.key, change, condition=condition, values={}))

    def forget(self, subject: Subject) -> None:
        """Begin anew with this subject, bucket and series."""
        self._db.write(delete(self._table, subject.key))

    def refunded(self, subject: Subject, attempts: int = 1) -> Write:
        """Return the write that takes attempts back which were just counted and turned out to be no guesses."""
        return self._refunded(subject, attempts)

    def refund(self, *subjects: Subject) -> None:
        """Take one attempt of each subject back, in one request; of subjects that were forgotten meanwhile nothing."""
        if subjects:
            self._write([self._refunded(subject, condition="attribute_exists(#pk)") for subject in subjects])

    def _take_back(self, subjects: Sequence[Subject], mark: str) -> None:
        """Take back what was counted under this mark, unless the first subject has been counted since."""
        if not subjects:
            return
        first, *others = subjects
        marked = self._refunded(first, condition="#mark = :mark", mark=mark)
        with suppress(*_OUTAGES, TransactionCancelled):
            self._write([marked, *(self._refunded(each, condition="attribute_exists(#pk)") for each in others)])

    def _refunded(self, subject: Subject, attempts: int = 1, condition: str = "", mark: str = "") -> Write:
        change = "ADD #drained_at :less, #expires_at :less"
        values: dict[str, Value] = {"less": -attempts * subject.limit.interval}
        if subject.limit.in_a_row:
            change, values = f"{change}, #in_a_row :fewer", values | {"fewer": -attempts}
        if mark:
            change, values = f"{change} REMOVE #mark", values | {"mark": mark}
        return update(self._table, subject.key, change, condition=condition, values=values)

    def _write(self, writes: list[Write]) -> list[Item | None] | None:
        """Do all or nothing; return None when done, else the items that stood in the way, in order."""
        if not writes:
            return None
        try:
            if len(writes) == 1:
                self._db.write(writes[0])  # half the price of a transaction, and never in conflict
            else:
                self._db.transact(*writes)
        except ConditionFailed as failed:
            return [failed.old or {}]
        except TransactionCancelled as cancelled:
            if not any(reason.is_condition for reason in cancelled.reasons):
                raise
            return [(reason.old or {}) if reason.is_condition else None for reason in cancelled.reasons]
        return None

    def _counted(self, subject: Subject, bucket: Bucket, mark: str, now: int) -> Write:
        """Return the write that counts one attempt, in view of what is known of the bucket."""
        interval, in_a_row = subject.limit.interval, subject.limit.in_a_row
        kept = SERIES_KEPT if in_a_row else 0
        values: dict[str, Value] = {"now": now, "mark": mark}
        if bucket.drained_at <= now:
            change = "SET #drained_at = :next, #expires_at = :until, #mark = :mark"
            condition = "(attribute_not_exists(#drained_at) OR #drained_at <= :now)"
            values |= {"next": now + interval, "until": now + interval + kept}
        else:
            change = "SET #drained_at = #drained_at + :interval, #expires_at = #drained_at + :longer, #mark = :mark"
            is_new = "(attribute_not_exists(#mark) OR #mark <> :mark)"
            condition = f"#drained_at > :now AND #drained_at <= :latest AND {is_new}"
            values |= {"interval": interval, "longer": interval + kept, "latest": subject.limit.latest(now)}
        if in_a_row:
            change += " ADD #in_a_row :one"
            condition += " AND (attribute_not_exists(#in_a_row) OR #in_a_row < :most)"
            values |= {"one": 1, "most": in_a_row}
        return update(self._table, subject.key, change, condition=condition, values=values)


def counted_with(subject: Subject, bucket: Bucket, now: int) -> int:
    """Return how many attempts count when one more is put into this bucket, those before a success left out."""
    used = subject.limit.used(max(bucket.drained_at, now) + subject.limit.interval, now)
    return min(used, bucket.in_a_row + 1) if subject.limit.in_a_row else used


def refuse_if_full(subjects: Sequence[Subject], buckets: Sequence[Bucket], now: int) -> None:
    """Raise TooManyAttempts if there is no room for one more attempt of each."""
    each = list(zip(subjects, buckets, strict=True))
    wait = max((subject.limit.wait(bucket.drained_at, now) for subject, bucket in each), default=0)
    if any(subject.limit.is_used_up(bucket.in_a_row) for subject, bucket in each):
        raise TooManyAttempts(max(wait, NEVER_BY_WAITING), until_recovery=True)
    if wait:
        raise TooManyAttempts(wait)


def have_room(subjects: Sequence[Subject], buckets: Sequence[Bucket], now: int) -> bool:
    """Tell whether there is room for one more attempt of each."""
    try:
        refuse_if_full(subjects, buckets, now)
    except TooManyAttempts:
        return False
    return True
