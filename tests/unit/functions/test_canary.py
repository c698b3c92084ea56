"""The canary: what it calls at an API on loopback, what it makes of the answers, and what it reports."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from canary import app
from canary.api import NO_ANSWER, Api
from canary.flow import code_of, walk
from tools.paths import ROOT
from tools.ports import free_ports
from tools.translate import written
from utenza.suppliers import load

_PARAMETERS = written()["Parameters"]
_NOW = 1_800_000_000
_PATTERN = "[0-9A-Z]{5,16}"
_SUPPLIERS = {"suppliers": [{"supplier": "gas", "code_pattern": _PATTERN}]}
_NOT_MATCHED = {"code": "customer_not_matched"}
_ISSUER = {"openid-configuration": "another issuer"}
_KEYS = {"keys": [{"kty": "RSA", "kid": "1"}]}


class Site:
    """An API with answers by path, of which a test may change some; it keeps what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self.asked: list[tuple[str, Any]] = []
        self.seconds = 0.0  # until it answers
        self.answers: dict[str, tuple[int, Any]] = {
            "/v1/suppliers": (200, _SUPPLIERS),
            "/v1/verify": (422, _NOT_MATCHED),
            "/v1/.well-known/openid-configuration": (200, {"issuer": self.url}),
            "/v1/.well-known/jwks.json": (200, _KEYS),
        }

    def answer(self, request: Request) -> Response:
        self.asked.append((f"{request.method} {request.path}", request.get_json(silent=True)))
        status, body = self.answers[request.path]
        time.sleep(self.seconds)
        elsewhere = {"Location": f"{self.url}/suppliers"}
        return Response(body if isinstance(body, str) else json.dumps(body), status, elsewhere)


@contextmanager
def _serving() -> Iterator[Site]:
    [port] = free_ports(1)
    site = Site(port)
    server = make_server("127.0.0.1", port, Request.application(site.answer), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    with _serving() as running:
        yield running


def _failed(url: str, beginning: str = "CANARINO", clock: Callable[[], float] = lambda: 0.0) -> dict[str, str]:
    checks = walk(Api(url, seconds=2), beginning, now=_NOW, clock=clock)
    return {check.name: check.failure for check in checks if check.failure}


def test_all_is_well_where_the_four_answers_are_as_they_should_be(site: Site) -> None:
    assert _failed(site.url) == {}
    assert [route for route, _ in site.asked] == [
        "GET /v1/suppliers",
        "POST /v1/verify",
        "GET /v1/.well-known/openid-configuration",
        "GET /v1/.well-known/jwks.json",
    ]
    [asked] = [body for route, body in site.asked if route == "POST /v1/verify"]
    assert (asked["supplier"], asked["customer_code"]) == ("gas", "CANARINO06000000")


@pytest.mark.parametrize(
    ("path", "answer", "failed"),
    [
        ("suppliers", (503, {"code": "unavailable"}), {"suppliers": "status 503", "verify": "no supplier"}),
        ("suppliers", (200, {"suppliers": []}), {"suppliers": "another body", "verify": "no supplier"}),
        ("suppliers", (200, "<html>"), {"suppliers": "JSONDecodeError", "verify": "no supplier"}),
        ("verify", (429, {"code": "too_many_attempts"}), {"verify": "status 429"}),
        ("verify", (200, {"step_token": "secret"}), {"verify": "status 200"}),  # somebody has such a code
        ("verify", (422, {"code": "invalid"}), {"verify": "another code than customer_not_matched"}),
        (
            ".well-known/openid-configuration",
            (200, {"issuer": "https://x"}),
            {"openid-configuration": "another issuer"},
        ),
        (".well-known/jwks.json", (200, {"keys": []}), {"jwks": "no key"}),
        (".well-known/jwks.json", (200, [1]), {"jwks": "another body"}),
        (".well-known/jwks.json", (302, {}), {"jwks": "status 302"}),
    ],
)
def test_another_answer_fails_its_check_and_the_others_go_on(
    site: Site, path: str, answer: tuple[int, Any], failed: dict[str, str]
) -> None:
    site.answers[f"/v1/{path}"] = answer
    assert _failed(site.url) == failed


def test_no_answer_and_a_late_one_fail_too(site: Site) -> None:
    [nobody] = free_ports(1)
    assert _failed(f"http://127.0.0.1:{nobody}")["jwks"] == "NewConnectionError"
    seconds = iter([0.0, 4.9, 10.0, 15.1, 20.0, 20.0, 30.0, 30.0])
    assert _failed(site.url, clock=lambda: next(seconds)) == {"verify": "slow"}


def test_what_does_not_answer_in_time_is_asked_once(site: Site) -> None:
    site.seconds = 0.3
    with pytest.raises(NO_ANSWER):
        Api(site.url, seconds=0.05).call("GET", "/suppliers")
    assert len(site.asked) == 1


@pytest.mark.parametrize("pattern", [_PATTERN, "[A-Z]{8}[0-9]{3}", r"[A-Z]+[0-9]{5}(A|B)?"])
def test_no_code_is_tried_again_before_the_limits_have_forgotten_it(pattern: str) -> None:
    """A code has one attempt more after `AttemptsRefillSeconds`, a day at most."""
    step, longest = 300, int(_PARAMETERS["AttemptsRefillSeconds"]["MaxValue"])
    codes = [code_of("CANARINO", pattern, now=_NOW + at) for at in range(0, longest + step, step)]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(pattern, code) for code in codes)


