"""The import of a CRM export, against a plain loop."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench import exports
from bench.environments import PROGRAMS, WORK
from bench.page import Row, Section, at_least, at_most
from bench.servers import Aws, aws
from bench.turns import Run, in_turns
from tools.local_stack.places import environment
from tools.paths import ROOT

_FEW, _MANY, _TABLE = 20_000, 1_000_000, "bench-loaded"
_GOALS = {0: 1.5, 5: 3.0}  # by the milliseconds after which the table answers
_FLAT = 1.25
_OURS, _PLAIN, _ROWS = "import", "loop", "row by row"
_PROGRAMS = {_PLAIN: "plain_import.py", _ROWS: "row_import.py"}
_TEXT = """\
`python -m tools.import_customers` against a loop over `csv` and boto3's `batch_writer`, both from the start of the
process to its end, into the same table of the stand-in for AWS. The loop checks nothing and reads nothing; the import
validates every field, knows customers who are named twice, reads what is stored and would write only what differs.
Another loop puts each row by itself, as many do.
*After 5 ms* is nearer to what DynamoDB takes for a batch. Memory is the highest sum of all processes of an import
(Pss). A million rows are loaded once each; row by row that alone takes half an hour."""


class Loaded(NamedTuple):
    """`seconds` of a whole import, and the most `memory` in MB that its processes had together."""

    seconds: float
    memory: float


def measure(run: Run) -> Section:
    rows, few = [], Run(run.section, max(1, run.rounds // 2), run.quick)
    with aws() as stand_in:
        for delay, goal in _GOALS.items():
            stand_in.ask(f"delay/{delay}")
            taken = _compare(few, stand_in, _FEW)
            rows.append(_row(f"{_FEW:,} rows, {f'after {delay} ms' if delay else 'at once'}", _FEW, taken, goal))
            if not delay:
                at_once = taken
        stand_in.ask("delay/0")
        taken = _compare(few._replace(rounds=1), stand_in, _FEW, _ROWS)
        rows.append(_row(f"{_FEW:,} rows, at once, to a loop that puts each row", _FEW, taken, None, _ROWS))
        if not run.quick:
            taken = _compare(run._replace(rounds=1), stand_in, _MANY)
            rows.append(_row(f"{_MANY:,} rows, at once", _MANY, taken, _GOALS[0]))
            few_memory, many_memory = (max(each.memory for each in found[_OURS]) for found in (at_once, taken))
            what = f"memory of {_MANY:,} rows, to that of {_FEW:,}"
            measured = f"{many_memory:.0f} and {few_memory:.0f} MB"
            rows.append(at_most(what, many_memory / few_memory, _FLAT, measured))
            taken = _compare(run._replace(rounds=1), stand_in, _MANY, _ROWS)
            rows.append(_row(f"{_MANY:,} rows, at once, to a loop that puts each row", _MANY, taken, None, _ROWS))
    return Section("Import", _TEXT, rows)


def _compare(run: Run, stand_in: Aws, rows: int, other: str = _PLAIN) -> dict[str, list[Loaded]]:
    file = WORK / f"export-{rows}.csv"
    if not file.exists():
        exports.write(file, rows)
    where = ["--endpoint", stand_in.endpoint, "--table", _TABLE, "--rejects", str(WORK / "rejects.csv")]
    ours = [sys.executable, "-m", "tools.import_customers", str(file), *where]
    others = [sys.executable, str(PROGRAMS / _PROGRAMS[other]), str(file), stand_in.endpoint, _TABLE]
    turns = {name: partial(_load, stand_in, rows, command) for name, command in ((_OURS, ours), (other, others))}
    return in_turns(run, turns, lambda loaded: f"{rows / loaded.seconds:,.0f} rows a second, {loaded.memory:.0f} MB")


def _row(what: str, rows: int, taken: dict[str, list[Loaded]], goal: float | None, other: str = _PLAIN) -> Row:
    seconds = {name: median(each.seconds for each in loaded) for name, loaded in taken.items()}
    measured = " and ".join(f"{rows / seconds[name]:,.0f}" for name in (_OURS, other)) + " rows a second"
    said = what if other == _ROWS else f"{what}, to the loop"
    return at_least(said, seconds[other] / seconds[_OURS], goal, measured)


def _load(stand_in: Aws, rows: int, command: Sequence[str]) -> Loaded:
    """Run one import; RuntimeError unless every row has arrived."""
    stand_in.ask("loaded")  # forgets what an earlier one loaded
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(PYTHONPATH="layers/common:functions"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most = 0.0
    try:
        while process.poll() is None:
            most = max(most, sum(map(_memory, [process.pid, *_children(process.pid)])))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
        seconds = time.perf_counter() - began
    finally:
        process.kill()
    if (arrived := stand_in.ask("loaded")) != rows:
        raise RuntimeError(f"{arrived} of {rows} rows arrived: {' '.join(command[1:3])}")
    return Loaded(seconds, most)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return []


def _memory(pid: int) -> float:
    """Return the megabytes of a process, shared ones in equal parts; 0 when it has gone, or this is not Linux."""
    with contextlib.suppress(OSError, ValueError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return 0.0
