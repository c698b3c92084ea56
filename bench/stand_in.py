"""Rehearses, and runs the stand-in for AWS with what the rehearsal wrote."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.places import WORK, import_path
from bench.routes import Prepared
from bench.variables import variables
from tools.paths import ROOT
from tools.ports import free_ports

_FUNCTIONS = ("verify", "credentials", "login", "recovery", "account", "suppliers", "discovery")
# A benchmark outlasts the tokens of a customer in a hurry.
_PATIENT = {"STEP_TOKEN_SECONDS": "3600", "ACCESS_TOKEN_SECONDS": "3600"}


class StandIn(NamedTuple):
    """AWS at `endpoint`, with an answer to every call of `routes`; `mail` and `cheap` as in `bench.variables`.

    `items` is what is stored, by table and key.
    """

    port: int
    routes: Sequence[Prepared]
    items: Mapping[str, Mapping[str, dict[str, Any]]]
    mail: bool
    cheap: bool

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        return variables(self.endpoint, mail=self.mail, cheap=self.cheap) | _PATIENT

    def route(self, name: str) -> Prepared:
        return next(route for route in self.routes if route.name == name)

    def ask(self, what: str) -> Any:  # noqa: ANN401 - JSON
        """Tell the stand-in something: see `bench.cloud.server.Counter`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("GET", f"/{what}")
            return json.loads(connection.getresponse().read())


@contextlib.contextmanager
def stand_in(*, mail: bool = False, cheap: bool = False) -> Iterator[StandIn]:
    """Run the stand-in while the block runs."""
    WORK.mkdir(parents=True, exist_ok=True)
    file = WORK / f"state-{'mail' if mail else 'plain'}{'-cheap' if cheap else ''}.json"
    _rehearse(file, mail=mail, cheap=cheap)
    state = json.loads(file.read_text(encoding="utf-8"))
    routes = [Prepared(*fields) for fields in state["routes"]]
    with _serving(file) as port:
        yield StandIn(port, routes, state["items"], mail, cheap)


@contextlib.contextmanager
def empty_stand_in() -> Iterator[StandIn]:
    """Run a stand-in with nothing but the import's table while the block runs."""
    WORK.mkdir(parents=True, exist_ok=True)
    file = WORK / "state-empty.json"
    file.write_text('{"items": {}, "answers": {}}', encoding="utf-8")
    with _serving(file) as port:
        yield StandIn(port, [], {}, mail=False, cheap=False)


@contextlib.contextmanager
def _serving(file: Path) -> Iterator[int]:
    [port] = free_ports(1)
    process = subprocess.Popen([sys.executable, "-m", "bench.cloud", str(port), str(file)], cwd=ROOT)
    try:
        until_it_answers(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def until_it_answers(port: int, seconds: float = 20) -> None:
    """Wait until something listens on 127.0.0.1; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.connect()
            return
        time.sleep(0.005)
    raise TimeoutError(f"nothing listens on port {port}")


def _rehearse(file: Path, *, mail: bool, cheap: bool) -> None:
    path = os.pathsep.join(map(str, [ROOT, *import_path(*_FUNCTIONS)]))
    environment = variables("", mail=mail, cheap=cheap) | _PATIENT | {"PYTHONPATH": path}
    log = (WORK / "rehearsal.log").open("wb")
    with log:
        code = subprocess.run(
            [sys.executable, "-m", "bench.rehearsal", str(file)],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        ).returncode
    if code:
        raise RuntimeError(f"the rehearsal failed: see {log.name}")
