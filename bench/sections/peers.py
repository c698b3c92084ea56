"""Logins a second, ours and those of other identity servers, all with the same argon2 parameters."""

import contextlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

import urllib3

from bench.environments import PROGRAMS, WORK, functions_path, packages
from bench.page import Row, Section, at_least
from bench.servers import PEERS, aws, run_program, serving, uvicorn
from bench.turns import Run, in_turns, ratio
from tools.paths import ROOT

_SERVERS = ROOT / "bench" / "peers"
_OURS, _FASTAPI_USERS, _BETTER_AUTH = "Utenza", "fastapi-users", "better-auth"
_GOALS = {_FASTAPI_USERS: 1.6, _BETTER_AUTH: 1.0}
_PASSWORD, _EMAIL = "quattro trote blu", "known@example.com"  # of nobody
_SECONDS, _WARMING = 1.0, 4.0
_PROCESSES = 2  # of ours and of fastapi-users; better-auth hashes in Node's thread pool
_JSON, _FORM = {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}
_TEXT = """\
Logins a second on this machine, with the clients and all servers on it, every hash argon2id with 19 MiB, 2 passes and
1 lane. Utenza: the function as built, in two processes behind uvicorn, which hands API Gateway's events to the handler;
its login counts two subjects, opens a session that can be refreshed and has a token signed, all by requests to the
stand-in for AWS. fastapi-users: two processes of uvicorn, SQLite; its login stores nothing. better-auth: Node, its
memory adapter; its login stores a session. Clients are dealt to the processes in turn."""


class Peer(NamedTuple):
    """Where to log in, one address for each process, and with what."""

    addresses: Sequence[str]
    body: str
    headers: Mapping[str, str]

    def logins(self, clients: int, seconds: float = _SECONDS) -> float:
        """Return the logins a second that so many clients get done."""
        with ThreadPoolExecutor(clients) as pool:
            began = time.perf_counter()
            addresses = [self.addresses[number % len(self.addresses)] for number in range(clients)]
            done = sum(pool.map(lambda address: self._log_in(address, began + seconds), addresses))
            return done / (time.perf_counter() - began)

    def _log_in(self, address: str, until: float) -> int:
        """Log in again and again on one connection, at least once, and return how often."""
        done = 0
        with urllib3.PoolManager(headers=dict(self.headers), retries=False) as client:
            while not done or time.perf_counter() < until:
                response = client.request("POST", address, body=self.body)
                if response.status >= 400:
                    raise RuntimeError(f"{address}: {response.status} {response.data[:300]!r}")
                done += 1
        return done


def measure(run: Run) -> Section:
    with contextlib.ExitStack() as stack:
        peers = {_OURS: _ours(stack), _FASTAPI_USERS: _fastapi_users(stack)}
        if shutil.which("node") and (PEERS / "node_modules").exists():
            peers[_BETTER_AUTH] = _better_auth(stack)
        for peer in peers.values():
            peer.logins(8, 1 if run.quick else _WARMING)  # Node compiles what runs often
        rows: list[Row] = []
        for clients in (1, 8):
            turns = {name: partial(peer.logins, clients) for name, peer in peers.items()}
            rows += _rows(clients, in_turns(run, turns, "{:.0f} a second".format))
    left_out = [] if _BETTER_AUTH in peers else ["**better-auth is left out: Node.js is not installed.**"]
    return Section("Logins a second", _TEXT, rows, left_out)


def _rows(clients: int, rates: Mapping[str, Sequence[float]]) -> Iterator[Row]:
    number = "one client" if clients == 1 else f"{clients} clients"
    for name, goal in _GOALS.items():
        if name in rates:
            measured = f"{median(rates[_OURS]):.0f} and {median(rates[name]):.0f} a second"
            what = f"{number}, to {name}"
            yield at_least(what, ratio(rates[_OURS], rates[name]), goal if clients == 1 else None, measured)


def _ours(stack: contextlib.ExitStack) -> Peer:
    stand_in = stack.enter_context(aws())
    route = stand_in.route("POST /login")
    file = WORK / "event-peers.json"
    file.write_text(json.dumps(route.event), encoding="utf-8")
    path = [*functions_path(route.function), packages("peers")]
    variables = stand_in.variables(path, HANDLER=route.handler, EVENT=str(file), AWS_LAMBDA_RUNTIME_API="127.0.0.1:1")
    servers = [stack.enter_context(uvicorn("functions:app", PROGRAMS, variables)) for _ in range(_PROCESSES)]
    return Peer([f"{address}/login" for address in servers], route.event["body"], _JSON)


def _fastapi_users(stack: contextlib.ExitStack) -> Peer:
    database = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="utenza-bench-"))) / "users.sqlite"
    variables = {"DATABASE": str(database)}
    run_program([PEERS / "bin" / "python", _SERVERS / "fastapi_users_server.py"], variables)
    application = "fastapi_users_server:app"
    servers = [stack.enter_context(uvicorn(application, _SERVERS, variables)) for _ in range(_PROCESSES)]
    _register(f"{servers[0]}/auth/register")
    body = urlencode({"username": _EMAIL, "password": _PASSWORD})
    return Peer([f"{address}/auth/jwt/login" for address in servers], body, _FORM)


def _better_auth(stack: contextlib.ExitStack) -> Peer:
    shutil.copy(_SERVERS / "better_auth_server.mjs", PEERS)  # it must lie beside its packages
    server = stack.enter_context(serving(["node", "better_auth_server.mjs"], {}, PEERS))
    _register(f"{server}/api/auth/sign-up/email", name="Mario Rossi")
    return Peer([f"{server}/api/auth/sign-in/email"], json.dumps({"email": _EMAIL, "password": _PASSWORD}), _JSON)


def _register(address: str, **more: str) -> None:
    response = urllib3.request("POST", address, json={"email": _EMAIL, "password": _PASSWORD, **more})
    if response.status >= 400:
        raise RuntimeError(f"{address}: {response.status} {response.data[:300]!r}")
