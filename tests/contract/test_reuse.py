"""A refresh token that was spent long ago ends its session, and has the owner told: both or nothing, and once."""

from collections.abc import Callable
from threading import Barrier
from typing import Any, NamedTuple

import pytest

from notifications.changes import Change, notifications_of
from tests.contract.test_accounts import FIRST, NOW
from tests.contract.test_sessions import is_alive, rotate
from tests.fakes.accounts import FakeAccounts
from tests.fakes.sessions import FakeSessions
from tests.threads import in_threads
from utenza.dynamodb import unmarshal
from utenza.errors import RefreshTokenInvalid
from utenza.tables.accounts import Accounts
from utenza.tables.sessions import Session, Sessions


class Tables(NamedTuple):
    accounts: Accounts
    sessions: Sessions
    told: Callable[[], list[str]]

    def log_in(self) -> str:
        return self.sessions.open("uno", "account-1", generation=0, now=NOW, lifetime=900)[0]

    def present(self, token: str, now: int) -> bool:
        """Tell whether the token is still good for a successor, as `POST /login/refresh` asks."""
        try:
            session = self.sessions.find(token, now=now)
            self.rotate(session, now)
        except RefreshTokenInvalid:
            return False
        return True

    def rotate(self, session: Session, now: int) -> str:
        write = self.accounts.session_reused("uno", "account-1", session.id, now=now)
        return self.sessions.rotate(session, now=now, on_reuse=[write])


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    """Return the tables, and what tells which notifications their changes called for."""
    if kind == "fake":
        fake = FakeAccounts()
        fake.register(FIRST, now=NOW)
        return Tables(fake, FakeSessions(), lambda: ["session_reused", "SessionReused"] * len(fake.reused))
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    db, dynamodb, table = request.getfixturevalue("db"), request.getfixturevalue("dynamodb"), new_table()
    accounts = Accounts(db, table)
    accounts.register(FIRST, now=NOW)

    def told() -> list[str]:
        items: list[dict[str, Any]] = [unmarshal(item) for item in dynamodb.scan(TableName=table)["Items"]]
        new = [item for item in items if "#reuse#" in item["pk"]]
        return [each.kind for item in new for each in notifications_of(Change("1", NOW, None, item))]

    return Tables(accounts, Sessions(db, new_table()), told)


def test_a_reuse_ends_the_session_and_is_told_once(tables: Tables) -> None:
    first = tables.log_in()
    second = rotate(tables.sessions, first, NOW)
    assert [tables.present(token, NOW + 31) for token in (first, second, first)] == [False] * 3
    assert tables.told() == ["session_reused", "SessionReused"]


def test_each_session_is_told_of(tables: Tables) -> None:
    for _ in range(2):
        token = tables.log_in()
        rotate(tables.sessions, token, NOW)
        assert not tables.present(token, NOW + 31)
    assert tables.told() == ["session_reused", "SessionReused"] * 2


def test_of_ten_reuses_at_once_one_is_told(tables: Tables) -> None:
    token = tables.log_in()
    rotate(tables.sessions, token, NOW)
    session, start = tables.sessions.find(token, now=NOW + 31), Barrier(10)

    def reuse() -> bool:
        start.wait()
        try:
            tables.rotate(session, NOW + 31)
        except RefreshTokenInvalid:
            return False
        return True

    assert not any(in_threads(*[reuse] * 10))
    assert tables.told() == ["session_reused", "SessionReused"]


def test_a_logout_and_a_second_tab_tell_nobody(tables: Tables) -> None:
    token = tables.log_in()
    assert all(tables.present(token, NOW + later) for later in (0, 10, 30))
    tables.sessions.close(token)
    assert not is_alive(tables.sessions, token, NOW + 60)
    assert tables.told() == []
