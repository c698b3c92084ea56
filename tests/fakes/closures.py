"""The end of accounts in memory, beside the fake accounts."""

from collections.abc import Sequence

from tests.fakes.accounts import FakeAccounts
from tests.fakes.writes import transact
from utenza.dynamodb import Write
from utenza.tables.accounts import Account, Accounts
from utenza.tables.closures import FAREWELL_LIFETIME, Cause, Closures, Farewell
from utenza.tables.seen import as_seen


class FakeClosures(Closures):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self.farewells: dict[tuple[str, str], tuple[Farewell, int]] = {}
        self._accounts = accounts

    def close(
        self, account: Account, email_key: str, *, now: int, cause: Cause | None = None, also: Sequence[Write] = ()
    ) -> bool:
        found = self._accounts.get(account.supplier, account.account_id)
        if found is None or _as_read(found) != _as_read(account):
            return False
        if cause and as_seen(found) != as_seen(account):
            return False
        transact(also)
        self._accounts.close(account.supplier, email_key)
        farewell = Farewell(account.user_id, account.language, cause)
        self.farewells[account.supplier, account.account_id] = farewell, now + FAREWELL_LIFETIME
        return True

    def free(self, supplier: str, account_id: str, customers: Sequence[str]) -> None:
        """Do nothing: `close` has freed them all."""

    def farewell_to(self, supplier: str, account_id: str, *, now: int) -> Farewell | None:
        farewell, expires_at = self.farewells.get((supplier, account_id), (None, 0))
        return farewell if expires_at > now else None


def _as_read(account: Account) -> tuple[object, ...]:
    return account.status, account.generation, account.customers
