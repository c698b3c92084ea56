"""Login, refresh and logout on fakes."""

from typing import Any

import pytest

from login import flow
from tests.fakes.tokens import FakeAccessTokens
from tests.unit.flows.fixtures import (
    HASHER,
    ISSUER,
    MARIO,
    NOW,
    PASSWORD,
    SOURCE,
    Flows,
    new_flows,
    register_mario,
    typed_login,
)
from tests.unit.flows.fixtures import (
    read_account as read,
)
from utenza.errors import (
    AccessTokenInvalid,
    FieldError,
    InvalidCredentials,
    InvalidRequest,
    RefreshTokenInvalid,
    TooManyAttempts,
    Unavailable,
)
from utenza.passwords.cost import Cost
from utenza.passwords.hashing import Hasher


@pytest.fixture
def flows() -> Flows:
    """Return a house in which Mario has registered."""
    return register_mario(new_flows())


def _log_in(flows: Flows, *, now: int = NOW, source: str = SOURCE, **changes: Any) -> flow.LoginResult:
    return flow.log_in(typed_login(**changes), flows.login, source=source, issuer=ISSUER, now=now)


def _refresh(flows: Flows, token: str, *, now: int = NOW) -> flow.LoginResult:
    return flow.refresh(token, flows.login, issuer=ISSUER, now=now)


def test_a_login_opens_a_session_and_is_noted(flows: Flows) -> None:
    session = _log_in(flows, now=NOW + 60, user_id=" MARIO@Example.ORG ")
    account = read(session.access_token, flows.account, issuer=ISSUER, now=NOW + 60)
    assert (account.account_id, account.last_login_at) == (session.account_id, NOW + 60)
    assert [summary[:4] for summary in account.summaries] == [(MARIO.code, "person", "Mario Rossi", "active")]
    assert (session.expires_in, session.refresh_expires_in) == (600, 86_400)


@pytest.mark.parametrize(
    "change",
    [
        {"password": "x"},
        {"password": PASSWORD + " "},
        {"user_id": "luigi@example.org"},
        {"user_id": "no address"},
        {"supplier": "luce"},
    ],
)
def test_whatever_is_wrong_the_credentials_are_invalid(flows: Flows, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidCredentials):
        _log_in(flows, **change)


def test_a_closed_account_cannot_log_in(flows: Flows) -> None:
    flows.accounts.close("gas", "mario@example.org")
    with pytest.raises(InvalidCredentials):
        _log_in(flows)


def test_every_missing_field_is_reported(flows: Flows) -> None:
    with pytest.raises(InvalidRequest) as refused:
        _log_in(flows, supplier=None, user_id=None, password="")
    assert set(refused.value.errors) == {
        FieldError("supplier", "required"),
        FieldError("user_id", "required"),
        FieldError("password", "required"),
    }


def test_an_unknown_user_costs_one_verification_like_a_known_one(flows: Flows) -> None:
    class Counting(Hasher):
        calls: list[str | None] = []  # noqa: RUF012 - one list for this test

        def verify(self, stored: str | None, secret: str) -> bool:
            self.calls.append(stored)
            return super().verify(stored, secret)

    dependencies = flows.login._replace(hasher=Counting(Cost(64, 1, 1)))
    for change in ({"user_id": "luigi@example.org"}, {"password": "x"}, {"user_id": "no address"}):
        with pytest.raises(InvalidCredentials):
            flow.log_in(typed_login(**change), dependencies, source=SOURCE, issuer=ISSUER, now=NOW)
    assert len(Counting.calls) == 3


@pytest.mark.parametrize("user_id", ["mario@example.org", "nobody@example.org"])
def test_guesses_lead_to_a_wait_for_known_and_unknown_users_alike(flows: Flows, user_id: str) -> None:
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, user_id=user_id, password="x")
    for password in ("x", PASSWORD):
        with pytest.raises(TooManyAttempts) as refused:
            _log_in(flows, user_id=user_id, password=password)
        assert refused.value.retry_after == 900


def test_what_is_no_address_has_a_count_of_its_own(flows: Flows) -> None:
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, user_id="no address")
    with pytest.raises(TooManyAttempts):
        _log_in(flows, user_id="no address")
    with pytest.raises(InvalidCredentials):
        _log_in(flows, user_id="none either")


def test_a_right_password_takes_back_its_own_attempt_and_no_guess_of_others(flows: Flows) -> None:
    for _ in range(4):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, password="x", source="192.0.2.66")
    for _ in range(3):
        _log_in(flows)
    assert flows.attempts.used("login-account", flows.login.per_account, NOW) == 4


def test_a_right_password_gives_no_guess_at_another_account_back_to_the_source(flows: Flows) -> None:
    flows = flows._replace(login=flows.login._replace(per_source=flows.login.per_account))
    for _ in range(2):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, user_id="luigi@example.org")
    _log_in(flows)
    assert flows.attempts.used("login-source", flows.login.per_source, NOW) == 2


