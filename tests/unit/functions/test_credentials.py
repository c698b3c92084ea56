"""Step two and objections at the handler: what callers see of claims, and of codes that freeze an account."""

import json
import time
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from credentials import app
from tests.unit.flows.fixtures import (
    MARIO,
    NOW,
    PASSWORD,
    SOURCE,
    Flows,
    mailed_claim_code,
    mailed_code,
    new_flows,
    register_mario,
    step_one,
)
from utenza.http.app import build_handler
from utenza.settings import ClaimSettings
from utenza.tables.objections import Objection
from verify.flow import verify


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "")
    monkeypatch.setenv("ALLOWED_ORIGINS", "")
    monkeypatch.setattr(time, "time", lambda: NOW)


def _post(flows: Flows, monkeypatch: pytest.MonkeyPatch, path: str, body: object) -> tuple[int, Any]:
    monkeypatch.setattr(app, "dependencies", lambda: flows.credentials)
    event = {
        "httpMethod": "POST",
        "resource": path,
        "path": path,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
        "requestContext": {"requestId": "r-1", "identity": {"sourceIp": SOURCE}},
    }
    response = build_handler(app.router)(event, LambdaContext())
    return response["statusCode"], json.loads(response["body"]) if response["body"] else None


def _chosen(flows: Flows, user_id: str) -> dict[str, str]:
    token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
    chosen = {"question": "Come si chiamava il mio primo gatto?", "answer": "Briciola", "answer_repeat": "Briciola"}
    return chosen | {"step_token": token, "user_id": user_id, "password": PASSWORD, "password_repeat": PASSWORD}


def test_a_claim_is_in_the_answer_and_its_code_in_the_confirmation(monkeypatch: pytest.MonkeyPatch) -> None:
    flows = new_flows(MARIO, mail=True, proves_claims=True)
    status, begun = _post(flows, monkeypatch, "/credentials", _chosen(flows, "else@example.org"))
    token = begun.pop("confirmation_token")
    expected = {"user_id": "else@example.org", "status": "confirmation_required", "expires_in": 86_400}
    assert (status, begun) == (201, expected | {"claim": "code"})
    confirmation = {"confirmation_token": token, "code": mailed_code(flows)}
    status, refused = _post(flows, monkeypatch, "/credentials/confirm", confirmation)
    assert (status, [(each["field"], each["code"]) for each in refused["errors"]]) == (
        422,
        [("claim_code", "required")],
    )
    status, refused = _post(flows, monkeypatch, "/credentials/confirm", confirmation | {"claim_code": "x"})
    assert (status, refused["code"], refused["errors"]) == (422, "code_invalid", [])
    assert "entrambi" in refused["detail"]
    proved = confirmation | {"claim_code": mailed_claim_code(flows)}
    assert _post(flows, monkeypatch, "/credentials/confirm", proved) == (
        200,
        {"user_id": "else@example.org", "status": "active"},
    )


@pytest.mark.parametrize(("proves", "user_id"), [(False, "else@example.org"), (True, MARIO.email)])
def test_without_a_claim_the_answer_is_as_ever(
    monkeypatch: pytest.MonkeyPatch,
    proves: bool,  # noqa: FBT001
    user_id: str,
) -> None:
    flows = new_flows(MARIO, mail=True, proves_claims=proves)
    status, begun = _post(flows, monkeypatch, "/credentials", _chosen(flows, user_id))
    assert (status, set(begun)) == (201, {"user_id", "status", "confirmation_token", "expires_in"})


def test_an_objection_is_answered_with_nothing_and_any_other_text_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    flows = register_mario(new_flows())
    [account] = flows.accounts.accounts.values()
    code = flows.objections.issue("gas", Objection(account.account_id, MARIO.code), now=NOW)
    path = "/credentials/object"
    refusals = {str(_post(flows, monkeypatch, path, {"objection_code": typed})) for typed in ("x", code[:-1], "7" * 30)}
    assert len(refusals) == 1
    assert "code_invalid" in refusals.pop()
    for _ in range(2):
        assert _post(flows, monkeypatch, path, {"objection_code": code}) == (204, None)
    assert [each.status for each in flows.accounts.accounts.values()] == ["frozen"]


@pytest.mark.parametrize(
    ("sender", "proof", "notifies", "proves"),
    [
        ("a@example.org", "none", False, False),
        ("a@example.org", "notice", True, False),
        ("a@example.org", "code", True, True),
        ("", "none", False, False),
        ("", "notice", False, False),
        ("", "code", False, False),
    ],
)
def test_a_proof_needs_mail(sender: str, proof: str, notifies: bool, proves: bool) -> None:  # noqa: FBT001
    settings = ClaimSettings.model_validate({"SENDER_EMAIL": sender, "CLAIM_PROOF": proof})
    assert (settings.notifies_of_claims, settings.proves_claims) == (notifies, proves)
