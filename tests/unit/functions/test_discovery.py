"""The key set that others verify access tokens with."""

import json
from collections.abc import Iterator

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from discovery import app
from tests.fakes.key_services import FakeKms, rsa_key
from utenza.settings import HttpSettings
from utenza.tokens.signing_keys import KeyRoles, SigningKeys


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[app.Settings]:
    environ = {"PUBLIC_URL": "", "ALLOWED_ORIGINS": "", "SIGNING_KEY": "arn:1", "SIGNING_KEYS_TABLE": "keys"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    HttpSettings.load.cache_clear()
    yield app.Settings.load()
    HttpSettings.load.cache_clear()


def test_the_key_set_has_the_current_the_next_and_the_old_key_for_five_minutes(settings: app.Settings) -> None:
    keys = SigningKeys(lambda: KeyRoles("arn:2", next="arn:3", old="arn:1", retired="arn:0"), FakeKms(rsa_key()))
    settings.__dict__["signing_keys"] = keys
    path = "/.well-known/jwks.json"
    event = {"httpMethod": "GET", "resource": path, "path": path, "headers": {}, "requestContext": {"requestId": "1"}}
    response = app.handler(event, LambdaContext())
    assert response["statusCode"] == 200
    published = json.loads(response["body"])["keys"]
    assert [key["kid"] for key in published] == [key["kid"] for key in keys.public_jwks(now=0)]
    assert len({key["kid"] for key in published}) == 3
    assert response["multiValueHeaders"]["Cache-Control"] == ["public, max-age=300"]
