"""One peer: how it is started, and what a login and a registration look like to it."""

import contextlib
import http.client
import itertools
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlencode

from bench.peers.load import Operation
from bench.places import PEERS
from bench.stand_in import until_it_answers
from tools.local_stack.places import ROOT
from tools.ports import free_ports

type Hashing = Literal["default", "ours"]

SERVERS = ROOT / "bench" / "peers" / "servers"
_PASSWORD = "quattro trote blu"  # noqa: S105 - of nobody
_KNOWN = "known@example.com"
_JSON = {"Content-Type": "application/json"}


class Peer(NamedTuple):
    """`command` is run in `folder` once `prepare` was; PORT and WORKERS in it are replaced.

    `login` and `register` are paths; `form` says that its login takes a form and calls the address `username`.
    """

    name: str
    default: str
    prepare: Sequence[str]
    command: Sequence[str]
    login: str
    register: str
    form: bool = False
    named: bool = False
    folder: Path = SERVERS


class Serving:
    """A peer that runs, with one user who is known to it."""

    def __init__(self, peer: Peer, port: int) -> None:
        self._peer, self._port = peer, port
        self._numbers = itertools.count(1)

    def registering(self) -> Operation:
        """Return one client that registers somebody new with each call."""
        connection = self._connection()
        return lambda: self._register(connection, f"new{next(self._numbers)}@example.com")

    def logging_in(self) -> Operation:
        connection = self._connection()
        user = {"username" if self._peer.form else "email": _KNOWN, "password": _PASSWORD}
        body = urlencode(user) if self._peer.form else json.dumps(user)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if self._peer.form else _JSON
        return lambda: _post(connection, self._peer.login, body, headers)

    def make_known(self) -> None:
        self._register(self._connection(), _KNOWN)
        self.logging_in()()

    def _register(self, connection: http.client.HTTPConnection, email: str) -> None:
        user = {"email": email, "password": _PASSWORD} | ({"name": "Mario Rossi"} if self._peer.named else {})
        _post(connection, self._peer.register, json.dumps(user), _JSON)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)


@contextlib.contextmanager
def serving(peer: Peer, hashing: Hashing, workers: int) -> Iterator[Serving]:
    """Run a peer while the block runs, with an empty store of its own."""
    [port] = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="utenza-bench-") as folder:
        environment = {
            "PATH": f"{PEERS / 'bin'}:{os.environ['PATH']}",
            "HASHING": hashing,
            "DATABASE": f"{folder}/peer.sqlite",
            "PORT": str(port),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        with Path(folder, "log").open("wb") as log:
            if peer.prepare:
                _run(peer.prepare, peer.folder, environment)
            command = [each.replace("PORT", str(port)).replace("WORKERS", str(workers)) for each in peer.command]
            process = subprocess.Popen(command, cwd=peer.folder, env=environment, stdout=log, stderr=log)
            try:
                until_it_answers(port)
                found = Serving(peer, port)
                found.make_known()
                yield found
            finally:
                process.terminate()
                process.wait(20)


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=60)


def _post(connection: http.client.HTTPConnection, path: str, body: str, headers: Mapping[str, str]) -> None:
    connection.request("POST", path, body, dict(headers))
    response = connection.getresponse()
    content = response.read()
    if response.status >= 400:
        raise RuntimeError(f"{path}: {response.status} {content[:500]!r}")
