"""The handler boundary: what the gateway may hand over, and what a caller gets to see."""

import base64
import gc
import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from utenza import observability
from utenza.errors import TooManyAttempts, Unavailable
from utenza.http import caller
from utenza.http.app import build_app, build_handler, new_router, respond
from utenza.http.requests import MOST_BYTES, RequestModel, ResponseModel, Text, read
from utenza.settings import HttpSettings

CONTEXT = LambdaContext()
router = new_router()


class Note(RequestModel):
    note: Text = Field(min_length=1, max_length=20_000)


class Length(ResponseModel):
    length: int


class Caller(ResponseModel):
    source: str
    language: str
    base: str


@router.post("/note")
def _read() -> Any:
    return respond(200, Length(length=len(read(router.current_event, Note).note)))


@router.post("/fail")
def _fail() -> Any:
    raise RuntimeError("Rossi was here with s3cret")


@router.post("/wait")
def _wait() -> Any:
    raise TooManyAttempts(30)


@router.post("/outage")
def _outage() -> Any:
    raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rossi"}}, "GetItem")


@router.get("/caller")
def _caller() -> Any:
    event = router.current_event
    issuer = caller.issuer(event, os.environ["PUBLIC_URL"])
    return respond(200, Caller(source=caller.source(event), language=caller.language(event), base=issuer))


def _settings(**changes: Any) -> HttpSettings:
    return HttpSettings.model_validate(
        {"ALLOWED_ORIGINS": "https://a.example, https://b.example", "PUBLIC_URL": ""} | changes
    )


_APP = build_app(router, _settings(), "Notes")

type Call = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
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
    response = _APP.resolve(event, CONTEXT)
    headers = {name: ", ".join(values) for name, values in response["multiValueHeaders"].items()}
    content = json.loads(response["body"]) if response["body"] else None
    return response | {"headers": headers, "json": content}


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return the lines of our log, as Lambda collects them."""
    formatter = observability._logger.registered_formatter  # noqa: SLF001 - what a line looks like
    return [json.loads(formatter.format(record)) for record in caplog.records if record.name == "utenza"]


def counted(capsys: pytest.CaptureFixture[str]) -> list[tuple[str, dict[str, str]]]:
    """Return the metrics and their dimensions."""
    found = []
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            [name] = [metric["Name"] for metric in directive["Metrics"]]
            found.append((name, {key: line[key] for keys in directive["Dimensions"] for key in keys}))
    return found


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
        "\ufeff",
        "{}\ufeff",
        '{"note": "\ufffd"}',
    ],
)
def test_what_is_no_json_object_is_malformed(body: str | None) -> None:
    response = call("POST /note", body)
    assert (response["statusCode"], response["json"]["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=latin-1"]
)
def test_only_utf_8_json_is_read(media_type: str) -> None:
    response = call("POST /note", '{"note": "a"}', Content_Type=media_type)
    assert response["json"]["code"] == "malformed_request"


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=UTF-8"])
def test_the_usual_spellings_of_the_content_type_are_read(media_type: str) -> None:
    assert call("POST /note", '{"note": "a"}', Content_Type=media_type)["statusCode"] == 200


def test_a_byte_order_mark_before_a_body_is_read_over() -> None:
    marked = '\ufeff{"note": "abc"}'
    assert call("POST /note", marked)["json"] == {"length": 3}
    assert call("POST /note", base64.b64encode(marked.encode()).decode(), encoded=True)["json"] == {"length": 3}


def test_bodies_over_16_kb_are_too_large_however_they_come() -> None:
    fits = json.dumps({"note": "a" * (MOST_BYTES - 12)})
    assert len(fits) == MOST_BYTES
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


def test_an_unexpected_error_is_unavailable_and_says_nothing_of_itself(caplog: pytest.LogCaptureFixture) -> None:
    response = call("POST /fail")
    assert (response["statusCode"], response["json"]["code"]) == (503, "unavailable")
    assert response["headers"]["Retry-After"] == "2"
    [line] = logged(caplog)
    assert (line["message"], line["level"], line["error"]) == ("failed", "ERROR", "RuntimeError")
    assert re.match(r"http/test_app\.py:\d+ _fail < ", line["where"])
    for secret in ("Rossi", "s3cret"):
        assert secret not in str(line) + response["body"]


def test_an_outage_is_logged_with_what_is_down(caplog: pytest.LogCaptureFixture) -> None:
    response = call("POST /outage")
    assert (response["statusCode"], response["json"]["code"]) == (503, "unavailable")
    [line] = logged(caplog)
    assert (line["message"], line["error"]) == ("failed", "ClientError ThrottlingException")
    assert "Rossi" not in str(line)


def test_refusals_are_logged_by_code_alone(caplog: pytest.LogCaptureFixture) -> None:
    call("POST /wait")
    [line] = logged(caplog)
    usual = {"level", "location", "message", "timestamp", "service"}
    assert {name: value for name, value in line.items() if name not in usual} == {
        "route": "POST /wait",
        "code": "too_many_attempts",
        "request_id": "r-1",
    }


def test_what_was_typed_is_in_no_log_of_a_refused_body(caplog: pytest.LogCaptureFixture) -> None:
    call("POST /note", json.dumps({"note": ["s3cret"], "s3cret_field": "s3cret"}))
    assert len(logged(caplog)) == 1
    assert "s3cret" not in str(logged(caplog))


def test_outcomes_are_counted_by_route_and_refusals_by_reason(capsys: pytest.CaptureFixture[str]) -> None:
    call("POST /note", '{"note": "a"}')
    assert counted(capsys) == [("Notes", {"route": "/note", "outcome": "succeeded"})]
    call("POST /wait")
    assert counted(capsys) == [
        ("Notes", {"route": "/wait", "outcome": "too_many_attempts"}),
        ("Refused", {"reason": "too_many_attempts"}),
    ]
    call("OPTIONS /note", Origin="https://a.example")
    assert counted(capsys) == []


def test_calls_that_fail_are_counted_by_the_version_that_failed_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release goes back for the failures of its own version; the one before serves beside it."""
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "utenza-Notes-1")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_VERSION", "7")
    call("POST /outage")
    assert ("FailedCalls", {"function": "utenza-Notes-1", "version": "7"}) in counted(capsys)
    call("POST /wait")
    assert "FailedCalls" not in dict(counted(capsys))


