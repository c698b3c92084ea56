"""All accounts of an older table, or some, with what has become of each."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import batched, groupby

from tools.command_line import Refused
from tools.restore.belongings import Found, compared, gathered, is_account
from tools.restore.deployment import Deployment
from tools.restore.rows import Row, Rows, text
from tools.restore.since import Since, secrets_changed
from utenza.tables import keys

type Part = tuple[str, tuple[Row, ...]]
"""Accounts of one supplier as the older table has them."""

_AT_ONCE = 25  # accounts: with login, marker and documents about a hundred items


class Older:
    """The accounts of an older table beside those of the stack. `moment` is what it is of, in seconds since 1970."""

    def __init__(self, deployment: Deployment, table: str, moment: int, *, without_changes: bool, now: int) -> None:
        self._deployment = deployment
        self._now = now
        self.moment = moment
        self._without_changes = without_changes
        self.older = Rows(deployment.dynamodb, table)
        self._there = self.older.of(deployment.table("accounts"))
        self._since = cache(self._read_since)

    def all(self) -> Iterator[Part]:
        """Yield all accounts in parts, to be looked up by `found`."""
        for page in self.older.pages("#account#"):
            accounts = sorted(filter(is_account, page), key=lambda row: text(row, "supplier"))
            for supplier, rows in groupby(accounts, key=lambda row: text(row, "supplier")):
                yield from ((supplier, part) for part in batched(rows, _AT_ONCE, strict=False))

    def some(self, wanted: Iterable[tuple[str, str]]) -> Iterator[Part]:
        """Yield accounts by supplier and id in parts, as `all`; Refused if the older table has not all of them."""
        for supplier, ids in groupby(sorted(set(wanted)), key=lambda each: each[0]):
            for part in batched((each for _, each in ids), _AT_ONCE, strict=False):
                rows = self.older.get({"pk": {"S": keys.account(supplier, each)}} for each in part)
                if len(rows) < len(part):
                    raise Refused(f"{self.older.table} has not all of these accounts: {', '.join(part)}")
                yield supplier, tuple(rows.values())

    def id_of(self, supplier: str, code: str) -> str:
        """Return the id of the account that a customer had; Refused if there was none."""
        key = (("S", keys.customer(supplier, code)),)
        found = self.older.get([{"pk": {"S": keys.customer(supplier, code)}}])
        if key not in found:
            raise Refused(f"{self.older.table}: no customer of {supplier} had an account with this code")
        return text(found[key], "account_id")

    def found(self, part: Part) -> list[Found]:
        """Return what has become of the accounts of a part; several may be asked for side by side."""
        supplier, accounts = part
        since = self._since(supplier)
        older = gathered(accounts, self.older)
        return [*compared(older, self._there, since, self._secrets_changed, now=self._now)]

    def _read_since(self, supplier: str) -> Since:
        since = self._deployment.since(supplier, self.moment, without_changes=self._without_changes, now=self._now)
        if self.moment < self._deployment.activity_since(self._now) and not self._without_changes:
            raise Refused(
                "The table Activity does not reach back so far (ActivityMonths), so nobody knows whose password was "
                "changed. Take a later moment, or give --without-changes"
            )
        return since

    def _secrets_changed(self, supplier: str, account_id: str) -> bool:
        place = self._deployment.db, self._deployment.table("activity")
        return secrets_changed(*place, supplier, account_id, self.moment, now=self._now)
