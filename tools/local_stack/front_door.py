"""Plays the part of API Gateway that the emulator lacks: plain addresses, the true source, the contract's errors."""

import http.client
import sys
import threading
import uuid
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from tools.local_stack import background
from tools.local_stack.gateway import Answer, GatewayResponses, own_error

_LIMIT = 10 * 1024 * 1024  # of a request body, as in AWS
_SECONDS = 29  # that API Gateway waits for a function
_PARALLEL = 8  # calls at once; AWS starts more processes, here the others wait rather than start fifty on two cores
_OF_ONE_CONNECTION = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"}
_NOT_PASSED_ON = _OF_ONE_CONNECTION | {"host", "expect", "forwarded", "x-forwarded-for", "x-forwarded-proto"}
_NOT_HANDED_BACK = _OF_ONE_CONNECTION | {"server", "date", "x-amzn-requestid"}


class Upstream(NamedTuple):
    """Where the emulator serves the deployed API."""

    port: int
    path: str  # such as /_aws/execute-api/<api id>/prod


class TooLargeError(Exception):
    """The body is over API Gateway's limit."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, upstream: Upstream, responses: GatewayResponses) -> None:
        super().__init__(("127.0.0.1", port), _Door)
        self.upstream = upstream
        self.responses = responses
        self.turns = threading.BoundedSemaphore(_PARALLEL)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's own signature
        """Say nothing of callers who went away before their answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def serving(port: int, upstream: Upstream, template: Path) -> AbstractContextManager[None]:
    """Serve `upstream` on 127.0.0.1:`port` while the block runs."""
    server = _Server(port, upstream, GatewayResponses(template))
    return background.running(server, "front-door")


class _Door(BaseHTTPRequestHandler):
    """One caller's connection, and the one to the emulator that goes with it."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 75  # seconds that a silent connection is kept
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._emulator = http.client.HTTPConnection("127.0.0.1", self.server.upstream.port, timeout=_SECONDS)

    def finish(self) -> None:
        self._emulator.close()
        super().finish()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the base class looks methods up as do_GET and the like
        if name.startswith("do_"):
            return self._handle
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's own signature
        """Keep no log: addresses and paths are nobody's business here either."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what is no HTTP at all in the contract's words too."""
        self.close_connection = True
        self._send(self._own("DEFAULT_4XX"))  # 5xx too: those are for versions and methods that HTTP/1.1 lacks

    def _handle(self) -> None:
        try:
            body = self._body()
        except TooLargeError:
            self.close_connection = True
            self._send(self._own("REQUEST_TOO_LARGE"))
            return
        except ValueError:
            self.send_error(400)
            return
        with self.server.turns:
            answer = self._forward(body)
        self._send(answer)

    def _body(self) -> bytes:
        """Return the request's body; TooLargeError over the limit, ValueError when its length is no number."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return self._chunks()
        return self.rfile.read(_size(self.headers.get("Content-Length") or "0", 10))

    def _chunks(self) -> bytes:
        body = b""
        while size := _size(self.rfile.readline(1024).split(b";")[0], 16):
            if len(body) + size > _LIMIT:
                raise TooLargeError
            body += self.rfile.read(size)
            self.rfile.readline(1024)
        while self.rfile.readline(1024).strip():  # trailers
            pass
        return body

    def _forward(self, body: bytes) -> Answer:
        path = self.server.upstream.path + (self.path if self.path.startswith("/") else f"/{self.path}")
        try:
            self._emulator.request(self.command, path, body or None, self._passed_on())
            response = self._emulator.getresponse()
            content = response.read()
        except TimeoutError:
            self._emulator.close()
            return self._own("INTEGRATION_TIMEOUT")
        except (ValueError, http.client.InvalidURL):  # a path, method or header that HTTP does not allow
            self._emulator.close()
            return self._own("DEFAULT_4XX")
        except (OSError, http.client.HTTPException):
            self._emulator.close()
            return self._own("INTEGRATION_FAILURE")
        error = own_error(
            response.status, response.getheader("x-amzn-ErrorType", ""), response.getheader("Content-Type", "")
        )
        if error:
            return self._own(error)
        return Answer(response.status, dict(response.getheaders()), content)

    def _passed_on(self) -> dict[str, str]:
        """Return the caller's headers, with the address that the connection comes from instead of what they claim."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_PASSED_ON}
        return {**headers, "X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "http"}

    def _own(self, response_type: str) -> Answer:
        headers = getattr(self, "headers", None)  # not there yet when the request line was no HTTP
        origin = headers.get("Origin", "") if headers else ""
        return self.server.responses.render(response_type, request_id=str(uuid.uuid4()), origin=origin)

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _NOT_HANDED_BACK:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def _size(digits: str | bytes, base: int) -> int:
    """Return a number of bytes; ValueError when it is none, TooLargeError over the limit."""
    size = int(digits, base)
    if size < 0:
        raise ValueError
    if size > _LIMIT:
        raise TooLargeError
    return size
