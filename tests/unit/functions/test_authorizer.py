"""The authorizer for the supplier's other APIs: our access tokens open the whole stage, nothing else opens anything."""

from datetime import datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from authorizer import app
from tests.fakes.sessions import FakeSessions, Family
from tests.fakes.tokens import FakeAccessTokens

ISSUER = "https://api.example"
_UNTIL = {"DateLessThan": {"aws:CurrentTime": "2027-01-15T08:10:00Z"}}
METHOD = "arn:aws:execute-api:eu-south-1:123456789012:abcdef/prod/GET/bills/7"


@pytest.fixture
def tokens(monkeypatch: pytest.MonkeyPatch) -> FakeAccessTokens:
    environ = {
        "PUBLIC_URL": ISSUER,
        "SIGNING_KEY": "arn:key",
        "SIGNING_KEYS_TABLE": "keys",
        "AUDIENCE": "utenza",
        "SESSIONS_TABLE": "sessions",
        "CHECKS_SESSIONS": "false",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    app.Settings.load.cache_clear()
    fake = FakeAccessTokens()
    monkeypatch.setattr(app, "access_tokens", lambda: fake)
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.5)
    return fake


def _issued(tokens: FakeAccessTokens, issuer: str = ISSUER, now: int = 1_800_000_000) -> tuple[str, int]:
    return tokens.issue("account-1", "gas", session_id="s1", auth_time=now, generation=0, issuer=issuer, now=now)


def _ask(authorization: str | None) -> dict[str, Any]:
    headers = {} if authorization is None else {"authorization": authorization}
    return app.handler({"type": "REQUEST", "methodArn": METHOD, "headers": headers}, LambdaContext())


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_good_token_opens_the_stage_and_says_whose_it_is(tokens: FakeAccessTokens, scheme: str) -> None:
    token, _ = _issued(tokens)
    policy = _ask(f"{scheme} {token}")
    assert policy["principalId"] == "account-1"
    assert policy["context"] == {"account_id": "account-1", "supplier": "gas"}
    [statement] = policy["policyDocument"]["Statement"]
    assert statement | {"Resource": statement["Resource"][0]} == {
        "Action": "execute-api:Invoke",
        "Effect": "Allow",
        "Resource": "arn:aws:execute-api:eu-south-1:123456789012:abcdef/prod/*/*",
        "Condition": _UNTIL,
    }


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x", "Basic access-1", "access-1", "Bearer  "])
def test_anything_else_is_unauthorized(tokens: FakeAccessTokens, authorization: str | None) -> None:
    _issued(tokens)
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        _ask(authorization)


def test_an_http_api_gets_the_same_policy(tokens: FakeAccessTokens) -> None:
    token, _ = _issued(tokens)
    route = "arn:aws:execute-api:eu-south-1:123456789012:abcdef/$default/GET/bills"
    event = {"version": "2.0", "type": "REQUEST", "routeArn": route, "headers": {"authorization": f"Bearer {token}"}}
    answer = app.handler(event, LambdaContext())
    [statement] = answer["policyDocument"]["Statement"]
    assert statement["Resource"] == ["arn:aws:execute-api:eu-south-1:123456789012:abcdef/$default/*/*"]
    assert statement["Condition"] == _UNTIL
    assert "isAuthorized" not in answer  # a simple response would be cached beyond the end of the token


def test_what_the_gateway_has_cached_ends_with_the_token(tokens: FakeAccessTokens) -> None:
    token, lifetime = _issued(tokens, now=1_799_999_410)
    [statement] = _ask(f"Bearer {token}")["policyDocument"]["Statement"]
    end = datetime.fromisoformat(statement["Condition"]["DateLessThan"]["aws:CurrentTime"])
    assert end.timestamp() == 1_799_999_410 + lifetime == 1_800_000_010  # ten seconds from now


@pytest.mark.parametrize("arn", [{}, {"methodArn": ""}, {"routeArn": "x"}, {"methodArn": "arn:aws:execute-api:a:b:c"}])
def test_an_event_of_no_gateway_is_unauthorized(tokens: FakeAccessTokens, arn: dict[str, str]) -> None:
    token, _ = _issued(tokens)
    for event in (arn, arn | {"headers": None}, arn | {"headers": {"authorization": f"Bearer {token}"}}):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            app.handler(event, LambdaContext())


def test_a_token_of_another_issuer_or_time_is_unauthorized(tokens: FakeAccessTokens) -> None:
    for issuer, now in (("https://other.example", 1_800_000_000), (ISSUER, 1_799_999_000)):
        token, _ = _issued(tokens, issuer, now)
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            _ask(f"Bearer {token}")


def test_an_ended_session_is_refused_where_that_is_checked(
    tokens: FakeAccessTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = FakeSessions()
    sessions.families["gas", "s1"] = Family("account-1", 0, "x", 0, 1_800_000_600)
    monkeypatch.setattr(app.Settings, "sessions", sessions, raising=False)
    token, _ = _issued(tokens)
    for checks, open_, let_in in (("false", False, True), ("true", True, True), ("true", False, False)):
        monkeypatch.setenv("CHECKS_SESSIONS", checks)
        app.Settings.load.cache_clear()
        kept = sessions.families.copy()
        if not open_:
            sessions.families.clear()
        if let_in:
            assert _ask(f"Bearer {token}")["principalId"] == "account-1"
        else:
            with pytest.raises(Exception, match=r"^Unauthorized$"):
                _ask(f"Bearer {token}")
        sessions.families = kept
