"""The walk through all accounts in memory, in pages of a few."""

from tests.fakes.accounts import FakeAccounts
from utenza.tables import keys
from utenza.tables.accounts import Account, Accounts
from utenza.tables.lifetimes import Warned
from utenza.tables.passing_time import PassingTime
from utenza.tables.seen import as_seen


class FakePassingTime(PassingTime):
    def __init__(self, accounts: Accounts, size: int = 2) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.noted: list[tuple[str, str, int]] = []  # kind, account, when it closes
        self._accounts = accounts
        self._size = size
        self._place = ""

    def page(self, after: str) -> tuple[list[Account], str]:
        behind = sorted(
            (keys.account(*key), account)
            for key, account in self._accounts.accounts.items()
            if keys.account(*key) > after
        )
        part = behind[: self._size]
        active = [account for _, account in part if account.status == "active"]
        return active, part[-1][0] if len(behind) > len(part) else ""

    def place(self) -> str:
        return self._place

    def keep_place(self, last: Account | None) -> None:
        self._place = keys.account(last.supplier, last.account_id) if last else ""

    def begin_without_supply(self, account: Account, *, now: int) -> Account | None:
        found = self._accounts.get(account.supplier, account.account_id)
        if found is None or found.status != "active" or found.customers or found.without_supply_since:
            return None
        return self._keep(found._replace(without_supply_since=now))

    def warn(self, account: Account, warned: Warned, *, now: int) -> Account | None:
        found = self._accounts.get(account.supplier, account.account_id)
        if found is None or found.status != "active" or _as_read(found) != _as_read(account):
            return None
        self.noted.append(("AccountUnused", account.account_id, warned.closes_at))
        return self._keep(found._replace(warned=warned))

    def _keep(self, account: Account) -> Account:
        self._accounts.accounts[account.supplier, account.account_id] = account
        return account


def _as_read(account: Account) -> tuple[object, ...]:
    return account.warned, as_seen(account)
