"""Guess counters: everything that can be guessed is counted here before it is compared.

A count is one atomic conditional update, so fifty parallel guesses count fifty. A refused attempt is not counted and
does not prolong the wait: whoever keeps guessing at somebody else's account cannot lock them out for good.
"""

import hashlib
from contextlib import suppress

from utenza.dynamodb import ConditionFailed, DynamoDb, Item, Value, Write, delete, update
from utenza.errors import TooManyAttempts, Unavailable
from utenza.limits.limit import Limit

_ROUNDS = 4
_COUNT = "ADD #attempts :one SET #last_at = :now, #expires_at = :expires_at"
_RESTART = "SET #attempts = :one, #last_at = :now, #expires_at = :expires_at"


class Attempts:
    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def count(self, supplier: str, kind: str, subject: str, limit: Limit, *, now: int) -> int:
        """Count one attempt and return how many that makes.

        TooManyAttempts, and nothing counted, while the subject has to wait.
        """
        key = _key(supplier, kind, subject)
        for _ in range(_ROUNDS):
            try:
                return self._count(key, limit, now)
            except ConditionFailed as refused:
                old = refused.old
            if old is None:
                continue  # forgotten in this moment
            if old["last_at"] > now - limit.memory:
                if old["last_at"] > now:
                    self._turn_back(key, old, now)
                raise TooManyAttempts(retry_after(int(old["attempts"]), int(old["last_at"]), limit, now))
            with suppress(ConditionFailed):  # somebody else began anew: count with them
                return self._restart(key, limit, now)
        raise Unavailable

    def forgotten(self, supplier: str, kind: str, subject: str) -> Write:
        """Return the write that begins anew with this subject, for a transaction, as after the right password."""
        return delete(self._table, _key(supplier, kind, subject))

    def forget(self, supplier: str, kind: str, subject: str) -> None:
        """Begin anew with this subject."""
        self._db.write(self.forgotten(supplier, kind, subject))

    def refund(self, supplier: str, kind: str, subject: str, limit: Limit, *, counted: int) -> None:
        """Take one of the `counted` attempts back, which turned out to be no guess; while they are few it stays."""
        if limit.is_negligible(counted):
            return
        key, values = _key(supplier, kind, subject), {"less": -1, "zero": 0}
        with suppress(ConditionFailed):
            self._db.write(
                update(self._table, key, "ADD #attempts :less", condition="#attempts > :zero", values=values)
            )

    def _count(self, key: str, limit: Limit, now: int) -> int:
        condition, values = _may_try(limit, now)
        return self._change(key, _COUNT, condition, values | _counted(limit, now))

    def _restart(self, key: str, limit: Limit, now: int) -> int:
        values = _counted(limit, now) | {"forgotten": now - limit.memory}
        return self._change(key, _RESTART, "#last_at <= :forgotten", values)

    def _change(self, key: str, change: str, condition: str, values: dict[str, Value]) -> int:
        item = self._db.update(update(self._table, key, change, condition=condition, values=values))
        return int(item["attempts"])

    def _turn_back(self, key: str, old: Item, now: int) -> None:
        """Let a wait that a fast clock began in the future begin now, or it would outlast itself."""
        values = {"now": now, "seen": int(old["last_at"])}
        with suppress(ConditionFailed):
            self._db.write(update(self._table, key, "SET #last_at = :now", condition="#last_at = :seen", values=values))


def retry_after(attempts: int, last_at: int, limit: Limit, now: int) -> int:
    """Return the seconds left to wait, at least 1 and never more than the wait itself."""
    return max(1, limit.wait(attempts) - max(0, now - last_at))


def _may_try(limit: Limit, now: int) -> tuple[str, dict[str, Value]]:
    """Return the condition under which an attempt counts: nothing counted yet, some still free, or the wait is over."""
    waits = [limit.wait(limit.free)]
    while waits[-1] < limit.max_wait:
        waits.append(limit.wait(limit.free + len(waits)))
    values: dict[str, Value] = {"free": limit.free, "forgotten": now - limit.memory}
    cases = ["#attempts < :free"]
    for step, wait in enumerate(waits):
        values |= {f"n{step}": limit.free + step, f"t{step}": now - wait}
        sign = ">=" if step == len(waits) - 1 else "="
        cases.append(f"(#attempts {sign} :n{step} AND #last_at <= :t{step})")
    return f"attribute_not_exists(#pk) OR (#last_at > :forgotten AND ({' OR '.join(cases)}))", values


def _counted(limit: Limit, now: int) -> dict[str, Value]:
    return {"one": 1, "now": now, "expires_at": now + limit.memory}


def _key(supplier: str, kind: str, subject: str) -> str:
    """Return the key of a subject, which may be personal and long, by its hash."""
    return f"{supplier}#{kind}#{hashlib.sha256(subject.encode(errors='surrogatepass')).hexdigest()[:32]}"
