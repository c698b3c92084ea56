"""Who was right and got a 503 may try again as often as before."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from credentials.confirmation import confirm
from credentials.flow import register
from login import flow as login
from reclaim import flow as reclaim
from recovery import flow as recovery
from tests.unit.flows.fixtures import (
    ISSUER,
    NOW,
    SOURCE,
    Flows,
    answered,
    coded,
    confirmed,
    forgotten,
    mailed_code,
    mailed_reclaim_code,
    mailed_recovery_code,
    new_flows,
    reclaim_confirmed,
    reclaimed,
    register_mario,
    register_thief,
    step_one,
    step_two,
    typed_login,
)
from utenza.errors import AnswerInvalid, CodeInvalid, InvalidCredentials, TooManyAttempts
from verify.flow import verify


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows())


def _down(*_: Any, **__: Any) -> Any:
    raise EndpointConnectionError(endpoint_url="https://aws.example")


def _ten_outages(call: Callable[[], object]) -> None:
    for _ in range(10):
        with pytest.raises(EndpointConnectionError):
            call()


def _log_in(flows: Flows, **changes: Any) -> login.LoginResult:
    return login.log_in(typed_login(**changes), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)


@pytest.mark.parametrize(("part", "call"), [("accounts", "login_of"), ("access_tokens", "issue"), ("sessions", "open")])
def test_an_outage_spends_no_try_of_a_login(
    flows: Flows, monkeypatch: pytest.MonkeyPatch, part: str, call: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(getattr(flows.login, part), call, _down)
        _ten_outages(lambda: _log_in(flows))
    assert _log_in(flows).account_id
    assert flows.attempts.used("login-source", flows.login.per_source, NOW) <= 1


def test_a_login_that_fails_at_the_signature_takes_back_no_guess_of_others(
    flows: Flows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its transaction took back its attempt already."""
    for _ in range(4):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, password="wrong")
    with monkeypatch.context() as patch:
        patch.setattr(flows.login.access_tokens, "issue", _down)
        _ten_outages(lambda: _log_in(flows))
    assert flows.attempts.used("login-account", flows.login.per_account, NOW) == 4


@pytest.mark.parametrize(("part", "call"), [("customers", "find"), ("accounts", "registered_by"), ("keys", "lasting")])
def test_an_outage_spends_no_attempt_at_step_one(monkeypatch: pytest.MonkeyPatch, part: str, call: str) -> None:
    flows = new_flows()
    with monkeypatch.context() as patch:
        patch.setattr(getattr(flows.verify, part), call, _down)
        _ten_outages(lambda: verify(step_one(), flows.verify, source=SOURCE, now=NOW))
    assert flows.attempts.used("verify-code", flows.verify.per_code, NOW) == 0
    assert flows.attempts.used("verify-source", flows.verify.per_source, NOW) == 0
    assert verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token


@pytest.mark.parametrize(
    ("mail", "part", "call"),
    [
        (False, "customers", "find"),
        (False, "accounts", "registered_by"),
        (False, "accounts", "register"),
        (True, "accounts", "login_of"),
        (True, "pending", "begin"),
        (True, "keys", "lasting"),
        (True, "confirmation_tokens", "issue"),
    ],
)
def test_an_outage_spends_no_attempt_at_step_two(
    monkeypatch: pytest.MonkeyPatch,
    mail: bool,  # noqa: FBT001
    part: str,
    call: str,
) -> None:
    flows = new_flows(mail=mail)
    token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token

    def choose() -> object:
        return register(step_two(token), flows.credentials, source=SOURCE, language="it", now=NOW)

    with monkeypatch.context() as patch:
        patch.setattr(getattr(flows.credentials, part), call, _down)
        _ten_outages(choose)
    for kind in ("credentials", "credentials-source", "confirmation"):
        assert flows.attempts.used(kind, flows.credentials.per_token, NOW) == 0
    assert choose()


def test_when_counting_fails_nothing_is_given_back(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, password="wrong")
    with monkeypatch.context() as patch:
        patch.setattr(flows.attempts, "count", _down)
        _ten_outages(lambda: _log_in(flows))
    with pytest.raises(InvalidCredentials):
        _log_in(flows, password="wrong")
    with pytest.raises(TooManyAttempts):
        _log_in(flows, password="wrong")


