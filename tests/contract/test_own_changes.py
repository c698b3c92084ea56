from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from notifications.changes import Change, notifications_of
from tests.contract.test_accounts import FIRST, NOW
from tests.fakes.accounts import FakeAccounts
from tests.fakes.own_changes import FakeOwnChanges
from tests.fakes.sessions import FakeSessions
from utenza.dynamodb import DynamoDb, unmarshal
from utenza.errors import InvalidCredentials
from utenza.tables.accounts import Account, Accounts, Login
from utenza.tables.own_changes import OwnChanges
from utenza.tables.sessions import Sessions, id_of, new_family

KEY, NEW_HASH = FIRST.email_key, "$argon2id$new"


class Tables(NamedTuple):
    """Changes, and the accounts that they are about; Mario has registered."""

    changes: OwnChanges
    accounts: Accounts
    sessions: Sessions

    def account(self) -> Account:
        account = self.accounts.get("uno", FIRST.account_id)
        assert account is not None
        return account

    def login(self) -> Login:
        login = self.accounts.login_of("uno", KEY)
        assert login is not None
        return login

    def change_password(self, login: Login) -> None:
        also = self.changes.password_changed("uno", KEY, login, NEW_HASH)
        generation = login.generation + 1
        self.sessions.open("uno", login.account_id, generation=generation, now=NOW, lifetime=60, also=also)


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
        tables = Tables(FakeOwnChanges(accounts), accounts, FakeSessions())
    else:
        new_table: Callable[..., str] = request.getfixturevalue("new_table")
        db, table = request.getfixturevalue("db"), new_table()
        tables = Tables(OwnChanges(db, table), Accounts(db, table), Sessions(db, new_table("Sessions")))
    tables.accounts.register(FIRST, now=NOW)
    return tables


def _move_on(tables: Tables) -> None:
    assert tables.accounts.end_sessions(tables.account(), KEY, now=NOW)


def _freeze(tables: Tables) -> None:
    assert tables.accounts.freeze(tables.account(), KEY, now=NOW)


def test_a_password_changes_with_the_session_that_goes_on(tables: Tables) -> None:
    before = tables.login()
    tables.change_password(before)
    assert tables.login() == before._replace(password_hash=NEW_HASH, generation=1)
    assert tables.account().generation == 1
    assert [each.generation for each in tables.sessions.of_account("uno", FIRST.account_id, now=NOW)] == [1]


@pytest.mark.parametrize("meanwhile", [_move_on, _freeze, lambda tables: tables.change_password(tables.login())])
def test_of_an_account_that_changed_meanwhile_nothing_is_changed(
    tables: Tables, meanwhile: Callable[[Tables], None]
) -> None:
    login, account = tables.login(), tables.account()
    meanwhile(tables)
    after = tables.login(), tables.account(), tables.sessions.of_account("uno", FIRST.account_id, now=NOW)
    with pytest.raises(InvalidCredentials):
        tables.change_password(login._replace(password_hash=after[0].password_hash))
    assert not tables.changes.change_question("uno", KEY, login, "Dove?", NEW_HASH)
    assert tables.changes.change_contact(account, phone="", language="de", now=NOW) is None
    assert after == (
        tables.login(),
        tables.account(),
        tables.sessions.of_account("uno", FIRST.account_id, now=NOW),
    )


def test_a_question_changes_with_its_answer_and_nothing_else(tables: Tables) -> None:
    before, account = tables.login(), tables.account()
    assert tables.changes.change_question("uno", KEY, before, "Dove?", NEW_HASH)
    assert tables.login() == before._replace(question="Dove?", answer_hash=NEW_HASH)
    assert tables.account() == account


def test_a_question_is_of_its_own_account_alone(tables: Tables) -> None:
    foreign = tables.login()._replace(account_id="account-2")
    assert not tables.changes.change_question("uno", KEY, foreign, "Dove?", NEW_HASH)
    assert not tables.changes.change_question("uno", "nobody@example.it", tables.login(), "Dove?", NEW_HASH)
    assert tables.accounts.login_of("uno", "nobody@example.it") is None


@pytest.mark.parametrize("phone", ["+390425284604", ""])
def test_phone_and_language_change_and_nothing_else(tables: Tables, phone: str) -> None:
    before = tables.account()
    changed = tables.changes.change_contact(before, phone=phone, language="de", now=NOW)
    assert changed == before._replace(phone=phone, language="de") == tables.account()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda tables: tables.change_password(tables.login()), ["password_changed", "PasswordChanged"]),
        (
            lambda tables: tables.changes.change_question("uno", KEY, tables.login(), "Dove?", NEW_HASH),
            ["question_changed", "QuestionChanged"],
        ),
        (
            lambda tables: tables.changes.change_contact(tables.account(), phone="", language="de", now=NOW),
            ["ContactChanged"],
        ),
        (
            lambda tables: tables.changes.tell_of_ended_sessions("uno", FIRST.account_id, now=NOW),
            ["sessions_ended", "SessionEnded"],
        ),
    ],
)
def test_the_owner_is_told_of_what_weighs(
    dynamodb: Any, db: DynamoDb, new_table: Callable[..., str], change: Callable[[Tables], Any], told: list[str]
) -> None:
    table = new_table()
    tables = Tables(OwnChanges(db, table), Accounts(db, table), Sessions(db, new_table("Sessions")))
    tables.accounts.register(FIRST, now=NOW)

    def images() -> dict[str, Any]:
        return {item["pk"]: item for item in map(unmarshal, dynamodb.scan(TableName=table)["Items"])}

    before = images()
    change(tables)
    after = images()
    changes = [Change("1", NOW, before.get(key), after[key]) for key in sorted(after) if before.get(key) != after[key]]
    assert [each.kind for changed in changes for each in notifications_of(changed)] == told


def test_a_session_ends_with_its_note_or_there_is_neither(
    dynamodb: Any, db: DynamoDb, new_table: Callable[..., str]
) -> None:
    table = new_table()
    changes, sessions = OwnChanges(db, table), Sessions(db, new_table("Sessions"))
    family = new_family()
    sessions.open("uno", "account-1", generation=0, now=NOW, lifetime=60, family=family)
    noted = []
    for account in ("account-2", "account-1", "account-1"):
        told = changes.session_ended("uno", account, now=NOW)
        sessions.end_of("uno", id_of(family), account, also=[told])
        noted.append(len(dynamodb.scan(TableName=table)["Items"]))
    assert noted == [0, 1, 1]
    assert not sessions.is_open("uno", id_of(family), "account-1", now=NOW)
