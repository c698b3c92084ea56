"""Registered customers of a supplier, and what the CRM reads of them, on fakes."""

from typing import NamedTuple

from tests.fakes.accounts import FakeAccounts
from tests.fakes.changes import FakeChanges
from tests.fakes.closures import FakeClosures
from tests.fakes.registrations import FakeRegistrations
from tests.fakes.supplies import FakeSupplies
from utenza.customers.record import CustomerSummary, Role
from utenza.tables.accounts import Account
from utenza.tables.agreements import Acceptance
from utenza.tables.changes import ChangeKind, NewChange
from utenza.tables.new_accounts import Registration

NOW = 1_795_683_600  # 26 November 2026, 10 o'clock in Italy
AGREED = (Acceptance("terms", "1", NOW), Acceptance("privacy", "2026-01", NOW), Acceptance("terms", "2", NOW))


def registration(number: int = 1, supplier: str = "gas") -> Registration:
    return Registration(
        supplier=supplier,
        account_id=f"{number:032x}",
        customer_code=f"010{number}",
        step_token_id=f"step-{number}",
        user_id=f"mario{number}@example.org",
        email_key=f"mario{number}@example.org",
        password_hash="h",
        question="q",
        answer_hash="a",
        language="it",
        phone="+390425284604",
        name="Mario Rossi",
    )


class World(NamedTuple):
    accounts: FakeAccounts
    changes: FakeChanges
    registrations: FakeRegistrations
    supplier: str = "gas"

    def register(self, number: int = 1, *, at: int = NOW, accepted: tuple[Acceptance, ...] = ()) -> Account:
        made = registration(number, self.supplier)._replace(accepted=accepted)
        self.accounts.register(made, now=at)
        self.happened("CustomerRegistered", number, at=at)
        return self.account(number)

    def account(self, number: int = 1) -> Account:
        return self.accounts.accounts[self.supplier, registration(number).account_id]

    def happened(self, kind: ChangeKind, number: int = 1, code: str = "", *, at: int = NOW) -> int:
        change = NewChange(kind, registration(number).account_id, at, code)
        return self.changes.record(self.supplier, f"{kind} {self.changes.last(self.supplier).number}", change, now=at)

    def link(self, code: str, role: Role, number: int = 1) -> None:
        summary = CustomerSummary(code, "person", "Anna Verdi", "active", ("h",), role)
        assert FakeSupplies(self.accounts).link(self.account(number), summary)
        self.happened("SupplyLinked", number, code)

    def freeze(self, number: int = 1) -> None:
        assert self.accounts.freeze(self.account(number), registration(number).email_key, now=NOW)
        self.happened("AccountFrozen", number)

    def unlink(self, code: str, number: int = 1) -> None:
        assert self.accounts.unlink(self.account(number), code, registration(number).email_key)
        self.happened("CustomerUnlinked", number, code)

    def close(self, number: int = 1, *, at: int = NOW) -> None:
        assert FakeClosures(self.accounts).close(self.account(number), registration(number).email_key, now=at)
        self.happened("AccountClosed", number, at=at)


def new_world(supplier: str = "gas") -> World:
    accounts = FakeAccounts()
    return World(accounts, FakeChanges(), FakeRegistrations(accounts), supplier)
