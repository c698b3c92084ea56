"""A function under Lambda's own runtime client, to which events are handed by Lambda's Runtime API and nothing else.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. The API has no thread and no loop: whoever calls speaks
with the runtime, for on Lambda nothing of it takes the function's share of a processor.
"""

import contextlib
import itertools
import json
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.emulated import runtime_command, runtime_environment
from bench.http1 import Connection

_API = b"/2018-06-01/runtime/"
_ARN = "arn:aws:lambda:eu-south-1:000000000000:function:bench"
_SECONDS = 60
_TAKEN = b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"OK"}'
_EVENT = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: {}\r\n"
    "Lambda-Runtime-Deadline-Ms: {}\r\nLambda-Runtime-Invoked-Function-Arn: {}\r\nContent-Length: {}\r\n\r\n"
)


class Function:
    """One execution environment: it takes one call at a time. Its runtime keeps one connection for all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names = (f"00000000-0000-4000-8000-{number:012}" for number in itertools.count(1))

    def call(self, event: bytes) -> bytes:
        """Return the answer to an event as soon as the runtime asks for one; RuntimeError for one that is not good."""
        self._asked(b"GET", b"invocation/next")
        name, deadline = next(self._names), int((time.time() + _SECONDS) * 1000)
        self._connection.send(_EVENT.format(name, deadline, _ARN, len(event)).encode() + event)
        answer = self._asked(b"POST", b"invocation/%s/response" % name.encode())
        self._connection.send(_TAKEN)
        if json.loads(answer).get("statusCode", 500) >= 400:
            raise RuntimeError(answer.decode()[:2000])
        return answer

    def _asked(self, method: bytes, path: bytes) -> bytes:
        """Return the content of what the runtime has to ask now; RuntimeError when it reports an error instead."""
        first, content = self._connection.receive()
        if not first.startswith(b"%s %s%s " % (method, _API, path)):
            self._connection.send(_TAKEN)
            raise RuntimeError(f"{first.decode().strip()}: {content.decode()[:2000]}")
        return content


@contextlib.contextmanager
def function(handler: str, path: Sequence[Path], environment: Mapping[str, str]) -> Iterator[Function]:
    """Run a handler while the block runs; `environment` has its import path, `path` holds its folder first."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(_SECONDS)
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            runtime_command(handler),
            cwd=path[0],
            env=runtime_environment(path, environment) | {"AWS_LAMBDA_RUNTIME_API": address},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with contextlib.closing(Connection(listener.accept()[0], _SECONDS)) as connection:
                yield Function(connection)
        finally:
            process.terminate()
            process.wait(10)
