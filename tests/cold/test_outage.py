"""A function says 503 itself before Lambda stops it, also when none of four addresses of AWS answers."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cold.world import ENVIRONMENT, call_of

_ROOT = Path(__file__).parents[2]
_ADDRESSES = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")
_TEMPLATE = (_ROOT / "template.yaml").read_text(encoding="utf-8")
_TIMEOUT = int(re.search(r"FunctionTimeout:.*?Default: (\d+)", _TEMPLATE, re.DOTALL)[1])  # type: ignore[index]


def _full(listener: socket.socket, stack: ExitStack) -> None:
    """Fill the queue of a listener, so that further connections hang."""
    for _ in range(3):
        connection = stack.enter_context(socket.socket())
        connection.setblocking(False)
        connection.connect_ex(listener.getsockname())


@pytest.fixture(params=["at the connection", "at the response"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Return a port that four addresses hang at, at once or when they are asked."""
    with ExitStack() as stack:
        port = 0
        for address in _ADDRESSES:
            listener = stack.enter_context(socket.socket())
            listener.bind((address, port))
            port = listener.getsockname()[1]
            silent = request.param == "at the response"
            listener.listen(100 if silent else 0)
            if not silent:
                _full(listener, stack)
        yield port


@pytest.mark.parametrize("function", ["verify", "login", "recovery", "account"])
def test_hanging_services_are_a_503_before_lambda_stops_the_function(function: str, port: int) -> None:
    environ = ENVIRONMENT | {
        "PYTHONPATH": f"{_ROOT / 'functions'}:{_ROOT / 'layers/common'}",
        "AWS_ENDPOINT_URL": f"http://aws.example:{port}",
        "PATH": os.environ["PATH"],
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, Path(__file__).parent / "hanging.py", function, str(port)],
        env=environ,
        input=json.dumps(call_of(function)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "503", done.stderr
    assert time.monotonic() - began < _TIMEOUT
    assert '"unavailable"' in done.stdout
