from collections.abc import Callable
from threading import Barrier
from typing import Any, NamedTuple

import pytest

from notifications.changes import Change, notifications_of
from tests.contract.test_accounts import FIRST, NOW, another
from tests.fakes.accounts import FakeAccounts
from tests.fakes.closures import FakeClosures
from tests.threads import in_threads
from utenza.dynamodb import DynamoDb, TransactionCancelled, Write, unmarshal, update
from utenza.errors import InvalidCredentials
from utenza.tables.accounts import Account, Accounts
from utenza.tables.closures import Closures, Farewell
from utenza.tables.pending_user_ids import PendingUserIds
from utenza.tables.user_ids import History, Undo, UserIds

KEY = FIRST.email_key


class Tables(NamedTuple):
    """Closures and the accounts that they end; Mario has registered."""

    closures: Closures
    accounts: Accounts

    def account(self) -> Account:
        account = self.accounts.get("uno", FIRST.account_id)
        assert account is not None
        return account

    def close(self, account: Account | None = None, also: tuple[Write, ...] = ()) -> bool:
        return self.closures.close(account or self.account(), KEY, now=NOW + 9, also=also)


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
        tables = Tables(FakeClosures(accounts), accounts)
    else:
        new_table: Callable[[], str] = request.getfixturevalue("new_table")
        db, table = request.getfixturevalue("db"), new_table()
        tables = Tables(Closures(db, table), Accounts(db, table))
    tables.accounts.register(FIRST, now=NOW)
    return tables


def test_address_and_customer_of_a_closed_account_are_free_at_once(tables: Tables) -> None:
    assert tables.close()
    assert tables.accounts.login_of("uno", KEY) is None
    assert tables.accounts.account_of("uno", FIRST.customer_code) is None
    assert tables.accounts.registered_by("uno", FIRST.customer_code) is None
    tables.accounts.register(FIRST._replace(account_id="account-2", step_token_id="token-2"), now=NOW + 10)
    assert tables.accounts.account_of("uno", FIRST.customer_code) == "account-2"
    assert tables.account().status == "closed"


def test_a_stub_with_ids_alone_stays(tables: Tables) -> None:
    tables.accounts.note_email_status(tables.account(), "bounced")
    assert tables.close()
    assert tables.account() == Account(
        account_id=FIRST.account_id,
        supplier="uno",
        status="closed",
        language="it",
        customers=(FIRST.customer_code,),
        created_at=NOW,
        generation=1,
    )


