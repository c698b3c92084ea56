"""The client in docs/crm.md: it signs as IAM wants it, catches up, and goes on where it stopped."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from crm import app, flow
from tests.fakes.changes import FakeChanges
from tests.unit.crm.world import AGREED, NOW, World, new_world
from utenza.http.app import build_handler
from utenza.settings import HttpSettings
from utenza.suppliers import load

_KEYS = Credentials("AKIDEXAMPLE", "secret")


class Gateway:
    """An API Gateway on the loopback address that checks signatures and calls the function."""

    def __init__(self, dependencies: flow.Dependencies) -> None:
        self.dependencies = dependencies
        self.calls = 0
        self._handler = build_handler(app.router)
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = gateway.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, target: str, headers: dict[str, str]) -> tuple[int, str]:
        self.calls += 1
        if not self._is_signed(target, headers):
            return 400, "{}"
        status, body = self.invoke(target, headers)
        return status, json.dumps(body)

    def invoke(self, target: str, headers: dict[str, str]) -> tuple[int, Any]:
        """Call the function, as API Gateway does when the signature is right."""
        parts = urlsplit(target)
        event: dict[str, Any] = {"httpMethod": "GET", "resource": parts.path, "path": parts.path, "headers": headers}
        event |= {"queryStringParameters": dict(parse_qsl(parts.query)), "requestContext": {"requestId": "1"}}
        response = self._handler(event, LambdaContext())
        return response["statusCode"], json.loads(response["body"])

    def _is_signed(self, target: str, headers: dict[str, str]) -> bool:
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-south-1/execute-api/aws4_request, "
            r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
            headers.get("authorization", ""),
        )
        if not found:
            return False
        signed = {name: headers[name] for name in found[1].split(";")}
        request = AWSRequest("GET", f"{self.address}{target}", signed)
        request.context["timestamp"] = headers["x-amz-date"]
        check = SigV4Auth(_KEYS, "execute-api", "eu-south-1")
        expected = check.signature(check.string_to_sign(request, check.canonical_request(request)), request)
        return "host" in signed and expected == found[2]


@pytest.fixture
def world() -> World:
    return new_world("unogas-energia")


@pytest.fixture
def gateway(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    monkeypatch.setenv("PUBLIC_URL", "")
    monkeypatch.setenv("ALLOWED_ORIGINS", "")
    HttpSettings.load.cache_clear()
    gateway = Gateway(flow.Dependencies(load(), world.changes, world.registrations))
    monkeypatch.setattr(app, "dependencies", lambda: gateway.dependencies)
    monkeypatch.setattr("crm.app.time", SimpleNamespace(time=lambda: float(NOW)))
    thread = Thread(target=gateway.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield gateway
    gateway.server.shutdown()
    thread.join()
    gateway.server.server_close()
    HttpSettings.load.cache_clear()


class Crm:
    """The documented client, and what it has stored."""

    def __init__(self, gateway: Gateway) -> None:
        [text] = re.findall(r"```python\n(.*?)```", Path("docs/crm.md").read_text(encoding="utf-8"), re.DOTALL)
        assert sum(line != "" for line in text.splitlines()) <= 20
        text = re.sub(r'"https://API_ID[^"]*"', f'"{gateway.address}"', text)
        self._client: dict[str, Any] = {}
        exec(compile(text, "docs/crm.md", "exec"), self._client)
        self.customers: dict[str, str] = {}
        self.steps: list[str] = []
        self.taken = 0
        self.stop_at = ""

    def catch_up(self) -> None:
        self._client["catch_up"](self._store, self._take_everything)

    def _store(self, customers: list[dict[str, Any]]) -> None:
        for customer in customers:
            if customer["customer_code"] == self.stop_at:
                raise InterruptedError
            self.steps.append(customer["customer_code"])
            self.customers[customer["customer_code"]] = customer.get("user_id", customer["status"])

    def _take_everything(self) -> None:
        self.steps.append("everything")
        self.taken += 1


@pytest.fixture
def crm(gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crm:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", _KEYS.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", _KEYS.secret_key)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    crm = Crm(gateway)
    monkeypatch.chdir(tmp_path)  # where it keeps its cursor
    return crm


def test_the_documented_client_catches_up_page_by_page_and_goes_on_where_it_stopped(
    crm: Crm, gateway: Gateway, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "MOST_CUSTOMERS", 2)
    crm.catch_up()
    for number in range(1, 6):
        world.register(number)
    crm.stop_at = "0104"
    with pytest.raises(InterruptedError):
        crm.catch_up()
    assert set(crm.customers) == {"0101", "0102", "0103"}
    crm.stop_at = ""
    world.close(1)
    calls = gateway.calls
    crm.catch_up()
    assert gateway.calls - calls == 2
    assert crm.customers == {f"010{each}": f"mario{each}@example.org" for each in range(2, 6)} | {
        "0101": "not_registered"
    }
    assert crm.taken == 0


def test_after_a_gap_the_documented_client_takes_everything_and_goes_on(
    crm: Crm, gateway: Gateway, world: World
) -> None:
    world.register(1)
    crm.catch_up()
    world.register(2)
    crm.catch_up()
    restored = FakeChanges()  # to before the second
    restored.recorded["unogas-energia"] = world.changes.recorded["unogas-energia"][:1]
    gateway.dependencies = gateway.dependencies._replace(changes=restored)
    crm.catch_up()
    crm.catch_up()
    assert crm.steps == ["0101", "0102", "0101", "everything"]  # what was read last comes last


def test_what_is_not_signed_is_not_answered(gateway: Gateway) -> None:
    assert gateway.answer("/crm/changes", {})[0] == 400


def test_the_documented_answer_has_what_answers_have(gateway: Gateway, world: World) -> None:
    blocks = re.findall(r"```json\n(.*?)```", Path("docs/crm.md").read_text(encoding="utf-8"), re.DOTALL)
    documented = next(json.loads(block) for block in blocks if '"changes"' in block)
    asked = flow.question("unogas-energia", documented["next"], "", load())
    assert asked.after
    assert asked.after.number == documented["changes"][0]["change"]
    account = world.register(1, accepted=AGREED)
    world.accounts.accounts[account.supplier, account.account_id] = account._replace(last_login_at=NOW)
    status, answer = gateway.invoke("/crm/changes?supplier=unogas-energia", {})
    assert (status, answer.keys()) == (200, documented.keys())
    [given], [shown] = answer["changes"], documented["changes"]
    assert given.keys() == shown.keys()
    assert given["customers"][0].keys() == shown["customers"][0].keys()
