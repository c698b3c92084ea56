"""What passing time does to accounts: the walk through all of them, and what an account remembers of it.

Each write holds only while the account is as it was read: whatever is done twice, or beside another, is done once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from utenza.dynamodb import ConditionFailed, DynamoDb, TransactionCancelled, Value, put, update
from utenza.tables import keys
from utenza.tables.accounts import Account, account_of_item
from utenza.tables.lifetimes import Warned
from utenza.tables.noted import noted
from utenza.tables.seen import AS_SEEN, as_seen

# Of all that the table holds: neither phone nor password, question or answer. template.yaml lists the same.
READ = (
    *("account_id", "supplier", "user_id", "status", "language", "customers", "summaries", "created_at", "generation"),
    *("last_login_at", "without_supply_since", "warned"),
)
PLACE = "#housekeeping#place"


class PassingTime:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def page(self, after: str) -> tuple[list[Account], str]:
        """Return active accounts of the next part of the table, and where the part behind it begins, "" at the end."""
        condition, values = "#status = :active AND attribute_exists(#customers)", {"active": "active"}
        items, more = self._db.scan(self._table, condition, values, only=READ, after=after)
        return [account_of_item(item) for item in items], more

    def place(self) -> str:
        """Return where the walk goes on, "" at the beginning."""
        item = self._db.get(self._table, PLACE)
        return "" if item is None else str(item["after"])

    def keep_place(self, last: Account | None) -> None:
        """Go on behind this account next time, or at the beginning.

        It is kept by the account's id: where a page ends may be an e-mail address.
        """
        after = keys.account(last.supplier, last.account_id) if last else ""
        self._db.write(put(self._table, {"pk": PLACE, "after": after}))

    def begin_without_supply(self, account: Account, *, now: int) -> Account | None:
        """Remember that an account has no supply; return it as it is then, None if it is not as it was read."""
        condition = "#status = :active AND #customers = :none AND attribute_not_exists(#without_supply_since)"
        none: Sequence[Value] = []
        change = update(
            self._table,
            keys.account(account.supplier, account.account_id),
            "SET #without_supply_since = :now",
            condition=condition,
            values={"active": "active", "none": none, "now": now},
        )
        try:
            self._db.write(change)
        except ConditionFailed:
            return None
        return account._replace(without_supply_since=now)

    def warn(self, account: Account, warned: Warned, *, now: int) -> Account | None:
        """Have the owner of an unused account warned, once; return it as it is then, None if it is not as it was read.

        What the mail says is in a note, whose stream record it is made from.
        """
        change = update(
            self._table,
            keys.account(account.supplier, account.account_id),
            "SET #warned = :warned",
            condition=f"#status = :active AND (attribute_not_exists(#warned) OR #warned = :had) AND {AS_SEEN}",
            values={
                "active": "active",
                "had": account.warned._asdict(),
                "warned": warned._asdict(),
                **as_seen(account),
            },
        )
        closes_on = datetime.fromtimestamp(warned.closes_at, UTC).date().isoformat()
        note = noted(self._table, account.supplier, "AccountUnused", account.account_id, now=now, closes_on=closes_on)
        try:
            self._db.transact(change, note)
        except TransactionCancelled as cancelled:
            if cancelled.reasons[0].is_condition:
                return None
            raise
        return account._replace(warned=warned)
