from collections.abc import Callable
from functools import partial
from threading import Barrier
from typing import Any, NamedTuple

import pytest

from notifications.changes import Change, notifications_of
from tests.contract.test_accounts import FIRST, NOW, another
from tests.fakes.accounts import FakeAccounts
from tests.fakes.offers import FakeOffers
from tests.fakes.supplies import FakeSupplies
from tests.threads import in_threads
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import DynamoDb, unmarshal, update
from utenza.errors import AlreadyRegistered
from utenza.tables.accounts import Account, Accounts
from utenza.tables.closures import AT_ONCE, Closures
from utenza.tables.offers import Offers
from utenza.tables.supplies import Supplies

OWN = CustomerSummary("0099", "person", "Mario Rossi", "active", ("h3",))
MOTHERS = CustomerSummary("0077", "person", "Ada Neri", "active", ("h4",), "delegate")


class Tables(NamedTuple):
    """Supplies and the accounts that they are of; Mario and another have registered."""

    supplies: Supplies
    accounts: Accounts
    offers: Offers

    def account(self, account_id: str = FIRST.account_id) -> Account:
        account = self.accounts.get("uno", account_id)
        assert account is not None
        return account


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
        tables = Tables(FakeSupplies(accounts), accounts, FakeOffers(accounts))
    else:
        new_table: Callable[..., str] = request.getfixturevalue("new_table")
        db, table = request.getfixturevalue("db"), new_table("Accounts")
        tables = Tables(Supplies(db, table), Accounts(db, table), Offers(db, table))
    tables.accounts.register(FIRST, now=NOW)
    tables.accounts.register(another(2), now=NOW)
    return tables


def test_what_is_offered_is_kept_until_it_is_linked_or_a_supply_has_a_new_holder(tables: Tables) -> None:
    before = tables.account()
    assert tables.offers.replace(before, ("099", "123"))
    offered = tables.account()
    assert offered == before._replace(offered=("099", "123"))
    linked = tables.supplies.link(offered, OWN._replace(code="0000000099"))
    assert linked == tables.account()
    assert tables.account().offered == ("123",)
    assert not tables.offers.replace(before, ("1",))  # it has another supply by now
    assert tables.accounts.unlink(tables.account(), "0000000099", FIRST.email_key)
    assert tables.account().offered == ()
    assert tables.accounts.freeze(tables.account(), FIRST.email_key, now=NOW)
    assert not tables.offers.replace(tables.account(), ("1",))
    assert not tables.offers.replace(before._replace(account_id="nobody"), ("1",))


@pytest.mark.parametrize("summary", [OWN, MOTHERS])
def test_a_supply_that_is_linked_is_the_accounts_and_sessions_stay(tables: Tables, summary: CustomerSummary) -> None:
    before = tables.account()
    linked = tables.supplies.link(before, summary)
    assert linked == tables.account()
    assert linked == before._replace(
        customers=(FIRST.customer_code, summary.code), summaries=(*before.summaries, summary)
    )
    assert tables.accounts.account_of("uno", summary.code) == FIRST.account_id
    assert tables.accounts.registered_by("uno", summary.code)  # nobody else registers it


def test_a_supply_that_is_removed_can_be_registered(tables: Tables) -> None:
    linked = tables.supplies.link(tables.account(), MOTHERS)
    assert linked
    left = tables.supplies.remove(linked, FIRST.customer_code, by="owner", now=NOW)
    assert left == tables.account()
    assert left
    assert (left.customers, left.summaries) == ((MOTHERS.code,), (MOTHERS,))
    assert tables.accounts.account_of("uno", FIRST.customer_code) is None
    again = FIRST._replace(account_id="account-9", email_key="m9@example.it", step_token_id="token-9")
    tables.accounts.register(again, now=NOW)


def test_a_supply_of_another_account_is_refused(tables: Tables) -> None:
    taken = OWN._replace(code=another(2).customer_code)
    before = tables.account()
    with pytest.raises(AlreadyRegistered):
        tables.supplies.link(before, taken)
    assert tables.account() == before


def test_of_two_accounts_that_add_one_supply_at_once_one_wins(tables: Tables) -> None:
    accounts, start = [tables.account(), tables.account(another(2).account_id)], Barrier(2)

    def add(account: Account) -> bool:
        start.wait()
        try:
            return tables.supplies.link(account, OWN) is not None
        except AlreadyRegistered:
            return False

    assert sorted(in_threads(*(partial(add, each) for each in accounts))) == [False, True]
    owners = [each for each in accounts if OWN.code in tables.account(each.account_id).customers]
    assert [each.account_id for each in owners] == [tables.accounts.account_of("uno", OWN.code)]


