"""A function under AWS's own interface emulator and runtime client: the nearest to Lambda that a machine has."""

import contextlib
import http.client
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.places import EMULATOR, INTERPRETER, WORK
from bench.stand_in import until_it_answers
from tools.ports import free_ports

PATH = "/2015-03-31/functions/function/invocations"


class Function:
    """One execution environment: it takes one call at a time, and starts its runtime with the first."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(self, event: Mapping[str, Any]) -> tuple[float, Any]:
        """Return the seconds until the answer, and the answer; raises RuntimeError for one that is not good."""
        body = json.dumps(event).encode()
        began = time.perf_counter()
        self._connection.request("POST", PATH, body)
        content = self._connection.getresponse().read()
        took = time.perf_counter() - began
        answer = json.loads(content)
        if "errorMessage" in answer or answer.get("statusCode", 200) >= 400:  # an authorizer's policy has none
            raise RuntimeError(content.decode()[:2000])
        return took, answer


@contextlib.contextmanager
def function(handler: str, path: Sequence[Path], environment: Mapping[str, str]) -> Iterator[Function]:
    """Run a handler while the block runs; `environment` has its import path, `path` holds its folder first."""
    port, inner = free_ports(2)
    addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{port}"]
    addresses += ["--runtime-api-address", f"127.0.0.1:{inner}"]
    process = subprocess.Popen(
        [_emulator(), *addresses, *runtime_command(handler)],
        cwd=path[0],
        env=runtime_environment(path, environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until_it_answers(port)
        yield Function(port)
    finally:
        process.terminate()  # it ends its runtime too
        process.wait(10)


def runtime_command(handler: str) -> list[str]:
    return [INTERPRETER, "-s", "-m", "awslambdaric", handler]


def runtime_environment(path: Sequence[Path], environment: Mapping[str, str]) -> dict[str, str]:
    return dict(environment) | {"LAMBDA_TASK_ROOT": str(path[0]), "AWS_LAMBDA_FUNCTION_NAME": "bench"}


def _emulator() -> str:
    """Return the emulator out of the SAM CLI, which ships it without the right to be executed."""
    if EMULATOR is None:
        raise FileNotFoundError("the SAM CLI in .local/sam has no interface emulator: run `make setup`")
    program = WORK / EMULATOR.name
    if not program.exists():
        shutil.copy(EMULATOR, program)
        program.chmod(0o755)
    return str(program)
