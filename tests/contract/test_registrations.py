"""What the CRM reads of accounts: whose a code is, how the account is reached, what was accepted."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.contract.test_accounts import FIRST, NOW, another
from tests.fakes.accounts import FakeAccounts
from tests.fakes.closures import FakeClosures
from tests.fakes.registrations import FakeRegistrations
from tests.fakes.supplies import FakeSupplies
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import DynamoDb
from utenza.tables.accounts import Account, Accounts
from utenza.tables.agreements import Acceptance
from utenza.tables.closures import Closures
from utenza.tables.registrations import OF_ACCOUNTS, Owner, Registrations
from utenza.tables.supplies import Supplies

AGREED = (Acceptance("terms", "1", NOW), Acceptance("terms", "2", NOW + 1))


class Tables(NamedTuple):
    """The first has registered and accepted something, and another."""

    registrations: Registrations
    accounts: Accounts
    supplies: Supplies
    closures: Closures

    def account(self) -> Account:
        account = self.accounts.get("uno", FIRST.account_id)
        assert account is not None
        return account


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        fake = FakeAccounts()
        tables = Tables(FakeRegistrations(fake, 1), fake, FakeSupplies(fake), FakeClosures(fake))
    else:
        new_table: Callable[..., str] = request.getfixturevalue("new_table")
        db: DynamoDb = request.getfixturevalue("db")
        table = new_table("Accounts")
        tables = Tables(Registrations(db, table), Accounts(db, table), Supplies(db, table), Closures(db, table))
    tables.accounts.register(FIRST._replace(accepted=AGREED), now=NOW)
    tables.accounts.register(another(2), now=NOW)
    return tables


def _walk(registrations: Registrations, supplier: str = "uno") -> list[str]:
    found, after = list[str](), "-"
    while after:
        accounts, after = registrations.page(supplier, "" if after == "-" else after)
        found += [account.account_id for account in accounts]
    return sorted(found)


def test_accounts_are_read_as_they_are_without_what_came_from_the_crm(tables: Tables) -> None:
    first, second = FIRST.account_id, another(2).account_id
    found = tables.registrations.accounts("uno", [first, second, first, "nobody"])
    assert set(found) == {first, second}
    kept = {name: getattr(tables.account(), name) for name in OF_ACCOUNTS}
    assert {name: getattr(found[first], name) for name in OF_ACCOUNTS} == kept
    assert tables.registrations.accounts("due", [first]) == {}
    assert tables.registrations.accounts("uno", []) == {}


def test_a_code_is_its_holders_or_a_delegates(tables: Tables) -> None:
    delegated = CustomerSummary("0099", "person", "Anna Verdi", "active", ("h3",), "delegate")
    assert tables.supplies.link(tables.account(), delegated)
    found = tables.registrations.owners("uno", [FIRST.customer_code, "0099", "unknown"])
    assert found == {FIRST.customer_code: Owner(FIRST.account_id), "0099": Owner(FIRST.account_id, "delegate")}


def test_what_was_accepted_is_read_with_its_history(tables: Tables) -> None:
    found = tables.registrations.accepted("uno", [FIRST.account_id, another(2).account_id])
    assert found == {FIRST.account_id: AGREED}


def test_the_walk_meets_every_account_that_is_not_closed(tables: Tables) -> None:
    first, second = FIRST.account_id, another(2).account_id
    assert tables.accounts.freeze(tables.account(), FIRST.email_key, now=NOW)
    assert _walk(tables.registrations) == sorted([first, second])
    assert _walk(tables.registrations, "due") == []
    assert tables.closures.close(tables.account(), FIRST.email_key, now=NOW)
    assert _walk(tables.registrations) == [second]
    assert tables.registrations.owners("uno", [FIRST.customer_code]) == {}


def test_more_than_a_batch_is_read_in_parts(db: DynamoDb, new_table: Callable[..., str], dynamodb: Any) -> None:
    table = new_table("Accounts")
    for part in range(0, 120, 20):
        puts = [
            {"PutRequest": {"Item": {"pk": {"S": f"uno#customer#{each}"}, "account_id": {"S": f"a{each}"}}}}
            for each in range(part, part + 20)
        ]
        dynamodb.batch_write_item(RequestItems={table: puts})
    found = Registrations(db, table).owners("uno", map(str, range(150)))
    assert found == {str(each): Owner(f"a{each}") for each in range(120)}
