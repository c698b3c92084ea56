"""The page's section about the import."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from bench.loading import Loaded, ours, plain
from bench.page import Section, Table, met, times
from bench.progress import Say
from bench.samples import alternately
from bench.stand_in import StandIn, empty_stand_in

_FEW, _MANY = 20_000, 1_000_000
_GOAL, _FLAT = 3.0, 1.25
_LATENCY_MS = 5
_TEXT = f"""\
`make import` against a loop over `csv` and boto3's `batch_writer`, from the start of the process to its end, both into
the same table of the stand-in for AWS, which parses, checks and keeps every item. The loop checks nothing and reads
nothing; the import validates every field, knows customers who are named twice, reads what is stored and would write
only what differs. At once: the table answers in a fraction of a millisecond. After {_LATENCY_MS} ms: nearer to what
DynamoDB takes for a batch. Memory is the sum of all processes of an import (Pss), looked at five times a second."""


class Run(NamedTuple):
    rows: int
    delay: int
    who: str


def section(rounds: int, say: Say) -> Section:
    """Measure few rows in turns, and many once each."""
    taken: dict[Run, list[Loaded]] = defaultdict(list)
    with empty_stand_in() as aws:
        for delay in (0, _LATENCY_MS):
            aws.ask(f"delay/{delay}")
            _measure(aws, Run(_FEW, delay, ""), max(rounds, 9) if rounds else 1, taken, say)
        aws.ask("delay/0")
        if rounds:
            _measure(aws, Run(_MANY, 0, ""), 1, taken, say)
    runs = sorted({run._replace(who="") for run in taken})
    table = Table(_COLUMNS, [_row(taken, run) for run in runs])
    parts: list[str | Table] = [_TEXT, table]
    if rounds:
        parts += [f"{_MANY:,} rows are one run each. {_flat(taken)}"]
    return Section("Import", parts)


_COLUMNS = ["rows", "to the loop", "at least 3", "rows a second", "the loop's", "memory, MB", "the loop's"]


def _measure(aws: StandIn, run: Run, rounds: int, taken: dict[Run, list[Loaded]], say: Say) -> None:
    turns = {"plain": plain(aws, run.rows), "ours": ours(aws, run.rows)}
    for number, who, loaded in alternately(turns, rounds):
        taken[run._replace(who=who)].append(loaded)
        rate = f"{run.rows / loaded.seconds:,.0f} a second, {loaded.peak:.0f} MB"
        say(f"round {number} of {rounds}: {run.rows:,} rows after {run.delay} ms, {who}: {rate}")


def _row(taken: Mapping[Run, Sequence[Loaded]], run: Run) -> list[str]:
    rates, memory = {}, {}
    for who in ("ours", "plain"):
        loaded = taken[run._replace(who=who)]
        rates[who] = run.rows / median(each.seconds for each in loaded)
        memory[who] = max(each.peak for each in loaded)
    ratio = rates["ours"] / rates["plain"]
    name = f"{run.rows:,}, " + (f"after {run.delay} ms" if run.delay else "at once")
    figures = [f"{rates['ours']:,.0f}", f"{rates['plain']:,.0f}", f"{memory['ours']:.0f}", f"{memory['plain']:.0f}"]
    return [name, times(ratio), met(reached=ratio >= _GOAL), *figures]


def _flat(taken: Mapping[Run, Sequence[Loaded]]) -> str:
    few, many = (max(each.peak for each in taken[Run(rows, 0, "ours")]) for rows in (_FEW, _MANY))
    flat = met(reached=many <= _FLAT * few)
    return f"The import's memory from {_FEW:,} to {_MANY:,} rows: {times(many / few)} (flat, at most {_FLAT}: {flat})."