def test_what_does_not_exist_is_not_found() -> None:
    for route in ("POST /nowhere", "GET /note"):
        response = call(route)
        assert (response["statusCode"], response["json"]["code"]) == (404, "not_found")


def test_a_base_path_of_the_suppliers_domain_is_no_part_of_a_route() -> None:
    app = build_app(router, _settings(PUBLIC_URL="https://www.example/utenza"))
    event = {
        "httpMethod": "GET",
        "resource": "/caller",
        "path": "/utenza/caller",
        "headers": {},
        "requestContext": {"requestId": "r-1", "identity": {"sourceIp": "192.0.2.7"}, "path": "/utenza/caller"},
    }
    assert app.resolve(event, CONTEXT)["statusCode"] == 200


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
        response = call(route, Origin="https://b.example")
        assert response["headers"]["Access-Control-Allow-Origin"] == "https://b.example"
        assert "Origin" in response["headers"]["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://a.example.evil.example", "HTTPS://A.EXAMPLE"]
)
@pytest.mark.parametrize("route", ["OPTIONS /note", "POST /note"])
def test_other_sites_are_refused(origin: str, route: str) -> None:
    response = call(route, '{"note": "a"}', Origin=origin)
    assert (response["statusCode"], response["json"]["code"]) == (403, "origin_refused")
    assert "Access-Control-Allow-Origin" not in response["headers"]


def test_a_preflight_says_what_may_be_sent() -> None:
    response = call("OPTIONS /note", Origin="https://a.example")
    assert (response["statusCode"], response["body"]) == (204, "")
    assert "POST" in response["headers"]["Access-Control-Allow-Methods"]
    allowed = set(response["headers"]["Access-Control-Allow-Headers"].split(","))
    assert allowed == {"Accept-Language", "Authorization", "Content-Type"}


def test_answers_are_never_stored_or_sniffed() -> None:
    headers = call("GET /caller")["headers"]
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize("route", ["GET /caller", "OPTIONS /note", "POST /note", "POST /fail", "POST /wait", "GET /no"])
def test_answers_of_every_kind_ask_for_https(route: str) -> None:
    assert call(route, Origin="https://a.example")["headers"]["Strict-Transport-Security"] == "max-age=31536000"


_HTTP_API_EVENT = {
    "version": "2.0",
    "routeKey": "GET /caller",
    "rawPath": "/caller",
    "rawQueryString": "",
    "headers": {"accept-language": "de"},
    "requestContext": {"http": {"method": "GET", "path": "/caller", "sourceIp": "192.0.2.7"}, "requestId": "r-1"},
    "isBase64Encoded": False,
}
_WITHOUT_CONTEXT = {"httpMethod": "GET", "resource": "/caller", "path": "/caller", "headers": None}


@pytest.mark.parametrize(
    "event",
    [
        _HTTP_API_EVENT,
        _WITHOUT_CONTEXT,
        _WITHOUT_CONTEXT | {"requestContext": None},
        {"httpMethod": "GET", "path": "/caller", "requestContext": {"elb": {"targetGroupArn": "arn"}}},
        {"key1": "value1"},
        {},
    ],
)
def test_an_event_that_is_none_of_a_rest_api_gets_an_answer(
    event: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "")
    response = build_handler(new_router())(event, CONTEXT)
    assert response["statusCode"] == 400
    assert json.loads(response["body"])["code"] == "malformed_request"
    assert response["headers"]["Content-Type"] == "application/problem+json"
    assert response["headers"]["Cache-Control"] == "no-store"
    [line] = logged(caplog)
    assert (line["message"], line["code"]) == ("refused", "malformed_request")
    assert "192.0.2.7" not in str(line)


def test_a_call_without_an_address_has_an_unknown_source() -> None:
    event = _WITHOUT_CONTEXT | {"requestContext": {"requestId": "r-1", "domainName": "api.example", "path": "/caller"}}
    response = _APP.resolve(event, CONTEXT)
    assert (response["statusCode"], json.loads(response["body"])["source"]) == (200, "unknown")


def _start(monkeypatch: pytest.MonkeyPatch, warm_up: Callable[[], object]) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "")
    build_handler(new_router(), warm_up=warm_up)


def test_a_function_warms_up_where_lambda_runs_it_and_there_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    warm: list[int] = []
    _start(monkeypatch, lambda: warm.append(1))
    assert warm == []
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    _start(monkeypatch, lambda: warm.append(1))
    assert warm == [1]


def test_what_init_made_is_left_out_of_later_searches_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    gc.unfreeze()
    try:
        _start(monkeypatch, lambda: None)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


@pytest.mark.parametrize(
    "failure",
    [
        Unavailable(),
        ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetItem"),
        EndpointConnectionError(endpoint_url="https://dynamodb.example"),
    ],
)
def test_what_fails_during_init_is_logged_and_left_to_the_first_call(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def warm_up() -> None:
        raise failure

    monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
    _start(monkeypatch, warm_up)
    assert [line["message"] for line in logged(caplog)] == ["failed"]
