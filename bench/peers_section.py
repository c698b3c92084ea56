"""The page's section about peers."""

import contextlib
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import NamedTuple, Protocol

from bench.machine import cores
from bench.page import Section, Table, met, times
from bench.peers import ours
from bench.peers.known import BETTER_AUTH, PEERS_OF_OURS
from bench.peers.load import Operation, per_second
from bench.peers.server import SERVERS, Peer, serving
from bench.places import PEERS, PROTOTYPE
from bench.progress import Say
from bench.samples import alternately
from bench.stand_in import stand_in

_GOAL = 1.3
_SECONDS = 0.5  # of one burst
_WARMING = 4  # seconds of logins before the first: Node compiles what runs often
_OURS = "Utenza, functions under Lambda's runtime"
_PROTOTYPE = "Utenza with the prototype of argon2"
_TEXT = """\
Operations a second on this machine, clients and servers together. Every peer with as many workers as cores, on SQLite
or in memory, set up as its documentation begins (`bench/peers/servers`), called over HTTP; of Utenza as many processes
of each function as cores, under Lambda's runtime client, which is handed its events by Lambda's Runtime API, and the
stand-in for AWS in one more process. Utenza's login counts two subjects, opens a session that can be refreshed and has
a token signed; its registration is both steps, and hashes twice: the password and the answer. A peer's registration is
one call and one hash. The login of fastapi-users stores nothing, those of django-allauth and better-auth store a
session. The prototype (`bench/prototype`) is argon2 with a patch of ours that asks for memory before it is needed."""


class Served(Protocol):
    def logging_in(self) -> Operation: ...
    def registering(self) -> Operation: ...


class Cell(NamedTuple):
    operation: str
    clients: int
    contender: str


def section(rounds: int, say: Say) -> Section:
    missing = [] if _node() else [BETTER_AUTH]
    for peer in missing:
        say(f"NO NODE.JS: {peer.name} is left out")
    with contextlib.ExitStack() as stack:
        aws = stack.enter_context(stand_in())
        contenders: dict[str, Served] = {_OURS: stack.enter_context(ours.running(aws, cores()))}
        if PROTOTYPE.exists():
            contenders[_PROTOTYPE] = stack.enter_context(ours.running(aws, cores(), before=[PROTOTYPE]))
        for peer in (each for each in PEERS_OF_OURS if each not in missing):
            contenders[_same(peer)] = stack.enter_context(serving(peer, "ours", cores()))
            contenders[_default(peer)] = stack.enter_context(serving(peer, "default", cores()))
            say(f"{peer.name} is up")
        for name, each in contenders.items() if rounds else ():
            say(f"warmed up, {per_second(each.logging_in, 8, _WARMING):.0f} logins a second: {name}")
        rates = _measure(contenders, max(rounds, 9) if rounds else 1, say)
    left_out = [f"**Left out: {peer.name}, because Node.js is not installed.**" for peer in missing]
    if _PROTOTYPE not in contenders:
        left_out.append("**Left out: the prototype, which could not be built.**")
    equal = [_OURS, *(name for name in contenders if name.endswith("our hash"))]
    tables = [_table(rates, operation, list(contenders), equal) for operation in ("login", "registration")]
    return Section("Peers", [_TEXT, *left_out, *tables])


def _same(peer: Peer) -> str:
    return f"{peer.name}, our hash"


def _default(peer: Peer) -> str:
    return f"{peer.name}, its default: {peer.default}"


def _node() -> bool:
    """Tell whether better-auth can run; its program must lie beside its packages."""
    if shutil.which("node") is None or not (PEERS / "node_modules").exists():
        return False
    shutil.copy(SERVERS / "better_auth_server.mjs", PEERS)
    return True


def _measure(contenders: Mapping[str, Served], rounds: int, say: Say) -> Mapping[Cell, Sequence[float]]:
    turns: dict[Cell, Callable[[], float]] = {}
    for operation in ("login", "registration"):
        for clients in (1, 8):
            for name, each in contenders.items():
                client = each.logging_in if operation == "login" else each.registering
                turns[Cell(operation, clients, name)] = _burst(client, clients)
    rates: dict[Cell, list[float]] = defaultdict(list)
    for number, cell, rate in alternately(turns, rounds):
        rates[cell].append(rate)
        say(f"round {number} of {rounds}: {cell.contender}, {cell.operation} × {cell.clients}: {rate:.0f} a second")
    return rates


def _burst(client: Callable[[], Operation], clients: int) -> Callable[[], float]:
    return lambda: per_second(client, clients, _SECONDS)


def _table(rates: Mapping[Cell, Sequence[float]], operation: str, names: Sequence[str], equal: Sequence[str]) -> Table:
    middle = {cell: median(values) for cell, values in rates.items() if cell.operation == operation}
    best = {clients: max(middle[Cell(operation, clients, name)] for name in equal[1:]) for clients in (1, 8)}
    rows = []
    for name in names:
        row = [name]
        for clients in (1, 8):
            rate = middle[Cell(operation, clients, name)]
            goal = ""
            if operation == "login" and name in {_OURS, _PROTOTYPE}:
                goal = f" ({met(reached=rate >= _GOAL * best[clients])})"
            row += [f"{times(rate / best[clients])}{goal}", f"{rate:.0f}"]
        rows.append(row)
    to_best = "to the best peer at our hash" + (f" (at least {_GOAL})" if operation == "login" else "")
    return Table([f"{operation}s", f"one client, {to_best}", "a second", f"eight clients, {to_best}", "a second"], rows)