@pytest.mark.parametrize(
    ("part", "call"),
    [("accounts", "login_of"), ("customers", "find"), ("recoveries", "finish"), ("attempts", "forget")],
)
def test_an_outage_spends_no_answer(flows: Flows, monkeypatch: pytest.MonkeyPatch, part: str, call: str) -> None:
    token = recovery.start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW).recovery_token

    def answer(text: str = "Briciola") -> str:
        return recovery.change_password(answered(token, answer=text), flows.recovery, now=NOW)

    with monkeypatch.context() as patch:
        patch.setattr(getattr(flows.recovery, part), call, _down)
        _ten_outages(answer)
    for _ in range(4):
        with pytest.raises(AnswerInvalid):
            answer("Fuffi")
    assert answer()


@pytest.mark.parametrize(("part", "call"), [("customers", "find"), ("pending", "finish")])
def test_an_outage_spends_no_code_of_a_registration(monkeypatch: pytest.MonkeyPatch, part: str, call: str) -> None:
    flows = new_flows(mail=True)
    step = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
    waiting = register(step_two(step), flows.credentials, source=SOURCE, language="it", now=NOW).confirmation
    assert waiting
    right = mailed_code(flows)

    def confirm_with(code: str) -> object:
        return confirm(confirmed(waiting[0], code), flows.credentials, now=NOW)

    with monkeypatch.context() as patch:
        patch.setattr(getattr(flows.credentials, part), call, _down)
        _ten_outages(lambda: confirm_with(right))
    for _ in range(4):
        with pytest.raises(CodeInvalid):
            confirm_with(f"{(int(right) + 1) % 1_000_000:06}")
    assert confirm_with(right)


@pytest.mark.parametrize(("part", "call"), [("accounts", "login_of"), ("recoveries", "advance")])
def test_an_outage_spends_no_code(monkeypatch: pytest.MonkeyPatch, part: str, call: str) -> None:
    flows = register_mario(new_flows())
    flows = flows._replace(recovery=flows.recovery._replace(sends_mail=True))
    token = recovery.start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW).recovery_token
    right = mailed_recovery_code(flows)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    def check(code: str) -> recovery.Started:
        return recovery.check_code(coded(token, code), flows.recovery, now=NOW)

    with monkeypatch.context() as patch:
        patch.setattr(getattr(flows.recovery, part), call, _down)
        _ten_outages(lambda: check(right))
    for _ in range(4):
        with pytest.raises(CodeInvalid):
            check(wrong)
    assert check(right).next == "answer"


@pytest.mark.parametrize(("part", "call"), [("accounts", "get"), ("customers", "find"), ("reclaims", "finish")])
def test_an_outage_spends_no_code_of_a_reclaim(monkeypatch: pytest.MonkeyPatch, part: str, call: str) -> None:
    flows = register_thief(new_flows(mail=True), "ladro@example.net")
    token, _ = reclaim.start(reclaimed(), flows.reclaim, source=SOURCE, language="it", now=NOW)
    right = mailed_reclaim_code(flows)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    def confirm_with(code: str) -> reclaim.Reclaimed:
        return reclaim.confirm(reclaim_confirmed(token, code), flows.reclaim, now=NOW)

    with monkeypatch.context() as patch:
        patch.setattr(getattr(flows.reclaim, part), call, _down)
        _ten_outages(lambda: confirm_with(right))
    for _ in range(4):
        with pytest.raises(CodeInvalid):
            confirm_with(wrong)
    assert confirm_with(right).step_token


def test_an_outage_spends_no_reclaim_of_a_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    flows = new_flows(mail=True)

    def start() -> object:
        return reclaim.start(reclaimed(), flows.reclaim, source=SOURCE, language="it", now=NOW)

    with monkeypatch.context() as patch:
        patch.setattr(flows.reclaims, "begin", _down)
        _ten_outages(start)
    for _ in range(5):
        assert start()
    with pytest.raises(TooManyAttempts):
        start()
