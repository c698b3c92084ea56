"""Known devices at login: wrong passwords from them are counted apart from those of strangers."""

from collections.abc import Iterator
from typing import Any

import pytest

from login import flow
from recovery.flow import change_password, start
from tests.unit.flows.fixtures import (
    ISSUER,
    NEW_PASSWORD,
    NOW,
    SOURCE,
    YEAR,
    Flows,
    answered,
    forgotten,
    new_flows,
    register_mario,
    typed_login,
)
from utenza.errors import FieldError, InvalidCredentials, InvalidRequest, TooManyAttempts, Unavailable, UtenzaError
from utenza.limits.devices import Device
from utenza.limits.limit import Limit

STRANGER = "198.51.100.66"


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows())


def _log_in(flows: Flows, *, now: int = NOW, source: str = SOURCE, **changes: Any) -> flow.LoginResult:
    return flow.log_in(typed_login(**changes), flows.login, source=source, issuer=ISSUER, now=now)


def _outcome(flows: Flows, **changes: Any) -> str:
    try:
        _log_in(flows, **changes)
    except UtenzaError as error:
        return error.code
    return "in"


def _recover(flows: Flows, now: int = NOW, password: str = NEW_PASSWORD) -> str:
    """Give the account a new password; return the token of the recovery."""
    token = start(forgotten(), flows.recovery, source=SOURCE, language="it", now=now).recovery_token
    change_password(answered(token, password=password, password_repeat=password), flows.recovery, now=now)
    return token


def _strangers_guess(flows: Flows, now: int = NOW, user_id: str = "mario@example.org") -> None:
    """Use up what strangers have."""
    outcomes = [_outcome(flows, user_id=user_id, password="x", source=STRANGER, now=now) for _ in range(6)]
    assert outcomes[-1] == "too_many_attempts"


@pytest.fixture
def token(flows: Flows) -> str:
    return _log_in(flows).device_token


def test_a_stranger_who_keeps_guessing_keeps_no_known_device_out(flows: Flows, token: str) -> None:
    _strangers_guess(flows)
    assert _outcome(flows) == "too_many_attempts"
    for _ in range(20):
        assert _outcome(flows, device_token=token) == "in"
    assert _outcome(flows, password="x", source=STRANGER) == "too_many_attempts"


def test_who_shares_the_source_keeps_no_known_device_out(flows: Flows, token: str) -> None:
    flows = flows._replace(login=flows.login._replace(per_source=Limit(3, 3600)))
    for number in range(4):
        _outcome(flows, user_id=f"user-{number}@example.org", password="x")
    assert _outcome(flows) == "too_many_attempts"
    assert _outcome(flows, device_token=token) == "in"


def test_five_wrong_passwords_cost_a_device_its_privilege(flows: Flows, token: str) -> None:
    for _ in range(5):
        assert _outcome(flows, device_token=token, password="x") == "invalid_credentials"
    assert flows.attempts.used("login-account", flows.login.per_account, NOW) == 0
    _strangers_guess(flows)
    assert _outcome(flows, device_token=token) == "too_many_attempts"
    for later in (NOW + 86_400, NOW + YEAR - 1):
        _strangers_guess(flows, now=later)
        assert _outcome(flows, device_token=token, now=later) == "too_many_attempts"


def test_four_wrong_passwords_and_the_right_one_leave_a_device_as_before(flows: Flows, token: str) -> None:
    for _ in range(3):
        for _ in range(4):
            assert _outcome(flows, device_token=token, password="x") == "invalid_credentials"
        assert _log_in(flows, device_token=token).device_token == token


def test_a_device_that_has_lost_its_privilege_gets_it_back_with_the_right_password(flows: Flows, token: str) -> None:
    for _ in range(5):
        _outcome(flows, device_token=token, password="x")
    renewed = _log_in(flows, device_token=token).device_token
    assert renewed != token
    _strangers_guess(flows)
    assert _outcome(flows, device_token=renewed) == "in"


def test_a_device_is_known_for_a_year_after_its_last_login(flows: Flows, token: str) -> None:
    for year in range(1, 4):
        now = NOW + year * (YEAR - 1)
        _strangers_guess(flows, now=now)
        assert _log_in(flows, device_token=token, now=now).device_token == token
    now += YEAR
    _strangers_guess(flows, now=now)
    assert _outcome(flows, device_token=token, now=now) == "too_many_attempts"


def test_a_new_password_ends_all_devices(flows: Flows, token: str) -> None:
    _recover(flows)
    _strangers_guess(flows)
    assert _outcome(flows, device_token=token, password=NEW_PASSWORD) == "too_many_attempts"


def test_of_a_device_that_has_ended_passwords_are_counted_for_strangers(flows: Flows, token: str) -> None:
    _recover(flows)
    outcomes = [_outcome(flows, device_token=token, password="x") for _ in range(6)]
    assert outcomes == ["invalid_credentials"] * 5 + ["too_many_attempts"]


def test_who_has_recovered_the_password_gets_in_though_strangers_keep_guessing(flows: Flows) -> None:
    _strangers_guess(flows)
    recovery_token = _recover(flows)
    _strangers_guess(flows)
    assert _outcome(flows, password=NEW_PASSWORD) == "too_many_attempts"
    session = _log_in(flows, password=NEW_PASSWORD, device_token=recovery_token)
    assert session.device_token != recovery_token
    assert _outcome(flows, password=NEW_PASSWORD, device_token=session.device_token) == "in"


