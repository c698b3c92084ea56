from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.contract.test_accounts import FIRST, NOW
from tests.fakes.accounts import FakeAccounts
from tests.fakes.attempts import FakeAttempts
from tests.fakes.logins import FakeLogins
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.limits.subjects import Subject
from utenza.tables.accounts import Accounts
from utenza.tables.logins import Logins

KEY = FIRST.email_key
ACCOUNT = Subject("uno", "login-account", KEY, Limit(5, 900, in_a_row=100))
DAY = 86_400


class Tables(NamedTuple):
    """Logins, out of accounts and attempts; Mario has registered."""

    logins: Logins
    accounts: Accounts
    attempts: Attempts

    def failed(self, mark: str = "", subject: Subject = ACCOUNT) -> int:
        return self.logins.find("uno", subject.name, subject, mark).failed


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
        attempts: Attempts = FakeAttempts()
        tables = Tables(FakeLogins(accounts, attempts), accounts, attempts)
    else:
        new_table: Callable[..., str] = request.getfixturevalue("new_table")
        db, table = request.getfixturevalue("db"), new_table("Accounts")
        attempts = Attempts(db, new_table())
        tables = Tables(Logins(db, table, attempts), Accounts(db, table), attempts)
    tables.accounts.register(FIRST, now=NOW)
    return tables


def test_a_login_is_found_as_the_accounts_have_it(tables: Tables) -> None:
    found = tables.logins.find("uno", KEY, ACCOUNT, "")
    assert found == (tables.accounts.login_of("uno", KEY), 0)
    assert found.login
    assert tables.logins.find("uno", "nobody@example.it", ACCOUNT._replace(name="nobody@example.it"), "") == (None, 0)


def test_what_failed_since_the_last_success_is_counted_also_when_it_has_leaked_out(tables: Tables) -> None:
    for number in range(3):
        tables.attempts.count(ACCOUNT, now=NOW + number)
    assert tables.failed() == 3
    tables.attempts.count(ACCOUNT, now=NOW + DAY, mark="mine")
    assert tables.failed("mine") == 3  # its own attempt is none of them
    assert tables.failed("another") == 4
    tables.attempts.settle(ACCOUNT, now=NOW + DAY)
    assert tables.failed() == 0


def test_attempts_at_addresses_that_nobody_has_are_counted_alike(tables: Tables) -> None:
    nobody = ACCOUNT._replace(name="nobody@example.it")
    tables.attempts.count(nobody, now=NOW)
    assert tables.failed(subject=nobody) == 1
    assert tables.failed() == 0
