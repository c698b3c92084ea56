"""A faulty proxy between the functions and the emulator, on 127.0.0.1 alone."""

import contextlib
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import urllib3
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from tools.chaos.answers import said
from tools.chaos.asked import Asked, asked
from tools.chaos.faults import Fault, Schedule
from tools.local_stack import background

_TIMEOUT = 60  # seconds: longer than any function waits
_HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"}


class FaultyProxy:
    """Forwards what the functions ask of AWS, unless the schedule has a fault for it."""

    def __init__(self, stack_port: int, schedule: Schedule, kill: Callable[[int], str]) -> None:
        self._schedule, self._kill = schedule, kill
        self._emulator = urllib3.HTTPConnectionPool(
            "127.0.0.1", stack_port, maxsize=50, timeout=_TIMEOUT, retries=False
        )

    def respond(self, request: Request) -> Response:
        body = request.get_data(cache=False)
        what = asked(request.method, request.path, dict(request.headers), body)
        fault = self._schedule.meet(what)
        return self._forward(request, body) if fault is None else self._break(fault, what, request, body)

    def _break(self, fault: Fault, what: Asked, request: Request, body: bytes) -> Response:
        if fault.kind == "slow":
            time.sleep(fault.seconds)
            return self._forward(request, body)
        if fault.kind in {"lost", "killed"}:
            self._forward(request, body)
        if fault.kind == "killed":
            self._schedule.note_death(self._kill(int(request.environ["REMOTE_PORT"])))
        if fault.kind in {"lost", "killed", "cut"}:
            raise _cut(request)
        answer = said(fault.kind, what, body)
        return Response(answer.body, answer.status, answer.headers)

    def _forward(self, request: Request, body: bytes) -> Response:
        # With the caller's Host: it is signed.
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            answer = self._emulator.urlopen(
                request.method, request.environ["RAW_URI"], body or None, headers, decode_content=False
            )
        except urllib3.exceptions.HTTPError as error:  # the emulator ends
            raise _cut(request) from error
        kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP]
        return Response(answer.data, answer.status, Headers(kept))


def _cut(request: Request) -> ConnectionError:
    """Close the caller's connection without a word; return what tells the server not to answer."""
    caller: socket.socket = request.environ["werkzeug.socket"]
    with contextlib.suppress(OSError):  # it has gone itself
        caller.shutdown(socket.SHUT_RDWR)
    return ConnectionAbortedError("cut")


def serving(port: int, stack_port: int, schedule: Schedule, kill: Callable[[int], str]) -> AbstractContextManager[None]:
    """Serve the proxy on 127.0.0.1:`port` while the block runs; `kill` kills the process that has a port.

    It returns the name of the function whose process that was.
    """
    return background.serving(port, FaultyProxy(stack_port, schedule, kill).respond, "faulty-proxy")
