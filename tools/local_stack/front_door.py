"""Does what API Gateway does and the emulator does not: plain addresses, the real source address, its own errors."""

import uuid
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import urllib3
from werkzeug.datastructures import Headers
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from tools.local_stack import background
from tools.local_stack.gateway import GatewayResponses, own_error

_BODY_LIMIT = 10 * 1024 * 1024  # bytes of a request, as in AWS
_TIMEOUT = 29  # seconds for a function, as in AWS
# Calls at once. AWS starts more processes; the local stack lets the others wait, as two cores cannot run fifty.
_PARALLEL = 8
_HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"}
_NOT_FORWARDED = _HOP_BY_HOP | {"host", "expect", "forwarded", "x-forwarded-for", "x-forwarded-proto"}
_NOT_RETURNED = _HOP_BY_HOP | {"server", "date", "x-amzn-requestid"}


class Upstream(NamedTuple):
    """Where the emulator serves the deployed API; `path` is such as /_aws/execute-api/<api id>/prod."""

    port: int
    path: str


class FrontDoor:
    """Forwards requests to the emulator; its own errors are the GatewayResponses of the template."""

    def __init__(self, upstream: Upstream, responses: GatewayResponses) -> None:
        self._path = upstream.path
        self._responses = responses
        self._emulator = urllib3.HTTPConnectionPool(
            "127.0.0.1", upstream.port, maxsize=_PARALLEL, block=True, timeout=_TIMEOUT, retries=False
        )

    def respond(self, request: Request) -> Response:
        request.max_content_length = _BODY_LIMIT
        try:
            body = _body(request)
        except RequestEntityTooLarge:
            return self.error("REQUEST_TOO_LARGE", request)
        except (ClientDisconnected, OSError, ValueError):
            return self.error("DEFAULT_4XX", request)
        return self._forward(request, body)

    def error(self, response_type: str, request: Request | None = None) -> Response:
        """Return the gateway's own response of a type such as THROTTLED."""
        origin = request.headers.get("Origin", "") if request else ""
        rendered = self._responses.render(response_type, request_id=str(uuid.uuid4()), origin=origin)
        return Response(rendered.body, rendered.status, rendered.headers)

    def _forward(self, request: Request, body: bytes) -> Response:
        target: str = request.environ["RAW_URI"]
        if not (target.isascii() and target.isprintable()):
            return self.error("DEFAULT_4XX", request)
        path = self._path + (target if target.startswith("/") else f"/{target}")
        try:
            response = self._emulator.urlopen(
                request.method, path, body or None, _forwarded(request), decode_content=False
            )
        except urllib3.exceptions.ReadTimeoutError:
            return self.error("INTEGRATION_TIMEOUT", request)
        except ValueError:  # a method or header that HTTP does not allow
            return self.error("DEFAULT_4XX", request)
        except urllib3.exceptions.HTTPError:
            return self.error("INTEGRATION_FAILURE", request)
        own = own_error(
            response.status, response.headers.get("x-amzn-ErrorType", ""), response.headers.get("Content-Type", "")
        )
        if own:
            return self.error(own, request)
        headers = [(name, value) for name, value in response.headers.items() if name.lower() not in _NOT_RETURNED]
        return Response(response.data, response.status, Headers(headers))


def serving(port: int, upstream: Upstream, template: Path) -> AbstractContextManager[None]:
    """Serve `upstream` on 127.0.0.1:`port` while the block runs."""
    front_door = FrontDoor(upstream, GatewayResponses(template))

    class Handler(background.QuietHandler):
        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
            """Answer a request that is not HTTP with the contract's error."""
            response = front_door.error("DEFAULT_4XX")
            self.error_content_type = response.headers["Content-Type"]
            self.error_message_format = response.get_data(as_text=True).replace("%", "%%")
            super().send_error(response.status_code, message, explain)

    return background.serving(port, front_door.respond, "front-door", Handler)


def _body(request: Request) -> bytes:
    """Return the request's body; raises RequestEntityTooLarge, ValueError for a length that is not a number."""
    length = request.headers.get("Content-Length", "0")
    if not length.isdecimal():
        raise ValueError
    if int(length) > _BODY_LIMIT:
        raise RequestEntityTooLarge
    return request.get_data(cache=False)


def _forwarded(request: Request) -> dict[str, str]:
    """Return the caller's headers, with the connection's source address instead of the one that they claim."""
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _NOT_FORWARDED}
    return {**headers, "X-Forwarded-For": request.remote_addr or "", "X-Forwarded-Proto": "http"}
