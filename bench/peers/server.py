"""One peer: how it is started, and what a login and a registration look like to it."""

import contextlib
import itertools
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlencode

from bench.http1 import Connection, connect, post
from bench.peers.load import Operation
from bench.places import PEERS
from bench.stand_in import until_it_answers
from tools.paths import ROOT
from tools.ports import free_ports

type Hashing = Literal["default", "ours"]

SERVERS = ROOT / "bench" / "peers" / "servers"
_PASSWORD = "quattro trote blu"  # noqa: S105 - of nobody
_KNOWN = "known@example.com"
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_SECONDS = 120  # of patience


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
        kind, body = (_FORM, urlencode(user)) if self._peer.form else (_JSON, json.dumps(user))
        request = post(self._peer.login, kind, body)
        return lambda: _exchange(connection, request)

    def make_known(self) -> None:
        self._register(self._connection(), _KNOWN)
        self.logging_in()()

    def _register(self, connection: Connection, email: str) -> None:
        user = {"email": email, "password": _PASSWORD} | ({"name": "Mario Rossi"} if self._peer.named else {})
        _exchange(connection, post(self._peer.register, _JSON, json.dumps(user)))

    def _connection(self) -> Connection:
        return connect(self._port, _SECONDS)


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


def _exchange(connection: Connection, request: bytes) -> None:
    connection.send(request)
    first, content = connection.receive()
    if first.split(b" ", 2)[1] >= b"400":
        raise RuntimeError(f"{request.split(b' ', 2)[1].decode()}: {first!r} {content[:500]!r}")
