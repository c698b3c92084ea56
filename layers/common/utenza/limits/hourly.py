"""A budget of a whole deployment: so many in each hour of the clock, counted in one item of the Attempts table.

For what happens outside of requests alone. There one item is enough: few processes count, one after the other.
"""

from contextlib import suppress

from utenza.dynamodb import ConditionFailed, DynamoDb, update

_HOUR = 3600  # seconds
_LESS = {"less": -1, "none": 0}


class HourlyBudget:
    def __init__(self, db: DynamoDb, table: str, kind: str, most: int) -> None:
        self._db = db
        self._table = table
        self._kind = kind
        self._most = most

    def count(self, *, now: int) -> bool:
        """Count one of this hour; return False, and count nothing, when there were as many as may be."""
        begun_at = now - now % _HOUR
        change = update(
            self._table,
            self._key(begun_at),
            "ADD #counted :one SET #expires_at = :end",
            condition="attribute_not_exists(#counted) OR #counted < :most",
            values={"one": 1, "end": begun_at + 2 * _HOUR, "most": self._most},
        )
        try:
            self._db.write(change)
        except ConditionFailed:
            return False
        return True

    def give_back(self, *, now: int) -> None:
        """Take back one that `count` counted at this moment: nothing came of it."""
        key = self._key(now - now % _HOUR)
        with suppress(ConditionFailed):  # the hour is over, and its item cleaned away
            self._db.write(update(self._table, key, "ADD #counted :less", condition="#counted > :none", values=_LESS))

    def _key(self, begun_at: int) -> str:
        return f"*#{self._kind}#{begun_at}"
