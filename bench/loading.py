"""Loads one export by our import and by a plain loop, and watches time and memory."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bench import exports
from bench.cloud.tables import LOADED
from bench.places import PROGRAMS, WORK
from bench.stand_in import StandIn
from tools.local_stack.places import environment
from tools.paths import ROOT

_LOOK_EVERY = 0.2  # seconds
_SECONDS = 1200


class Loaded(NamedTuple):
    """`peak` is the most memory that the process and those it started had at one time, in MB (Pss)."""

    seconds: float
    peak: float


def export(rows: int) -> Path:
    """Return an export of so many rows, written once."""
    file = WORK / f"export-{rows}.csv"
    if not file.exists():
        half = file.with_suffix(".half")
        exports.write(half, rows)
        half.rename(file)
    return file


def ours(aws: StandIn, rows: int) -> Callable[[], Loaded]:
    rejects = str(WORK / "rejects.csv")
    options = ["--endpoint", aws.endpoint, "--table", LOADED, "--rejects", rejects]
    return lambda: _load(aws, rows, [sys.executable, "-m", "tools.import_customers", str(export(rows)), *options])


def plain(aws: StandIn, rows: int) -> Callable[[], Loaded]:
    program = str(PROGRAMS / "plain_import.py")
    return lambda: _load(aws, rows, [sys.executable, program, str(export(rows)), aws.endpoint, LOADED])


def _load(aws: StandIn, rows: int, command: Sequence[str]) -> Loaded:
    """Run one import into an empty table; raises RuntimeError unless every row has arrived."""
    export(rows)
    aws.ask("forget")
    began = time.perf_counter()
    taken, peak = _watched(command, environment(PYTHONPATH="layers/common"))
    seconds = taken - began
    if (arrived := aws.ask("loaded")) != rows:
        raise RuntimeError(f"{arrived} of {rows} rows arrived: {' '.join(command[1:3])}")
    return Loaded(seconds, peak)


def _watched(command: Sequence[str], variables: Mapping[str, str]) -> tuple[float, float]:
    """Run a command, and return when it had ended and the most memory that it was seen with."""
    seen = [0.0]
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(variables), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK_EVERY):
            seen[0] = max(seen[0], sum(map(_memory, [process.pid, *_children(process.pid)])))

    watching = threading.Thread(target=look)
    watching.start()
    try:
        process.wait(_SECONDS)
    finally:
        end = time.perf_counter()
        ended.set()
        watching.join()
        process.kill()
        process.wait()
    return end, seen[0]


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return []


def _memory(pid: int) -> float:
    """Return the megabytes of a process, what it shares in equal parts; 0 when it has gone, or this is not Linux."""
    with suppress(OSError, ValueError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return 0.0
