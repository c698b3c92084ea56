"""Further supplies in memory, beside the fake accounts."""

from collections.abc import Sequence
from threading import Lock

from tests.fakes.accounts import FakeAccounts
from tests.fakes.writes import transact
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import Write
from utenza.errors import AlreadyRegistered
from utenza.tables.accounts import Account, Accounts
from utenza.tables.offers import without
from utenza.tables.supplies import Removed, RemovedBy, Supplies


class FakeSupplies(Supplies):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.removed: list[Removed] = []
        self._accounts = accounts
        self._lock = Lock()

    def link(self, account: Account, summary: CustomerSummary, *, also: Sequence[Write] = ()) -> Account | None:
        with self._lock:
            if (account.supplier, summary.code) in self._accounts.markers:
                raise AlreadyRegistered
            if account.status != "active" or not self._is_as_read(account):
                return None
            transact(also)
            linked = account._replace(
                customers=(*account.customers, summary.code),
                summaries=(*account.summaries, summary),
                offered=without(account.offered, summary.code),
            )
            self._accounts.markers[account.supplier, summary.code] = "linked"
            self._keep(linked)
            return linked

    def remove(
        self, account: Account, code: str, *, by: RemovedBy, now: int, also: Sequence[Write] = ()
    ) -> Account | None:
        with self._lock:
            if not self._is_as_read(account) or code not in account.customers:
                return None
            transact(also)
            known = account.summary_of(code)
            left = account._replace(
                customers=tuple(each for each in account.customers if each != code),
                summaries=tuple(each for each in account.summaries if each.code != code),
            )
            del self._accounts.markers[account.supplier, code]
            self._keep(left)
            self.removed.append(Removed(account.account_id, code, known.role if known else "holder", by))
            return left

    def _is_as_read(self, account: Account) -> bool:
        found = self._accounts.get(account.supplier, account.account_id)
        as_read = account.status, account.customers, account.summaries
        return found is not None and (found.status, found.customers, found.summaries) == as_read

    def _keep(self, account: Account) -> None:
        key = account.supplier, account.account_id
        self._accounts.accounts[key] = self._accounts.accounts[key]._replace(
            customers=account.customers, summaries=account.summaries, offered=account.offered, without_supply_since=0
        )