def test_a_beginning_that_no_supplier_takes_is_said(site: Site) -> None:
    site.answers["/v1/suppliers"] = (200, {"suppliers": [{"supplier": "gas", "code_pattern": "[0-9]{11}"}]})
    assert _failed(site.url) == {"verify": "no code fits: set CanaryCode"}
    assert _failed(site.url, beginning="999") == {}


def test_the_codes_of_the_usual_beginning_are_those_of_our_suppliers() -> None:
    beginning = str(_PARAMETERS["CanaryCode"]["Default"])
    for supplier in load():
        assert code_of(beginning, supplier.code_pattern, now=_NOW)


def test_a_source_gets_more_attempts_back_than_the_canary_takes() -> None:
    assert _PARAMETERS["SourceRefillSeconds"]["Default"] < 300


def test_no_code_of_the_api_knows_the_canary() -> None:
    """It is a stranger: an answer that it alone got would say nothing of those that customers get."""
    sources = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers" / "common").rglob("*.py")]
    knowing = {path.relative_to(ROOT) for path in sources if re.search("canar", path.read_text("utf-8"), re.IGNORECASE)}
    own = {path.relative_to(ROOT) for path in (ROOT / "functions" / "canary").glob("*.py")}
    assert knowing - own == {Path("layers/common/utenza/observability.py")}  # its metric and its line in the log


@pytest.mark.parametrize(("status", "failures"), [(422, 0), (500, 1)])
def test_each_run_says_that_it_ran_how_many_checks_failed_and_how_long_each_took(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], status: int, failures: int
) -> None:
    site.answers["/v1/verify"] = (status, _NOT_MATCHED)
    settings = app.Settings.model_validate({"PUBLIC_URL": site.url, "CANARY_CODE": "CANARINO"})
    monkeypatch.setattr(app.Settings, "load", lambda: settings)
    answer = app.handler({}, LambdaContext())
    assert answer == {"failed": {"verify": "status 500"} if failures else {}}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    metrics = [line for line in lines if "_aws" in line]
    counted = {name: line[name][0] for line in metrics for name in ("CanaryRuns", "CanaryFailures") if name in line}
    assert counted == {"CanaryRuns": 1, "CanaryFailures": failures}
    assert {line["check"] for line in metrics if "CanaryDuration" in line} == {
        "suppliers",
        "verify",
        "openid-configuration",
        "jwks",
    }
