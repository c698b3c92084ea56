"""A login opens a session, is noted on the account and gives its attempts back: all of it or nothing."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.contract.test_accounts import FIRST, NOW
from tests.fakes.accounts import FakeAccounts
from tests.fakes.attempts import FakeAttempts
from tests.fakes.sessions import FakeSessions
from utenza.errors import InvalidCredentials
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.limits.subjects import Subject
from utenza.tables.accounts import Accounts
from utenza.tables.sessions import Sessions

MARIO = Subject("uno", "login-account", "mario", Limit(5, 900, in_a_row=100))
SOURCE = Subject("uno", "login-source", "203.0.113.9", Limit(5, 900))


class Tables(NamedTuple):
    accounts: Accounts
    attempts: Attempts
    sessions: Sessions

    def log_in(self, account_id: str, now: int = NOW + 60) -> str:
        also = (
            self.accounts.login_noted("uno", account_id, now=now),
            self.attempts.succeeded(MARIO, now=NOW),
            self.attempts.refunded(SOURCE, 3),
        )
        return self.sessions.open("uno", account_id, generation=0, now=NOW, lifetime=900, also=also)[0]

    def count_attempt(self) -> tuple[int, ...]:
        return self.attempts.count(MARIO, SOURCE, now=NOW)


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    """Return the tables with an account in them, and three attempts counted."""
    if kind == "fake":
        tables = Tables(FakeAccounts(), FakeAttempts(), FakeSessions())
    else:
        new_table: Callable[[], str] = request.getfixturevalue("new_table")
        db = request.getfixturevalue("db")
        tables = Tables(Accounts(db, new_table()), Attempts(db, new_table()), Sessions(db, new_table()))
    tables.accounts.register(FIRST, now=NOW)
    assert [tables.count_attempt() for _ in range(3)] == [(1, 1), (2, 2), (3, 3)]
    return tables


def test_a_login_is_noted_its_attempts_given_back_and_its_session_open(tables: Tables) -> None:
    token = tables.log_in("account-1")
    account = tables.accounts.get("uno", "account-1")
    assert account is not None
    assert (account.created_at, account.last_login_at, account.previous_login_at) == (NOW, NOW + 60, 0)
    with_limits = tables.attempts.count(MARIO._replace(limit=Limit(5, 900)), SOURCE, now=NOW)
    assert with_limits == (3, 1)  # of three attempts that of the login was none
    assert tables.count_attempt() == (1, 2)  # in a row, since the login
    assert tables.sessions.find(token, now=NOW).account_id == "account-1"


def test_the_login_before_the_last_one_is_remembered(tables: Tables) -> None:
    for now in (NOW + 60, NOW + 500):
        tables.log_in("account-1", now=now)
    account = tables.accounts.get("uno", "account-1")
    assert account is not None
    assert (account.previous_login_at, account.last_login_at) == (NOW + 60, NOW + 500)


def test_a_login_of_an_account_that_is_gone_does_nothing(tables: Tables) -> None:
    with pytest.raises(InvalidCredentials):
        tables.log_in("account-2")
    assert tables.accounts.get("uno", "account-2") is None
    assert tables.count_attempt() == (4, 4)
