"""Attempt counters: everything that can be guessed is counted here before it is compared.

All subjects of a call are counted in one conditional write, or none is: a source that is refused takes nothing from the
accounts it guesses at, and fifty parallel guesses count fifty. A refused attempt does not prolong the wait.
"""

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, TransactionCancelled, Write, delete, update
from utenza.errors import TooManyAttempts, Unavailable
from utenza.limits.subjects import Subject

_ROUNDS = 4


class Attempts:
    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def count(self, *subjects: Subject, now: int) -> tuple[int, ...]:
        """Count one attempt of each subject; return how many that makes of each.

        TooManyAttempts with the longest wait, and nothing counted, while one of them has to wait. Unused buckets take
        one request, others two: the first one tells how full they are.
        """
        drained = [0] * len(subjects)
        for _ in range(_ROUNDS):
            refused = self._write([self._counted(*each, now) for each in zip(subjects, drained, strict=True)])
            if refused is None:
                return tuple(
                    subject.limit.used(max(moment, now) + subject.limit.interval, now)
                    for subject, moment in zip(subjects, drained, strict=True)
                )
            drained = [
                moment if old is None else int(old.get("drained_at", 0))
                for moment, old in zip(drained, refused, strict=True)
            ]
            wait = max(subject.limit.wait(moment, now) for subject, moment in zip(subjects, drained, strict=True))
            if wait:
                raise TooManyAttempts(wait)
        raise Unavailable

    def forgotten(self, subject: Subject) -> Write:
        """Return the write that begins anew with this subject, for a transaction, as after the right password."""
        return delete(self._table, subject.key)

    def forget(self, subject: Subject) -> None:
        """Begin anew with this subject."""
        self._db.write(self.forgotten(subject))

    def refunded(self, subject: Subject, attempts: int = 1) -> Write:
        """Return the write that takes attempts back which were just counted and turned out to be no guesses."""
        return self._refunded(subject, attempts)

    def refund(self, *subjects: Subject) -> None:
        """Take one attempt of each subject back, in one request; of subjects that were forgotten meanwhile nothing."""
        if subjects:
            self._write([self._refunded(subject, condition="attribute_exists(#pk)") for subject in subjects])

    def _refunded(self, subject: Subject, attempts: int = 1, condition: str = "") -> Write:
        change, values = "ADD #drained_at :less, #expires_at :less", {"less": -attempts * subject.limit.interval}
        return update(self._table, subject.key, change, condition=condition, values=values)

    def _write(self, writes: list[Write]) -> list[Item | None] | None:
        """Do all or nothing; return None when done, else the items that stood in the way, in order."""
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

    def _counted(self, subject: Subject, drained_at: int, now: int) -> Write:
        """Return the write that counts one attempt, in view of what is known of the bucket."""
        interval = subject.limit.interval
        if drained_at <= now:
            change = "SET #drained_at = :next, #expires_at = :next"
            condition, values = "attribute_not_exists(#drained_at) OR #drained_at <= :now", {"next": now + interval}
        else:
            change = "ADD #drained_at :interval, #expires_at :interval"
            condition, values = "#drained_at > :now AND #drained_at <= :latest", {"interval": interval}
            values["latest"] = subject.limit.latest(now)
        return update(self._table, subject.key, change, condition=condition, values=values | {"now": now})
