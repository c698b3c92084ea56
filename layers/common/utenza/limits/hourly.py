"""A budget of a whole deployment: so many in each hour of the clock, counted in one item of the Attempts table.

For what happens outside of requests alone. There one item is enough: few processes count, one after the other.
"""

from utenza.dynamodb import ConditionFailed, DynamoDb, update

_HOUR = 3600  # seconds


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
            f"*#{self._kind}#{begun_at}",
            "ADD #counted :one SET #expires_at = :end",
            condition="attribute_not_exists(#counted) OR #counted < :most",
            values={"one": 1, "end": begun_at + 2 * _HOUR, "most": self._most},
        )
        try:
            self._db.write(change)
        except ConditionFailed:
            return False
        return True
