"""Accepted documents in memory, beside the fake accounts that began with some."""

from collections.abc import Sequence

from tests.fakes.accounts import FakeAccounts
from utenza.tables.accounts import Accounts
from utenza.tables.agreements import Acceptance, Agreements


class FakeAgreements(Agreements):
    def __init__(self, accounts: Accounts) -> None:
        assert isinstance(accounts, FakeAccounts)
        self._agreed = accounts.agreed

    def history_of(self, supplier: str, account_id: str) -> tuple[Acceptance, ...]:
        return self._agreed.get((supplier, account_id), ())

    def accept(
        self, supplier: str, account_id: str, history: Sequence[Acceptance], new: Sequence[Acceptance], *, now: int
    ) -> bool:
        if len(self.history_of(supplier, account_id)) != len(history):
            return False
        self._agreed[supplier, account_id] = (*history, *new)
        return True