def test_the_token_of_a_recovery_stands_for_a_device_for_an_hour(flows: Flows) -> None:
    recovery_token = _recover(flows)
    for later, outcome in ((3599, "in"), (3600, "too_many_attempts")):
        _strangers_guess(flows, now=NOW + later)
        assert _outcome(flows, password=NEW_PASSWORD, device_token=recovery_token, now=NOW + later) == outcome


def test_a_recovery_that_was_only_begun_makes_no_device_known(flows: Flows) -> None:
    token = start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW).recovery_token
    _strangers_guess(flows)
    assert _outcome(flows, device_token=token) == "too_many_attempts"


def _foreign_tokens(flows: Flows) -> Iterator[str]:
    """Yield what a stranger can have: of an own account, of another supplier, invented, or nothing at all."""
    yield from ("", "x", "\ud800", "é" * 43, "a" * 43, "a" * 4096, "a.b.c" * 20)
    [login] = flows.accounts.logins.values()
    flows.accounts.logins["gas", "luigi@example.org"] = login._replace(account_id="luigi")
    account = flows.accounts.accounts["gas", login.account_id]
    flows.accounts.accounts["gas", "luigi"] = account._replace(account_id="luigi", user_id="luigi@example.org")
    yield _log_in(flows, user_id="luigi@example.org").device_token


def test_a_token_is_worth_nothing_at_another_address(flows: Flows) -> None:
    for token in _foreign_tokens(flows):
        _strangers_guess(flows)
        request = typed_login().model_copy(update={"device_token": token})
        with pytest.raises(TooManyAttempts):
            flow.log_in(request, flows.login, source=SOURCE, issuer=ISSUER, now=NOW)


def test_foreign_tokens_allow_no_more_guesses(flows: Flows) -> None:
    tokens = [*_foreign_tokens(flows)]
    outcomes = []
    for number in range(60):
        request = typed_login(password="x").model_copy(update={"device_token": tokens[number % len(tokens)]})
        try:
            flow.log_in(request, flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
        except UtenzaError as error:
            outcomes.append(error.code)
    assert outcomes == ["invalid_credentials"] * 5 + ["too_many_attempts"] * 55


def test_a_token_does_not_follow_an_address_to_another_account(flows: Flows, token: str) -> None:
    """An account that is gone, and its address free again, belongs to somebody else."""
    [(key, login)] = flows.accounts.logins.items()
    flows.accounts.accounts["gas", "another"] = flows.accounts.accounts["gas", login.account_id]
    flows.accounts.logins[key] = login._replace(account_id="another")
    _strangers_guess(flows)
    assert _outcome(flows, device_token=token) == "too_many_attempts"


def test_an_outage_spends_no_attempt_of_a_device(flows: Flows, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("login.attempt.LoginAttempt.succeeded", _unavailable)
        for _ in range(10):
            assert _outcome(flows, device_token=token) == "unavailable"
    for _ in range(4):
        assert _outcome(flows, device_token=token, password="x") == "invalid_credentials"
    assert flows.devices.known[Device("gas", "mario@example.org", token).key].tries == 4


def test_a_busy_counter_of_strangers_holds_up_no_known_device(
    flows: Flows, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.attempts, "end_series", _unavailable)
    monkeypatch.setattr(flows.attempts, "count", _unavailable)
    assert _outcome(flows, device_token=token) == "in"


def _unavailable(*_: Any, **__: Any) -> Any:
    raise Unavailable


@pytest.mark.parametrize("absent", [None, ""])
def test_a_device_token_may_be_left_out(flows: Flows, absent: str | None) -> None:
    assert _log_in(flows, device_token=absent).device_token


@pytest.mark.parametrize(("wrong", "code"), [("a" * 4097, "too_long"), (1, "wrong_type"), (["a"], "wrong_type")])
def test_what_is_no_text_of_a_token_is_a_wrong_field(wrong: object, code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        typed_login(device_token=wrong)
    assert refused.value.errors == (FieldError("device_token", code),)


def test_a_refresh_answers_with_the_device_of_its_login_and_renews_none(flows: Flows, token: str) -> None:
    for device_token in ("", token):
        session = _log_in(flows, device_token=device_token)
        known = dict(flows.devices.known)
        refresh_token = session.refresh_token
        for later in (600, 1200):
            renewed = flow.refresh(refresh_token, flows.login, issuer=ISSUER, now=NOW + later)
            assert renewed.device_token == session.device_token
            refresh_token = renewed.refresh_token
        assert flows.devices.known == known
        _strangers_guess(flows)
        assert _outcome(flows, device_token=renewed.device_token) == "in"


def test_a_session_of_an_earlier_version_is_refreshed_without_a_device(flows: Flows) -> None:
    session = _log_in(flows)
    older = session.refresh_token.replace(f".{session.device_token}.", ".")
    renewed = flow.refresh(older, flows.login, issuer=ISSUER, now=NOW)
    assert renewed.device_token == ""
    assert renewed.refresh_token.count(".") == 2


def test_a_wrong_password_makes_no_device_known(flows: Flows) -> None:
    with pytest.raises(InvalidCredentials):
        _log_in(flows, password="x")
    assert not flows.devices.known
