"""The naughty strings of `make fuzz`, and what it finds wrong with an answer to one."""

import json
import unicodedata
from io import BytesIO
from typing import Any

import pytest
from urllib3 import HTTPResponse
from werkzeug.wrappers import Request, Response

from credentials.schemas import CredentialsRequest
from login.schemas import LoginRequest
from recovery.schemas import RecoveryRequest, UserIdRequest
from tests.unit.flows.fixtures import SUPPLIERS
from tools import naughty
from tools.local_stack import background, samples
from tools.ports import free_ports
from utenza.errors import InvalidRequest, MalformedRequest
from utenza.http.requests import RequestModel, Submitted
from verify.schemas import VerifyRequest

_STRINGS = naughty.strings()
_PROBLEM = {"type": "t", "title": "t", "status": 422, "detail": "d", "instance": "i", "code": "c"}
_MODELS: dict[str, type[RequestModel]] = {
    "/verify": VerifyRequest,
    "/credentials": CredentialsRequest,
    "/login": LoginRequest,
    "/recovery": RecoveryRequest,
    "/recovery/user-id": UserIdRequest,
}


def test_the_strings_are_of_every_category_and_the_same_in_each_run() -> None:
    assert {unicodedata.category(text) for text in _STRINGS if len(text) == 1} >= {
        *(
            "Lu",
            "Ll",
            "Lt",
            "Lm",
            "Lo",
            "Mn",
            "Mc",
            "Me",
            "Nd",
            "Nl",
            "No",
            "Zs",
            "Zl",
            "Zp",
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
        ),
        *("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"),
    }
    assert 500 < len(_STRINGS) < 1000
    assert naughty.strings() == _STRINGS


@pytest.mark.parametrize("route", _MODELS)
def test_every_string_is_read_or_refused_in_every_field(route: str) -> None:
    body = {name: value or "x" for name, value in naughty._bodies(samples.journey())[route].items()}  # noqa: SLF001
    assert body.keys() <= _MODELS[route].model_fields.keys()
    for field in body:
        for text in _STRINGS:
            try:
                Submitted(_MODELS[route], json.dumps(body | {field: text}), {"suppliers": SUPPLIERS}).valid()
            except (InvalidRequest, MalformedRequest):
                continue


@pytest.mark.parametrize(
    ("status", "content", "fault"),
    [
        (200, "{}", ""),
        (204, "", ""),
        (422, _PROBLEM | {"errors": []}, ""),
        (503, _PROBLEM | {"status": 503}, "status 503"),
        (200, "<html>", "status 200 without JSON"),
        (422, {"message": "no"}, "status 422 without a problem"),
        (400, _PROBLEM, "status 400 without a problem"),
        (422, _PROBLEM | {"input": "x"}, "status 422 without a problem"),
        (422, _PROBLEM | {"detail": "no: <script>alert(1)</script>"}, "status 422 with what was sent"),
    ],
)
def test_an_answer_is_json_of_the_contract_or_one_of_its_problems(status: int, content: Any, fault: str) -> None:
    body = content if isinstance(content, str) else json.dumps(content)
    headers = {"Content-Type": "application/problem+json; charset=utf-8"}
    answer = HTTPResponse(BytesIO(body.encode()), headers, status)
    assert naughty.fault_of(answer, "<script>alert(1)</script>") == fault


def test_a_problem_has_its_media_type() -> None:
    answer = HTTPResponse(BytesIO(json.dumps(_PROBLEM).encode()), {"Content-Type": "application/json"}, 422)
    assert naughty.fault_of(answer, "") == "status 422 without a problem"


def test_each_string_is_sent_in_each_field_and_faults_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naughty, "strings", lambda: ["a", "\ud800", "\u00e8"])
    sent: list[tuple[str, Any]] = []

    def respond(request: Request) -> Response:
        sent.append((request.path, request.json))
        if request.path == "/recovery":
            return Response("down", 502)
        answer = {"step_token": "s"} if request.path == "/verify" else {}
        return Response(json.dumps(answer), 200, mimetype="application/json")

    [port] = free_ports(1)
    with background.serving(port, respond, "api"):
        outcome = naughty.send(f"http://127.0.0.1:{port}", [samples.journey(1), samples.journey(2)], 30, seed=1)
    assert outcome.sent == outcome.of == 3 * (5 + 23)
    assert "/recovery {'supplier': '\\ud800'}: status 502" in outcome.faults
    assert len(outcome.faults) == 3 * (1 + 2)
    texts = {"a", "\ud800", "\u00e8"}
    full = [list(body.values()) for path, body in sent if path == "/login" and texts.issuperset(body.values())]
    assert [{values[number] for values in full} for number in range(4)] == [texts] * 4
    for field in ("supplier", "user_id", "password", "device_token"):
        assert texts <= {body.get(field) for path, body in sent if path == "/login"}
    assert all(body["step_token"] for path, body in sent if path == "/credentials")


def test_nothing_is_sent_when_the_time_is_over() -> None:
    assert naughty.send("http://127.0.0.1:9", [samples.journey(1)], 0, seed=1)[::2] == (0, [])
