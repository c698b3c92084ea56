"""Offers in memory, in the fake accounts."""

from tests.fakes.accounts import FakeAccounts
from utenza.tables.accounts import Account, Accounts
from utenza.tables.offers import Offers


class FakeOffers(Offers):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self._accounts = accounts

    def replace(self, account: Account, ends: tuple[str, ...]) -> bool:
        key = account.supplier, account.account_id
        found = self._accounts.accounts.get(key)
        if found is None or (found.status, found.customers) != ("active", account.customers):
            return False
        self._accounts.accounts[key] = found._replace(offered=ends)
        return True
