"""What the CRM reads of the Accounts table: whose a customer code is, and how that account is reached.

It reads neither password, question nor answer, and nothing that came from the CRM itself. template.yaml lists the same.
"""

from collections.abc import Iterable
from typing import NamedTuple

from utenza.customers.record import Role
from utenza.dynamodb import DynamoDb
from utenza.tables import keys
from utenza.tables.accounts import Account, account_of_item
from utenza.tables.agreements import Acceptance, history_in
from utenza.tables.reading import reader

OF_ACCOUNTS = (
    *("account_id", "supplier", "user_id", "phone", "status", "language", "customers", "created_at", "generation"),
    *("last_login_at", "email_status"),
)
OF_MARKERS = ("account_id", "role")
OF_AGREEMENTS = ("history",)


class Owner(NamedTuple):
    """The account that a customer code is in, and as whose."""

    account_id: str
    role: Role = "holder"


class Registrations:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def accounts(self, supplier: str, ids: Iterable[str]) -> dict[str, Account]:
        """Return those accounts that there are, closed ones too, by their ids."""
        items = self._db.get_many(self._table, (keys.account(supplier, each) for each in ids), only=OF_ACCOUNTS)
        return {account.account_id: account for account in map(account_of_item, items.values())}

    def owners(self, supplier: str, codes: Iterable[str]) -> dict[str, Owner]:
        """Return whose each customer code is, for those that are in an account."""
        code_of = {keys.customer(supplier, code): code for code in codes}
        items = self._db.get_many(self._table, code_of, only=OF_MARKERS)
        return {code_of[key]: _owner(item) for key, item in items.items()}

    def accepted(self, supplier: str, ids: Iterable[str]) -> dict[str, tuple[Acceptance, ...]]:
        """Return what each account has accepted, the oldest first, for those that have accepted anything."""
        id_of = {keys.accepted(supplier, each): each for each in ids}
        items = self._db.get_many(self._table, id_of, only=OF_AGREEMENTS)
        return {id_of[key]: history_in(item) for key, item in items.items()}

    def page(self, supplier: str, after: str) -> tuple[list[Account], str]:
        """Return accounts that are not closed, of the next part of the table, and where the part behind it begins.

        That is "" at the end.
        """
        condition = "#supplier = :supplier AND #status <> :closed AND attribute_exists(#customers)"
        values = {"supplier": supplier, "closed": "closed"}
        items, more = self._db.scan(self._table, condition, values, only=OF_ACCOUNTS, after=after)
        return [account_of_item(item) for item in items], more


_owner = reader(Owner)
