"""GET and HEAD /suppliers, as API Gateway calls them."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from suppliers import app
from tests.unit.flows.fixtures import SUPPLIERS
from utenza.suppliers import Document, Suppliers


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ALLOWED_ORIGINS": "",
        "PUBLIC_URL": "",
        "SENDER_EMAIL": "",
        "PASSWORD_MIN_LENGTH": "8",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(app, "known_suppliers", lambda: SUPPLIERS)


def _call(method: str) -> dict[str, Any]:
    event = {
        "httpMethod": method,
        "resource": "/suppliers",
        "path": "/suppliers",
        "headers": {"Accept-Language": "de"},
        "requestContext": {"requestId": "r-1", "identity": {"sourceIp": "192.0.2.7"}, "path": "/prod/suppliers"},
    }
    return app.handler(event, LambdaContext())


def test_head_answers_as_get_without_a_body() -> None:
    got, head = _call("GET"), _call("HEAD")
    assert got["statusCode"] == head["statusCode"] == 200
    assert got["multiValueHeaders"] == head["multiValueHeaders"]
    assert head["multiValueHeaders"]["Cache-Control"] == ["public, max-age=3600"]
    assert got["body"]
    assert head["body"] == ""


def test_documents_are_in_the_language_of_the_response(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(view["documents"] == [] for view in json.loads(_call("GET")["body"])["suppliers"])
    texts = {"it": "Condizioni", "de": "Bedingungen"}
    pages = {"it": "https://gas.example/it", "de": "https://gas.example/de"}
    document = Document(id="terms", version="2", title=texts, url=pages, required=True)
    with_documents = Suppliers(each.model_copy(update={"documents": (document,)}) for each in SUPPLIERS)
    monkeypatch.setattr(app, "known_suppliers", lambda: with_documents)
    [first, *_] = json.loads(_call("GET")["body"])["suppliers"]
    assert first["documents"] == [
        {"document": "terms", "version": "2", "title": "Bedingungen", "url": pages["de"], "required": True}
    ]