def test_ones_own_wrong_passwords_are_given_back_to_the_source_by_the_right_one(flows: Flows) -> None:
    flows = flows._replace(login=flows.login._replace(per_source=flows.login.per_account))
    for _ in range(3):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, password="x")
    _log_in(flows)
    assert flows.attempts.used("login-source", flows.login.per_source, NOW) == 0


def test_a_wrong_password_is_given_back_to_the_source_once(flows: Flows) -> None:
    flows = flows._replace(login=flows.login._replace(per_source=flows.login.per_account))
    for user_id in ("luigi@example.org", "luigi@example.org", "mario@example.org"):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, user_id=user_id, password="x")
    for _ in range(4):
        _log_in(flows)
        assert flows.attempts.used("login-source", flows.login.per_source, NOW) == 2


def test_of_a_hundred_free_attempts_of_a_source_customers_who_log_in_use_ten_at_most(flows: Flows) -> None:
    for _ in range(20):
        _log_in(flows)
    assert flows.attempts.used("login-source", flows.login.per_source, NOW) == 10


def test_a_hash_of_another_cost_is_renewed_at_login(flows: Flows) -> None:
    before = flows.accounts.login_of("gas", "mario@example.org")
    dependencies = flows.login._replace(hasher=Hasher(Cost(128, 1, 1)))
    flow.log_in(typed_login(), dependencies, source=SOURCE, issuer=ISSUER, now=NOW)
    after = flows.accounts.login_of("gas", "mario@example.org")
    assert before is not None
    assert after is not None
    assert "m=128" in after.password_hash != before.password_hash
    assert HASHER.verify(after.password_hash, PASSWORD)


def test_a_refresh_goes_on_with_the_same_session(flows: Flows) -> None:
    session = _log_in(flows)
    renewed = _refresh(flows, session.refresh_token, now=NOW + 500)
    assert renewed.refresh_token != session.refresh_token
    assert renewed.refresh_expires_in == session.refresh_expires_in - 500
    assert read(renewed.access_token, flows.account, issuer=ISSUER, now=NOW + 500).account_id == session.account_id


def test_a_token_spent_long_ago_ends_the_session(flows: Flows) -> None:
    first = _log_in(flows).refresh_token
    second = _refresh(flows, first).refresh_token
    assert _refresh(flows, first, now=NOW + 30).refresh_token == second
    with pytest.raises(RefreshTokenInvalid):
        _refresh(flows, first, now=NOW + 31)
    with pytest.raises(RefreshTokenInvalid):
        _refresh(flows, second, now=NOW + 31)


def test_a_token_spent_long_ago_ends_the_access_at_once_and_the_owner_is_told_once(flows: Flows) -> None:
    other, session = _log_in(flows), _log_in(flows)
    renewed = _refresh(flows, session.refresh_token)
    [account_id] = {account.account_id for account in flows.accounts.accounts.values()}
    for token in (session.refresh_token, renewed.refresh_token, session.refresh_token):
        with pytest.raises(RefreshTokenInvalid):
            _refresh(flows, token, now=NOW + 31)
    assert [told for told, _ in flows.accounts.reused] == [account_id]
    for access_token in (session.access_token, renewed.access_token):
        with pytest.raises(AccessTokenInvalid):
            read(access_token, flows.account, issuer=ISSUER, now=NOW + 31)
    assert read(other.access_token, flows.account, issuer=ISSUER, now=NOW + 31).account_id == account_id


def test_an_outage_spends_no_refresh_token(flows: Flows) -> None:
    class Down(FakeAccessTokens):
        def issue(self, *_: Any, **__: Any) -> tuple[str, int]:
            raise Unavailable

    token = _log_in(flows).refresh_token
    with pytest.raises(Unavailable):
        flow.refresh(token, flows.login._replace(access_tokens=Down()), issuer=ISSUER, now=NOW)
    assert _refresh(flows, token, now=NOW + 600).refresh_token != token


def test_a_closed_account_ends_its_sessions(flows: Flows) -> None:
    session = _log_in(flows)
    flows.accounts.close("gas", "mario@example.org")
    with pytest.raises(RefreshTokenInvalid):
        _refresh(flows, session.refresh_token)
    assert not flows.sessions.families
    with pytest.raises(AccessTokenInvalid):
        read(session.access_token, flows.account, issuer=ISSUER, now=NOW)


def test_logout_ends_the_session_and_is_content_with_anything(flows: Flows) -> None:
    session = _log_in(flows)
    for token in (session.refresh_token, session.refresh_token, "x", "gas.x.y"):
        flow.log_out(token, flows.login)
    with pytest.raises(AccessTokenInvalid):
        read(session.access_token, flows.account, issuer=ISSUER, now=NOW)
    assert not flows.accounts.reused
    with pytest.raises(RefreshTokenInvalid):
        _refresh(flows, session.refresh_token)


def test_an_access_token_is_good_for_its_issuer_and_its_time(flows: Flows) -> None:
    session = _log_in(flows)
    for issuer, now in (("https://other.example", NOW), (ISSUER, NOW + 600)):
        with pytest.raises(AccessTokenInvalid):
            read(session.access_token, flows.account, issuer=issuer, now=now)
