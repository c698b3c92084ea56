"""What the CRM reads of accounts, out of the fake ones."""

from collections.abc import Iterable

from tests.fakes.accounts import FakeAccounts
from utenza.tables.accounts import Account, Accounts
from utenza.tables.agreements import Acceptance
from utenza.tables.registrations import Owner, Registrations


class FakeRegistrations(Registrations):
    def __init__(self, accounts: Accounts, size: int = 2) -> None:
        assert isinstance(accounts, FakeAccounts)
        self._accounts = accounts
        self._size = size

    def accounts(self, supplier: str, ids: Iterable[str]) -> dict[str, Account]:
        found = self._accounts.accounts
        return {each: found[supplier, each] for each in ids if (supplier, each) in found}

    def owners(self, supplier: str, codes: Iterable[str]) -> dict[str, Owner]:
        return {
            code: Owner(account_id, summary.role if summary else "holder")
            for code in codes
            if (account_id := self._accounts.account_of(supplier, code))
            for summary in [self._accounts.accounts[supplier, account_id].summary_of(code)]
        }

    def accepted(self, supplier: str, ids: Iterable[str]) -> dict[str, tuple[Acceptance, ...]]:
        agreed = self._accounts.agreed
        return {each: agreed[supplier, each] for each in ids if (supplier, each) in agreed}

    def page(self, supplier: str, after: str) -> tuple[list[Account], str]:
        behind = sorted(each for of, each in self._accounts.accounts if of == supplier and each > after)
        part = behind[: self._size]
        found = [self._accounts.accounts[supplier, each] for each in part]
        return [each for each in found if each.status != "closed"], part[-1] if len(behind) > len(part) else ""
