"""A deployed stack on bill day: more and more people, until something breaks."""

import time
from collections.abc import Iterator, Mapping, Sequence

from bench.load import cold, deployed, promises, quotas, ramp, scaling
from bench.load.calls import Call, by_route, percentile, statuses
from bench.load.generator import NO_THREAD, Load
from bench.load.people import FIRST_PASSWORD, Person
from bench.load.post import Post
from bench.load.ramp import LIMITS, LOGIN, Stage
from bench.page import Row, Section, at_most, table
from bench.turns import Run
from tools.local_stack.places import StackError

_RATES = (0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24)
_FULL, _QUICK = (1_000, 24, 4, 15.0, 100.0), (100, 4, 2, 5.0, 12.0)
"""Customers, those with an account before the load, people at the same moment, seconds of a stage and of all stages."""
_TEXT = f"""\
The deployed template on the emulator, with mail, the throttling of template.yaml and every limit at its default. People
come as bench/load/day.py says, independently of one another (a Poisson process) and of how those before them fare, each
from an address of its own; they type without pausing, send a form again when the answer is 429 or 503 and says when,
and read their code in the mailbox. The rate rises until a limit breaks:
{"; ".join(f"{limit.name} over {limit.show(limit.most)}" for limit in LIMITS)}. People, stack, functions and emulator
share this machine, and the local front door lets eight calls through at once: the rates say how the stack gives way,
not what AWS bears, which is calculated below. *Cold* is the first call of a process, while a few people do the same at
the same moment; the emulator has no snapshots, and unpacks the layer for each process that it starts. *Processes* are
those that it started for a rate, also to send mails: they take the processor from all others, so one slow moment makes
the next. In the end everybody who was told that their registration, new
password or closing is done is asked to log in."""


def measure(run: Run) -> Section:
    try:
        return _measure(run)
    except StackError as error:
        raise RuntimeError(str(error)) from error


def _measure(run: Run) -> Section:
    customers, accounts, together, seconds, most = _QUICK if run.quick else _FULL
    with deployed.running(customers) as (stack, people):
        post = Post(stack.places.stack_port)
        run.say("deployed")
        first = cold.together(stack, people, post, together)
        deployed.register(stack, people, post, accounts)
        run.say(f"{accounts} people have registered")
        log = stack.places.logs / "emulator.log"
        load = Load(stack.api, people, post)
        began = time.monotonic()
        pace = ramp.Pace(_RATES, seconds, began + most)
        stages = ramp.climb(load, pace, run.say, lambda: cold.processes(log).total())
        load.stop(hurry=True)
        stages = ramp.afterwards(load, stages, cold.processes(log).total())
        if load.errors:
            raise RuntimeError(f"the generator failed: {load.errors[0]!r}")
        faults = promises.broken(stack.api, people.everybody)
        for fault in faults:
            run.say(f"NOT KEPT: {fault}")
    calls = load.calls.since(began)
    rows = [
        *_rows(stages, calls),
        at_most("promises that were not kept", len(faults), 0, _promised(people.everybody), ""),
    ]
    kept = f"Visits ended: {_outcomes(load)}."
    held = [call for stage in ramp.borne(stages) for call in stage.seen.calls]
    more = [_stages(stages), _routes(held or calls, first), kept, *_on_paper()]
    return Section("Bill day", _TEXT, rows, more)


def _rows(stages: Sequence[Stage], calls: Sequence[Call]) -> Iterator[Row]:
    held = ramp.borne(stages)
    best, last = held[-1] if held else None, stages[min(len(held), len(stages) - 1)]
    calls_borne = f"{best.calls_a_second:.1f} calls a second" if best else ""
    yield _figure("visits a second that were borne", best.rate if best else 0, calls_borne)
    if last.broken:
        yield _figure("visits a second at which something broke", last.rate, f"first: {last.broken[0]}")
    refused = sum(call.refused == "attempts" for call in calls)
    yield at_most("honest people whom a limit of ours refused", refused, 0, f"of {len(calls):,} calls", "")


def _figure(what: str, value: float, measured: str) -> Row:
    return at_most(what, value, None, measured, "")


def _promised(everybody: Sequence[Person]) -> str:
    registered = [person for person in everybody if person.registered == "yes"]
    changed = sum(person.password != FIRST_PASSWORD for person in registered)
    closed = sum(person.closed == "yes" for person in registered)
    return f"{len(registered)} registrations, {changed} new passwords, {closed} closings"


def _outcomes(load: Load) -> str:
    ends: dict[str, int] = {}
    for (_, outcome), number in load.outcomes.items():
        ends[outcome] = ends.get(outcome, 0) + number
    names = {NO_THREAD: "found no thread", "nobody left": "had nobody to make them"}
    ordered = sorted(ends.items(), key=lambda end: -end[1])
    return ", ".join(f"{names.get(outcome, outcome)} {number}" for outcome, number in ordered)


def _stages(stages: Sequence[Stage]) -> str:
    columns = [
        "visits a second",
        "calls a second",
        "login: p50",
        "p95",
        "p99",
        "mail: p95",
        "failed",
        "throttled",
        "processes",
        "broke",
    ]
    return table(columns, [_stage(stage) for stage in stages])


def _stage(stage: Stage) -> Row:
    calls = stage.seen.calls
    logins = [call.seconds for call in calls if call.route == LOGIN]
    times = [_millis(percentile(logins, share)) for share in (0.5, 0.95, 0.99)]
    counts = (sum(call.failed for call in calls), sum(call.refused == "throttle" for call in calls), stage.started)
    mail = f"{percentile(stage.seen.mails, 0.95):.1f} s" if stage.seen.mails else ""
    return [f"{stage.rate:g}", f"{stage.calls_a_second:.1f}", *times, mail, *map(str, counts), "; ".join(stage.broken)]


def _routes(calls: Sequence[Call], first: Mapping[str, cold.First]) -> str:
    rows = []
    for route, made in by_route(calls).items():
        times = [_millis(percentile((call.seconds for call in made), share)) for share in (0.5, 0.95, 0.99)]
        cold_calls = first[route].cold if route in first else []
        starts = f"{_millis(percentile(cold_calls, 0.5))} ({len(cold_calls)})" if cold_calls else ""
        rows.append([route, statuses(made), *times, starts])
    return table(["while all was well", "answers", "p50", "p95", "p99", "cold: p50 (calls)"], rows)


def _on_paper() -> Iterator[str]:
    yield "On AWS, by calculation ([docs/performance.md](../docs/performance.md#a-bill-day) says from what):"
    yield from scaling.tables()
    rows = [[quota.name, f"{quota.new:,.0f}", f"{quota.usual:,.0f}", quota.unit, quota.source] for quota in quotas.ALL]
    yield table(["quota", "new account", "later", "unit", "read"], rows)


def _millis(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"
