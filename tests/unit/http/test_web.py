"""The handler boundary: what the gateway may hand over, and what a caller gets to see."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from utenza.http.json_body import MAX_BYTES
from utenza.http.schema import Body, text
from utenza.http.web import Request, Response, application

from utenza.errors import AwsError, TooManyAttempts, Unavailable


class Note(Body):
    note: str = text(20_000)


def _read(request: Request) -> Response:
    body = request.read(Note)
    body.raise_errors()
    return Response(200, {"length": len(body.note)})


def _fail(_request: Request) -> Response:
    raise RuntimeError("Rossi was here with s3cret")


def _wait(_request: Request) -> Response:
    raise TooManyAttempts(30)


def _outage(_request: Request) -> Response:
    raise Unavailable from AwsError("ThrottlingException", {"message": "Rossi"}, "GetItem")


def _caller(request: Request) -> Response:
    return Response(200, {"source": request.source, "language": request.language, "base": request.base_url})


_handler = application(
    {
        "POST /note": _read,
        "POST /fail": _fail,
        "POST /wait": _wait,
        "POST /outage": _outage,
        "GET /caller": _caller,
    }
)

type Call = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://a.example, https://b.example")
    monkeypatch.setenv("PUBLIC_URL", "")


def call(route: str, body: str | None = None, *, encoded: bool = False, ip: str = "192.0.2.7", **headers: str) -> Any:
    method, path = route.split()
    event = {
        "httpMethod": method,
        "resource": path,
        "path": path,
        "headers": {"Content-Type": "application/json"} | {name.replace("_", "-"): v for name, v in headers.items()},
        "body": body,
        "isBase64Encoded": encoded,
        "requestContext": {
            "requestId": "r-1",
            "domainName": "api.example",
            "path": f"/prod{path}",
            "identity": {"sourceIp": ip},
        },
    }
    answer = _handler(event, None)
    return answer | {"json": json.loads(answer["body"]) if answer["body"] else None}


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "null",
        "[]",
        '"x"',
        "{",
        '{"note": NaN}',
        '{"note": "a", "note": "b"}',
        '{"note": "\\ud800"}',
        '{"\\udfff": "a"}',
        "[" * 10_000,
        '{"note":' * 2_000,
        '{"note": ' + "1" * 10_000 + "}",
        "\ufeff{}",
        '{"note": "\ufffd"}',
    ],
)
def test_what_is_no_json_object_is_malformed(body: str | None) -> None:
    answer = call("POST /note", body)
    assert (answer["statusCode"], answer["json"]["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1"]
)
def test_only_utf_8_json_is_read(media_type: str) -> None:
    answer = call("POST /note", '{"note": "a"}', Content_Type=media_type)
    assert answer["json"]["code"] == "malformed_request"


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=UTF-8"])
def test_the_usual_spellings_of_the_content_type_are_read(media_type: str) -> None:
    assert call("POST /note", '{"note": "a"}', Content_Type=media_type)["statusCode"] == 200


def test_bodies_over_16_kb_are_too_large_however_they_come() -> None:
    fits = json.dumps({"note": "a" * (MAX_BYTES - 12)})
    assert len(fits) == MAX_BYTES
    assert call("POST /note", fits)["statusCode"] == 200
    for large in (fits + " ", "[" * 200_000, "a" * 1_000_000, json.dumps({"note": "é" * 16_000}, ensure_ascii=False)):
        plain = call("POST /note", large)
        encoded = call("POST /note", base64.b64encode(large.encode()).decode(), encoded=True)
        assert (plain["statusCode"], encoded["statusCode"]) == (413, 413)
        assert plain["json"]["code"] == encoded["json"]["code"] == "request_too_large"


def test_a_base64_body_is_decoded_and_a_wrong_flag_is_malformed() -> None:
    encoded = base64.b64encode(b'{"note": "abc"}').decode()
    assert call("POST /note", encoded, encoded=True)["json"] == {"length": 3}
    assert call("POST /note", '{"note": "abc"}', encoded=True)["json"]["code"] == "malformed_request"
    assert call("POST /note", encoded)["json"]["code"] == "malformed_request"
    assert (
        call("POST /note", base64.b64encode(b"\xff\xfe").decode(), encoded=True)["json"]["code"] == "malformed_request"
    )


@given(st.text(st.characters(exclude_categories=[])), st.booleans())
def test_no_body_at_all_is_a_server_error(body: str, encoded: bool) -> None:  # noqa: FBT001
    assert call("POST /note", body, encoded=encoded)["statusCode"] in (200, 400, 422)


def test_an_unexpected_error_is_unavailable_and_says_nothing_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    answer = call("POST /fail")
    assert (answer["statusCode"], answer["json"]["code"]) == (503, "unavailable")
    assert answer["headers"]["Retry-After"] == "2"
    logged = capsys.readouterr().out
    assert json.loads(logged)["error"] == "RuntimeError"
    assert re.fullmatch(r"http/test_web\.py:\d+ _fail < .*", json.loads(logged)["where"])
    for secret in ("Rossi", "s3cret"):
        assert secret not in logged + answer["body"]


def test_an_outage_is_logged_with_what_is_down(capsys: pytest.CaptureFixture[str]) -> None:
    answer = call("POST /outage")
    assert (answer["statusCode"], answer["json"]["code"]) == (503, "unavailable")
    refused, failed = map(json.loads, capsys.readouterr().out.splitlines())
    assert (refused["event"], refused["code"]) == ("refused", "unavailable")
    assert (failed["event"], failed["error"]) == ("failed", "AwsError ThrottlingException")
    assert "Rossi" not in str(failed)


def test_refusals_are_logged_by_code_alone(capsys: pytest.CaptureFixture[str]) -> None:
    call("POST /wait")
    assert json.loads(capsys.readouterr().out) == {
        "event": "refused",
        "route": "POST /wait",
        "code": "too_many_attempts",
        "request_id": "r-1",
    }


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "it"),
        ("de", "de"),
        ("de-IT,de;q=0.9,it;q=0.8", "de"),
        ("fr, en;q=0.5, it;q=0.4", "en"),
        ("fr", "it"),
        ("en;q=0", "it"),
        ("*", "it"),
        ("en;q=x, de;q=0.1", "de"),
        ("en;q=nan", "it"),
        (",;,=", "it"),
    ],
)
def test_the_language_is_the_best_of_ours(accepted: str, language: str) -> None:
    assert call("GET /caller", Accept_Language=accepted)["json"]["language"] == language


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("test-invoke-source-ip", "unknown"),
    ],
)
def test_the_source_is_the_address_the_gateway_saw(address: str, source: str) -> None:
    assert call("GET /caller", ip=address, X_Forwarded_For="203.0.113.9")["json"]["source"] == source


def test_the_public_address_is_the_configured_one_or_else_the_gateways(monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("GET /caller")["json"]["base"] == "https://api.example/prod"
    monkeypatch.setenv("PUBLIC_URL", "https://login.example/")
    assert call("GET /caller")["json"]["base"] == "https://login.example"


def test_an_allowed_site_may_read_answers_and_errors() -> None:
    for route in ("GET /caller", "POST /wait", "POST /note"):
        answer = call(route, Origin="https://b.example")
        assert answer["headers"]["Access-Control-Allow-Origin"] == "https://b.example"
        assert "Origin" in answer["headers"]["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://a.example.evil.example", "HTTPS://A.EXAMPLE"]
)
@pytest.mark.parametrize("route", ["OPTIONS /note", "POST /note"])
def test_other_sites_are_refused(origin: str, route: str) -> None:
    answer = call(route, '{"note": "a"}', Origin=origin)
    assert (answer["statusCode"], answer["json"]["code"]) == (403, "origin_refused")
    assert "Access-Control-Allow-Origin" not in answer["headers"]


def test_a_preflight_says_what_may_be_sent() -> None:
    answer = call("OPTIONS /note", Origin="https://a.example")
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert answer["headers"]["Access-Control-Allow-Methods"] == "POST"
    assert "Authorization" in answer["headers"]["Access-Control-Allow-Headers"]


def test_answers_are_never_stored_or_sniffed() -> None:
    headers = call("GET /caller")["headers"]
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_a_function_is_prepared_where_lambda_runs_it_and_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[int] = []
    application({}, warm_up=lambda: prepared.append(1))
    assert prepared == []
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    application({}, warm_up=lambda: prepared.append(1))
    assert prepared == [1]


@pytest.mark.parametrize("failure", [Unavailable(), AwsError("AccessDeniedException", {}, "GetItem"), OSError("down")])
def test_what_fails_while_a_function_is_prepared_is_logged_and_left_to_the_first_call(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def warm_up() -> None:
        raise failure

    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    application({}, warm_up=warm_up)
    assert json.loads(capsys.readouterr().out)["event"] == "failed"
