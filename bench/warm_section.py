"""The page's section about warm calls: every route against what no code of ours could do without."""

from statistics import median
from typing import NamedTuple

from bench.calls import Timed, timed
from bench.counts import count
from bench.page import Section, Table, met, millis, times
from bench.progress import Say
from bench.routes import Prepared
from bench.samples import percentile, ratio
from bench.stand_in import stand_in

_TEXT = """\
The handler in a process that has answered before, and its floor, in turns: for routes that hash, bare argon2 (19 MiB,
2 passes, 1 lane) as often; for the others as many bare, unsigned requests on one kept connection as the route makes one
after the other (one, where it makes none). The stand-in for AWS answers in about a tenth of a millisecond, where
DynamoDB takes several: beside real round trips all ratios of the second kind go towards 1. The processor's time is that
of all threads, at argon2's smallest parameters."""
_CALLS = 300
_MOST = {"POST /login": 1.15}
_MOST_PROCESSOR = 0.003  # seconds beside hashing


class Warm(NamedTuple):
    """`beside` are seconds of the processor, with argon2 at its cheapest."""

    route: Prepared
    mail: bool
    floor: str
    timed: Timed
    beside: list[float]


def section(rounds: int, say: Say) -> Section:
    measured = [each for mail in (False, True) for each in _measure(_CALLS if rounds else 20, say, mail=mail)]
    return Section(
        "Warm call",
        [
            _TEXT,
            Table(_COLUMNS, [_row(each) for each in measured]),
        ],
    )


_COLUMNS = ["route", "floor", "p50 to floor", "p99 to floor", "p50", "p99", "processor beside hashing", "at most 3 ms"]


def _measure(calls: int, say: Say, *, mail: bool) -> list[Warm]:
    with stand_in(mail=mail, cheap=True) as aws:
        found = {route.name: (count(aws, route).depth, timed(aws, route, calls).processor) for route in aws.routes}
        say(f"counted and metered {len(found)} routes {'with' if mail else 'without'} mail")
    measured = []
    with stand_in(mail=mail) as aws:
        for route in aws.routes:
            depth, processor = found[route.name]
            taken = timed(aws, route, calls, rounds=max(1, depth))
            measured.append(Warm(route, mail, _floor(route, depth), taken, list(processor)))
            say(f"{route.name}: {millis(median(taken.walls))}, floor {millis(median(taken.floors))}")
    return measured


def _floor(route: Prepared, depth: int) -> str:
    hashes = route.verifies + route.hashes
    return f"{hashes} × argon2" if hashes else f"{max(1, depth)} × round trip"


def _row(warm: Warm) -> list[str]:
    walls, floors = warm.timed.walls, warm.timed.floors
    middle = times(ratio(walls, floors))
    if most := _MOST.get(warm.route.name):
        middle += f" (at most {most}: {met(reached=ratio(walls, floors) <= most)})"
    beside = median(warm.beside)
    return [
        f"{warm.route.name}{' (mail)' if warm.mail else ''}",
        warm.floor,
        middle,
        times(percentile(walls, 0.99) / percentile(floors, 0.99)),
        millis(median(walls)),
        millis(percentile(walls, 0.99)),
        millis(beside),
        met(reached=beside <= _MOST_PROCESSOR),
    ]
