"""The reserved area at the handler: without an access token nothing is said of a body."""

import json

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from account import app
from tests.unit.flows.fixtures import SOURCE
from utenza.http.app import build_handler

_CHANGES = [
    ("PATCH", "/account"),
    ("POST", "/account/reauth"),
    ("POST", "/account/password"),
    ("POST", "/account/question"),
    ("POST", "/account/sessions/end"),
    ("POST", "/account/user-id"),
    ("POST", "/account/user-id/confirm"),
    ("POST", "/account/accepted"),
    ("POST", "/account/export"),
    ("POST", "/account/close"),
]


@pytest.mark.parametrize("body", ["{}", '{"unknown": 1}', "[]", "x"])
@pytest.mark.parametrize(("method", "path"), _CHANGES)
def test_without_a_token_the_body_does_not_matter(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str, body: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "")
    monkeypatch.setenv("ALLOWED_ORIGINS", "")
    event = {
        "httpMethod": method,
        "resource": path,
        "path": path,
        "headers": {"Content-Type": "application/json"},
        "body": body,
        "requestContext": {"requestId": "r-1", "identity": {"sourceIp": SOURCE}},
    }
    response = build_handler(app.router)(event, LambdaContext())
    assert (response["statusCode"], json.loads(response["body"])["code"]) == (401, "access_token_invalid")
