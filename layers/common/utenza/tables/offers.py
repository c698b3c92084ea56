"""Other supplies of a holder that nobody has registered: an account keeps how their codes end, and no more.

Who has one bill of somebody else's must not learn another code from it. The end says which bill to look for; to link
the supply takes all that is printed on it.
"""

from utenza.dynamodb import ConditionFailed, DynamoDb, Value, update
from utenza.tables import keys
from utenza.tables.accounts import Account

_SHOWN = 3  # characters at most; at least two thirds of a code have to be known


class Offers:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def replace(self, account: Account, ends: tuple[str, ...]) -> bool:
        """Keep these ends of codes; False if the account is not active any more, or has other supplies than it had."""
        values: dict[str, Value] = {"status": "active", "had": account.customers, "offered": ends}
        change = update(
            self._table,
            keys.account(account.supplier, account.account_id),
            "SET #offered = :offered",
            condition="#status = :status AND #customers = :had",
            values=values,
        )
        try:
            self._db.write(change)
        except ConditionFailed:
            return False
        return True


def end_of(code: str) -> str:
    """Return what is shown of the code of a supply that is offered."""
    return code[-min(_SHOWN, max(1, len(code) // 3)) :]


def without(offered: tuple[str, ...], code: str) -> tuple[str, ...]:
    """Return the offers without one that the supply with this code may be."""
    end = end_of(code)
    if end not in offered:
        return offered
    at = offered.index(end)
    return (*offered[:at], *offered[at + 1 :])
