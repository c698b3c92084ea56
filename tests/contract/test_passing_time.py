"""What accounts remember of passing time, and the walk through them."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from notifications.changes import Change, notifications_of
from tests.contract.test_accounts import FIRST, NOW, another
from tests.fakes.accounts import FakeAccounts
from tests.fakes.closures import FakeClosures
from tests.fakes.passing_time import FakePassingTime
from tests.fakes.supplies import FakeSupplies
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import DynamoDb, unmarshal
from utenza.tables.accounts import Account, Accounts
from utenza.tables.closures import Closures, Farewell
from utenza.tables.lifetimes import Warned
from utenza.tables.passing_time import READ, PassingTime
from utenza.tables.supplies import Supplies

CLOSED = CustomerSummary("0099", "person", "Mario Rossi", "closed", ("h3",), "delegate", NOW - 5)
WARNED = Warned(NOW - 9, 1, 1_900_000_000)


class Tables(NamedTuple):
    """Mario and another have registered."""

    passing: PassingTime
    accounts: Accounts
    supplies: Supplies
    closures: Closures
    log_in: Callable[[int], None]

    def account(self, account_id: str = FIRST.account_id) -> Account:
        account = self.accounts.get("uno", account_id)
        assert account is not None
        return account


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        fake = FakeAccounts()

        def log_in(now: int) -> None:
            fake.login_noted("uno", FIRST.account_id, now=now).parameters["do"]()

        tables = Tables(FakePassingTime(fake, 1), fake, FakeSupplies(fake), FakeClosures(fake), log_in)
    else:
        new_table: Callable[..., str] = request.getfixturevalue("new_table")
        db, table = request.getfixturevalue("db"), new_table("Accounts")
        accounts = Accounts(db, table)
        tables = Tables(
            PassingTime(db, table),
            accounts,
            Supplies(db, table),
            Closures(db, table),
            lambda now: db.write(accounts.login_noted("uno", FIRST.account_id, now=now)),
        )
    tables.accounts.register(FIRST, now=NOW)
    tables.accounts.register(another(2), now=NOW)
    return tables


def _walk(passing: PassingTime, after: str = "") -> list[str]:
    found = []
    while True:
        accounts, after = passing.page(after)
        found += [account.account_id for account in accounts]
        if not after:
            return sorted(found)


def test_a_walk_meets_every_active_account_once(tables: Tables) -> None:
    both = sorted([FIRST.account_id, another(2).account_id])
    assert _walk(tables.passing) == both
    assert tables.accounts.freeze(tables.account(), FIRST.email_key, now=NOW)
    assert _walk(tables.passing) == [another(2).account_id]


def test_a_walk_reads_what_decides_as_it_is_stored(tables: Tables) -> None:
    assert tables.supplies.link(tables.account(), CLOSED)
    tables.log_in(NOW + 1)
    found = list[Account]()
    after = "-"
    while after:
        accounts, after = tables.passing.page("" if after == "-" else after)
        found += accounts
    [mario] = [account for account in found if account.account_id == FIRST.account_id]
    kept = {name: getattr(tables.account(), name) for name in READ}
    assert {name: getattr(mario, name) for name in READ} == kept
    assert mario.summary_of("0099") == CLOSED


def test_the_place_is_kept_by_an_account_and_forgotten_at_the_end(tables: Tables) -> None:
    assert tables.passing.place() == ""
    tables.passing.keep_place(tables.account())
    place = tables.passing.place()
    assert place.endswith(FIRST.account_id)
    assert FIRST.account_id not in _walk(tables.passing, place)
    tables.passing.keep_place(None)
    assert tables.passing.place() == ""


def test_a_time_without_supply_begins_once_and_ends_with_the_next_supply(tables: Tables) -> None:
    passing = tables.passing
    assert passing.begin_without_supply(tables.account(), now=NOW) is None
    assert tables.accounts.unlink(tables.account(), FIRST.customer_code, FIRST.email_key)
    begun = passing.begin_without_supply(tables.account(), now=NOW + 1)
    assert begun == tables.account()
    assert begun.without_supply_since == NOW + 1
    assert passing.begin_without_supply(tables.account(), now=NOW + 2) is None
    assert tables.supplies.link(tables.account(), CLOSED)
    assert tables.account().without_supply_since == 0


def test_an_owner_is_warned_once_for_what_was_read(tables: Tables) -> None:
    seen = tables.account()
    warned = tables.passing.warn(seen, WARNED, now=NOW)
    assert warned == tables.account()
    assert warned.warned == WARNED
    assert tables.passing.warn(seen, WARNED, now=NOW) is None
    second = WARNED._replace(times=2)
    assert tables.passing.warn(warned, second, now=NOW) == tables.account()
    tables.log_in(NOW + 1)
    assert tables.passing.warn(warned._replace(warned=second), WARNED, now=NOW) is None
    assert tables.account().warned == second


def test_what_closes_by_itself_does_not_close_over_a_login(tables: Tables) -> None:
    seen = tables.account()
    tables.log_in(NOW + 1)
    assert not tables.closures.close(seen, FIRST.email_key, now=NOW, cause="unused")
    tables.log_in(NOW + 2)
    assert not tables.closures.close(seen._replace(last_login_at=NOW + 1), FIRST.email_key, now=NOW, cause="unused")
    assert tables.closures.close(tables.account(), FIRST.email_key, now=NOW, cause="unused")
    farewell = tables.closures.farewell_to("uno", FIRST.account_id, now=NOW)
    assert farewell == Farewell(FIRST.user_id, FIRST.language, "unused")


def test_what_closes_by_itself_does_not_close_over_a_supply_that_came_back(tables: Tables) -> None:
    [own] = tables.account().summaries
    assert tables.accounts.replace_summary(tables.account(), own._replace(status="closed", closed_at=NOW))
    seen = tables.account()
    assert seen.summaries[0].closed_at == NOW
    assert tables.accounts.replace_summary(seen, own)
    assert not tables.closures.close(seen, FIRST.email_key, now=NOW, cause="no_supply")
    assert tables.supplies.remove(seen, own.code, by="time", now=NOW) is None
    assert tables.account().summaries == (own,)


def test_a_warning_leaves_a_note_that_the_mail_is_made_of(dynamodb: Any, db: DynamoDb, new_table: Any) -> None:
    table = new_table("Accounts")
    accounts, passing = Accounts(db, table), PassingTime(db, table)
    accounts.register(FIRST, now=NOW)
    account = accounts.get("uno", FIRST.account_id)
    assert account is not None
    assert passing.warn(account, WARNED, now=NOW)
    items = map(unmarshal, dynamodb.scan(TableName=table)["Items"])
    [note] = [item for item in items if "#noted#" in item["pk"]]
    [mail] = notifications_of(Change("1", NOW, None, note))
    assert (mail.kind, mail.subject) == (
        "account_unused",
        {"account_id": FIRST.account_id, "closes_on": "2030-03-17"},
    )


def test_the_place_of_a_walk_is_nothing_to_tell_anybody_of() -> None:
    assert notifications_of(Change("1", NOW, None, {"pk": "#housekeeping#place", "after": "x"})) == []