def test_nothing_of_a_person_stays_in_the_table_but_where_the_owner_is_told(
    dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    tables = Tables(Closures(db, table), Accounts(db, table))
    tables.accounts.register(FIRST, now=NOW)
    assert tables.close()
    items = {item["pk"]["S"]: item for item in dynamodb.scan(TableName=table)["Items"]}
    assert set(items) == {"uno#account#account-1", "uno#closed#account-1"}
    stub, farewell = items["uno#account#account-1"], items["uno#closed#account-1"]
    for text in (FIRST.user_id, FIRST.name, FIRST.phone, FIRST.question, FIRST.password_hash, *FIRST.holder):
        assert text not in str(stub)
    assert stub["expires_at"] == {"N": str(NOW + 9 + 730 * 86_400)}
    assert set(farewell) == {"pk", "user_id", "language", "expires_at"}


def test_its_owner_can_be_told_for_three_days(tables: Tables) -> None:
    assert tables.closures.farewell_to("uno", FIRST.account_id, now=NOW) is None
    assert tables.close()
    three_days = 3 * 86_400
    told = Farewell(FIRST.user_id, "it")
    assert tables.closures.farewell_to("uno", FIRST.account_id, now=NOW + 9 + three_days - 1) == told
    assert tables.closures.farewell_to("uno", FIRST.account_id, now=NOW + 9 + three_days) is None


def test_an_account_that_changed_since_it_was_read_stays(tables: Tables) -> None:
    before = tables.account()
    assert tables.accounts.end_sessions(before, KEY, now=NOW)
    assert not tables.close(before)
    assert tables.account().status == "active"
    assert tables.accounts.login_of("uno", KEY) is not None
    assert tables.closures.farewell_to("uno", FIRST.account_id, now=NOW + 9) is None


def test_an_account_that_lost_a_customer_meanwhile_stays(tables: Tables) -> None:
    before = tables.account()
    assert tables.accounts.unlink(before, FIRST.customer_code, KEY)
    tables.accounts.register(another(2)._replace(customer_code=FIRST.customer_code), now=NOW)
    assert not tables.close(before)
    assert tables.accounts.account_of("uno", FIRST.customer_code) == "account-2"


def test_an_account_without_a_customer_can_be_closed(tables: Tables) -> None:
    assert tables.accounts.unlink(tables.account(), FIRST.customer_code, KEY)
    assert tables.close()
    assert tables.accounts.login_of("uno", KEY) is None


def test_an_account_is_closed_once(tables: Tables) -> None:
    before, start = tables.account(), Barrier(5)

    def close() -> bool:
        start.wait()
        return tables.close(before)

    assert sorted(map(str, in_threads(*[close] * 5))) == ["False"] * 4 + ["True"]


def test_nothing_is_closed_when_what_belongs_to_it_cannot_be_written(tables: Tables) -> None:
    with pytest.raises((TransactionCancelled, InvalidCredentials)):
        tables.close(also=(tables.accounts.login_noted("uno", "nobody", now=NOW),))
    assert tables.account().status == "active"
    assert tables.accounts.login_of("uno", KEY) is not None
    assert tables.accounts.account_of("uno", FIRST.customer_code) == FIRST.account_id


def test_what_does_not_fit_together_is_not_closed_and_is_no_matter_of_trying_again(
    db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    tables = Tables(Closures(db, table), Accounts(db, table))
    tables.accounts.register(FIRST, now=NOW)
    marker = "uno#customer#0012345"
    db.write(update(table, marker, "SET #account_id = :other", values={"other": "account-2"}))
    with pytest.raises(TransactionCancelled):
        tables.close()
    assert tables.account().status == "active"


def test_the_changes_of_a_closing_tell_the_owner_and_the_crm_once(
    dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]
) -> None:
    def items() -> dict[str, Any]:
        return {item["pk"]["S"]: db.get(table, item["pk"]["S"]) for item in dynamodb.scan(TableName=table)["Items"]}

    table = new_table()
    tables = Tables(Closures(db, table), Accounts(db, table))
    tables.accounts.register(FIRST, now=NOW)
    before = items()
    assert tables.close()
    after = items()
    found = [
        notice
        for pk in sorted(before | after)
        for notice in notifications_of(Change("event-1", NOW, before.get(pk), after.get(pk)))
    ]
    assert [(each.kind, each.subject) for each in found] == [
        ("AccountClosed", {"account_id": "account-1"}),
        ("account_closed", {"account_id": "account-1"}),
    ]


def test_sessions_end_and_nothing_else_changes(tables: Tables) -> None:
    before, login = tables.account(), tables.accounts.login_of("uno", KEY)
    assert login is not None
    assert tables.accounts.end_sessions(before, KEY, now=NOW)
    assert tables.account() == before._replace(generation=1)
    assert tables.accounts.login_of("uno", KEY) == login._replace(generation=1)
    assert not tables.accounts.end_sessions(before, KEY, now=NOW)
    assert tables.account().generation == 1


def test_sessions_go_on_when_what_belongs_to_their_end_cannot_be_written(tables: Tables) -> None:
    also = (tables.accounts.login_noted("uno", "nobody", now=NOW),)
    with pytest.raises((TransactionCancelled, InvalidCredentials)):
        tables.accounts.end_sessions(tables.account(), KEY, now=NOW, also=also)
    with pytest.raises((TransactionCancelled, InvalidCredentials)):
        tables.accounts.unlink(tables.account(), FIRST.customer_code, KEY, also=also)
    assert (tables.account().generation, tables.account().customers) == (0, (FIRST.customer_code,))


def test_the_end_of_sessions_looks_neither_like_a_new_password_nor_like_a_lost_customer(
    db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    accounts, pk = Accounts(db, table), f"uno#email#{KEY}"
    accounts.register(FIRST, now=NOW)
    for now in (NOW, NOW + 1):
        account, old = accounts.get("uno", "account-1"), db.get(table, pk)
        assert account is not None
        assert accounts.end_sessions(account, KEY, now=now)
        assert notifications_of(Change("event-1", NOW, old, db.get(table, pk))) == []
    account, old = accounts.get("uno", "account-1"), db.get(table, pk)
    assert account is not None
    assert accounts.unlink(account, FIRST.customer_code, KEY)
    found = notifications_of(Change("event-1", NOW, old, db.get(table, pk)))
    assert [each.kind for each in found] == ["customer_unlinked", "CustomerUnlinked"]


def test_no_address_that_waits_or_was_left_stays(dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]) -> None:
    table = new_table()
    accounts, pending, user_ids = Accounts(db, table), PendingUserIds(db, table), UserIds(db, table)
    accounts.register(FIRST, now=NOW)
    account, login = accounts.get("uno", FIRST.account_id), accounts.login_of("uno", KEY)
    assert account
    assert login
    changed = user_ids.change(account, login, "nuovo@example.it", History(), carried="x", now=NOW)
    assert changed
    code = user_ids.issue_undo("uno", Undo(FIRST.account_id, 1), now=NOW)
    pending.begin(changed, "terzo@example.it", replaces=None, address_taken=False, code_key="k", mailed=True, now=NOW)
    assert Closures(db, table).close(changed, "nuovo@example.it", now=NOW)
    left = [unmarshal(item) for item in dynamodb.scan(TableName=table)["Items"]]
    assert {item["pk"].split("#")[1] for item in left} == {"account", "closed", "undo"}
    assert [item["pk"] for item in left if "@" in str(item)] == [f"uno#closed#{FIRST.account_id}"]
    assert user_ids.find_undo("uno", code, now=NOW)  # ids alone, and nothing to take back