def test_of_an_account_that_changed_meanwhile_nothing_is_changed(tables: Tables) -> None:
    before = tables.account()
    after = tables.supplies.link(before, OWN)
    assert after
    assert tables.supplies.link(before, MOTHERS) is None
    assert tables.supplies.remove(before, FIRST.customer_code, by="owner", now=NOW) is None
    assert tables.accounts.freeze(after, FIRST.email_key, now=NOW)
    frozen = tables.account()
    assert tables.supplies.link(frozen, MOTHERS) is None
    assert tables.supplies.remove(after, OWN.code, by="owner", now=NOW) is None
    assert tables.account() == frozen
    assert tables.supplies.remove(frozen, OWN.code, by="holder", now=NOW)  # its holder need not wait
    assert tables.account().customers == before.customers


def test_a_delegate_loses_the_supply_to_a_new_holder_as_anybody_does(tables: Tables) -> None:
    linked = tables.supplies.link(tables.account(), MOTHERS)
    assert linked
    assert tables.accounts.unlink(linked, MOTHERS.code, FIRST.email_key)
    assert tables.account().customers == (FIRST.customer_code,)
    assert tables.accounts.account_of("uno", MOTHERS.code) is None


@pytest.mark.parametrize(
    ("by", "told"),
    [("owner", ["supply_unlinked", "SupplyUnlinked"]), ("holder", ["delegate_removed", "SupplyUnlinked"])],
)
def test_owner_and_holder_are_told(
    dynamodb: Any, db: DynamoDb, new_table: Callable[..., str], by: Any, told: list[str]
) -> None:
    table = new_table("Accounts")
    tables = Tables(Supplies(db, table), Accounts(db, table), Offers(db, table))
    tables.accounts.register(FIRST, now=NOW)

    def images() -> dict[str, Any]:
        return {item["pk"]: item for item in map(unmarshal, dynamodb.scan(TableName=table)["Items"])}

    def notified(before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
        changes = [Change("1", NOW, before.get(pk), after[pk]) for pk in after if before.get(pk) != after[pk]]
        return [each for change in changes for each in notifications_of(change)]

    registered = images()
    linked = tables.supplies.link(tables.account(), MOTHERS)
    assert linked
    found = notified(registered, with_mother := images())
    assert [each.kind for each in found] == ["supply_linked", "supply_delegated", "SupplyLinked"]
    subject = {"account_id": FIRST.account_id, "customer_code": MOTHERS.code, "role": "delegate"}
    assert all(each.subject == subject for each in found)
    assert tables.supplies.remove(linked, MOTHERS.code, by=by, now=NOW)
    found = notified(with_mother, images())
    assert [each.kind for each in found] == told
    assert all(each.subject == subject for each in found)


@pytest.mark.parametrize("number", [1, AT_ONCE, AT_ONCE + 1, 200])
def test_a_closed_account_frees_all_its_customers_and_none_of_others(
    dynamodb: Any, db: DynamoDb, new_table: Callable[..., str], number: int
) -> None:
    table = new_table("Accounts")
    accounts, closures = Accounts(db, table), Closures(db, table)
    accounts.register(FIRST, now=NOW)
    codes = [FIRST.customer_code, *(f"supply-{each}" for each in range(number - 1))]
    key = f"uno#account#{FIRST.account_id}"
    db.write(update(table, key, "SET #customers = :codes", values={"codes": codes}))
    for code in codes[1:]:
        dynamodb.put_item(
            TableName=table, Item={"pk": {"S": f"uno#customer#{code}"}, "account_id": {"S": FIRST.account_id}}
        )
    account = accounts.get("uno", FIRST.account_id)
    assert account
    assert closures.close(account, FIRST.email_key, now=NOW)
    assert all(accounts.account_of("uno", code) is None for code in codes)
    accounts.register(FIRST._replace(account_id="account-2", step_token_id="token-2"), now=NOW)
    closures.free("uno", FIRST.account_id, codes)  # whoever is told of the closing does it once more
    assert accounts.account_of("uno", FIRST.customer_code) == "account-2"
