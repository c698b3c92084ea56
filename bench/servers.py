"""Starts and stops what runs beside a measurement: the stand-in for AWS, our functions behind HTTP, and peers."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import urllib3

from bench.environments import CHEAP, PROGRAMS, WORK, Route, functions_path, variables
from tools.paths import LOCAL, ROOT
from tools.ports import free_ports

PEERS = LOCAL / "peers"
_UVICORN = (PEERS / "bin" / "uvicorn", "--lifespan", "off", "--log-level", "warning", "--no-access-log")
_MAIL = "bench@example.it"


class Aws(NamedTuple):
    """The stand-in at `endpoint`, with an answer to every request that the calls of `routes` make."""

    endpoint: str
    routes: Sequence[Route]
    more: Mapping[str, str]

    def route(self, name: str) -> Route:
        return next(route for route in self.routes if route.name == name)

    def variables(self, path: list[Path], **more: str) -> dict[str, str]:
        """Return the environment of a function with this path."""
        return variables(self.endpoint, path, **self.more, **more)

    def ask(self, what: str) -> Any:  # noqa: ANN401 - JSON
        """Ask the stand-in: see its own description."""
        return urllib3.request("GET", f"{self.endpoint}/{what}").json()


@contextlib.contextmanager
def aws(*, mail: bool = False, cheap: bool = False) -> Iterator[Aws]:
    """Rehearse, and run the stand-in for AWS while the block runs.

    `mail` is a deployment that sends mail. `cheap` takes the smallest argon2 parameters, for what is measured beside
    hashing.
    """
    more = {"SENDER_EMAIL": _MAIL if mail else "", **(CHEAP if cheap else {})}
    folder = WORK / f"rehearsal{'-mail' if mail else ''}{'-cheap' if cheap else ''}"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "rehearsal.json"
    functions = ("verify", "credentials", "login", "recovery", "reclaim", "account", "suppliers", "discovery")
    path = [ROOT, *functions_path(*functions)]
    run_program([sys.executable, "-m", "bench.rehearsal", str(file)], variables("", path, **more))
    rehearsal = json.loads(file.read_text(encoding="utf-8"))
    recording = folder / "answers.json"
    recording.write_text(json.dumps(rehearsal["answers"]), encoding="utf-8")
    with uvicorn("stand_in:app", PROGRAMS, {"RECORDING": str(recording)}) as endpoint:
        yield Aws(endpoint, [Route(*fields) for fields in rehearsal["routes"]], more)


def uvicorn(application: str, folder: Path, environment: Mapping[str, str]) -> AbstractContextManager[str]:
    """Serve an ASGI application while the block runs, and yield its address."""
    return serving([*_UVICORN, "--app-dir", str(folder), application, "--port"], environment)


@contextlib.contextmanager
def serving(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path = ROOT) -> Iterator[str]:
    """Run a server while the block runs, and yield its address; the port is the last argument of the command."""
    [port] = free_ports(1)
    with (WORK / "servers.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, str(port)],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PORT": str(port), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def run_program(command: Sequence[str | Path], environment: Mapping[str, str]) -> str:
    """Run a program of ours to its end and return what it prints; RuntimeError when it fails."""
    result = subprocess.run(
        command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, timeout=300, check=False
    )
    if result.returncode:
        raise RuntimeError(f"{' '.join(map(str, command[:4]))}: {result.stderr[-2000:]}")
    return result.stdout


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            urllib3.request("GET", f"{address}/", timeout=5, retries=False)
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing answers at {address}: see {WORK / 'servers.log'}")
