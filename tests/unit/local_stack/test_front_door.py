"""The front door changes requests and responses as API Gateway does, and in no other way."""

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tools.local_stack.front_door import Upstream, serving
from tools.ports import free_ports

_TEMPLATE = Path(__file__).parents[3] / "template.yaml"


class _Emulator(BaseHTTPRequestHandler):
    """Responds as the test sets, and records the requests."""

    protocol_version = "HTTP/1.1"
    status = 200
    headers_back: ClassVar[dict[str, str]] = {}
    seen: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        port = self.client_address[1]
        self.seen.append({"path": self.path, "headers": dict(self.headers.items()), "body": body, "port": port})
        self.send_response(self.status)
        for name, value in self.headers_back.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture
def emulator() -> Iterator[type[_Emulator]]:
    _Emulator.status, _Emulator.headers_back, _Emulator.seen = 200, {"Content-Type": "application/json"}, []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Emulator) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        _Emulator.port = server.server_port  # type: ignore[attr-defined]
        yield _Emulator
        server.shutdown()


@pytest.fixture
def door(emulator: Any) -> Iterator[HTTPConnection]:
    with _door_to(emulator.port) as connection:
        yield connection


@contextlib.contextmanager
def _door_to(upstream: int) -> Iterator[HTTPConnection]:
    [port] = free_ports(1)
    caller = contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=10))
    with serving(port, Upstream(upstream, "/api/prod"), _TEMPLATE), caller as connection:
        yield connection


def _post(door: HTTPConnection, body: Any = b"{}", **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    door.request("POST", "/verify?x=%20", body, named)
    response = door.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def test_a_request_reaches_the_stage_with_its_body_unchanged(door: HTTPConnection, emulator: Any) -> None:
    body = b'\xff\x00{"a": "\xc3\xa0"}'
    assert _post(door, body, Content_Type="application/json")[2] == b"ok"
    assert emulator.seen[0]["path"] == "/api/prod/verify?x=%20"
    assert emulator.seen[0]["body"] == body
    assert emulator.seen[0]["headers"]["Content-Type"] == "application/json"


def test_the_source_address_is_the_connection_s(door: HTTPConnection, emulator: Any) -> None:
    _post(door, X_Forwarded_For="203.0.113.9", x_forwarded_proto="https", Forwarded="for=203.0.113.9")
    headers = {name.lower(): value for name, value in emulator.seen[0]["headers"].items()}
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert "203.0.113.9" not in str(headers)


def test_the_connection_to_the_emulator_is_reused(door: HTTPConnection, emulator: Any) -> None:
    for _ in range(3):
        _post(door)
    assert len({call["port"] for call in emulator.seen}) == 1


def test_a_chunked_body_is_forwarded(door: HTTPConnection, emulator: Any) -> None:
    door.request("POST", "/verify", iter([b"ab", b"cd"]), encode_chunked=True)
    assert door.getresponse().read() == b"ok"
    assert emulator.seen[0]["body"] == b"abcd"


def test_a_body_over_ten_megabytes_is_refused_before_it_is_read(door: HTTPConnection, emulator: Any) -> None:
    door.putrequest("POST", "/verify")
    door.putheader("Content-Length", str(10 * 1024 * 1024 + 1))
    door.endheaders()
    response = door.getresponse()
    assert (response.status, json.loads(response.read())["code"]) == (413, "request_too_large")
    assert emulator.seen == []


@pytest.mark.parametrize(
    ("status", "error_type", "expected"),
    [
        (403, "MissingAuthenticationTokenException", (400, "malformed_request")),
        (401, "UnauthorizedException", (401, "access_token_invalid")),
        (403, "AccessDeniedException", (401, "access_token_invalid")),
        (429, "TooManyRequestsException", (429, "too_many_attempts")),
        (403, "ForbiddenException", (400, "malformed_request")),
        (500, "InternalServerErrorException", (503, "unavailable")),
        (502, "", (503, "unavailable")),
        (504, "", (503, "unavailable")),
        (400, "", (400, "malformed_request")),
    ],
)
def test_the_gateway_s_errors_become_those_of_the_template(
    door: HTTPConnection, emulator: Any, status: int, error_type: str, expected: tuple[int, str]
) -> None:
    emulator.status = status
    emulator.headers_back = {"x-amzn-ErrorType": error_type} if error_type else {}
    answer, headers, body = _post(door, Origin="https://a.example")
    assert (answer, json.loads(body)["code"]) == expected
    assert headers["content-type"] == "application/problem+json"
    assert headers["access-control-allow-origin"] == "https://a.example"
    assert headers["vary"] == "Origin"


def test_a_function_s_own_errors_are_unchanged(door: HTTPConnection, emulator: Any) -> None:
    emulator.status = 503
    emulator.headers_back = {"Content-Type": "application/problem+json", "Retry-After": "2"}
    status, headers, body = _post(door)
    assert (status, headers["retry-after"], body) == (503, "2", b"ok")


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\n",
        b"GET /caff\xc3\xa8 HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"G\xc3\x88T / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    ],
)
def test_a_request_that_is_not_http_gets_the_contract_s_error(door: HTTPConnection, sent: bytes) -> None:
    door.connect()
    door.sock.sendall(sent)
    answer = b"".join(iter(lambda: door.sock.recv(4096), b""))
    assert b'"code": "malformed_request"' in answer


def test_a_caller_that_disconnects_leaves_no_output(door: HTTPConnection, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", door.port)) as caller:
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close by a reset
            caller.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
            time.sleep(0.02)
    _post(door)
    assert capfd.readouterr().err == ""


def test_without_the_emulator_the_contract_s_error_is_unavailable() -> None:
    with _door_to(*free_ports(1)) as connection:
        status, headers, body = _post(connection)
    assert (status, json.loads(body)["code"], headers["retry-after"]) == (503, "unavailable", "5")
