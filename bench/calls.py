"""Calls a function in a process of its own, as Lambda would start it but without the network around it."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.places import INTERPRETER, PROGRAMS, import_path
from bench.routes import Prepared
from bench.stand_in import StandIn

_SECONDS = 300


class Timed(NamedTuple):
    """One entry for each call, in seconds: on the clock, of the processor, and of the floor."""

    walls: Sequence[float]
    processor: Sequence[float]
    floors: Sequence[float]


def environment(aws: StandIn, path: Sequence[Path]) -> dict[str, str]:
    """Return what Lambda would set; nothing writes bytecode, for Lambda's folders are read-only."""
    return {
        **aws.variables,
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }


def timed(aws: StandIn, route: Prepared, calls: int, *, rounds: int = 1, warming: int = 5, between: str = "") -> Timed:
    """Call a route and its floor alternately; `rounds` are the bare requests of a floor that hashes nothing.

    The first `warming` calls are left out; before each call the stand-in is told `between`.
    """
    job = {
        "handler": route.handler,
        "event": route.event,
        "status": route.status,
        "verifies": route.verifies,
        "hashes": route.hashes,
        "calls": calls + warming,
        "warming": warming,
        "rounds": rounds,
        "between": between,
    }
    with tempfile.TemporaryDirectory(prefix="utenza-bench-") as folder:
        asked, answered = Path(folder) / "job.json", Path(folder) / "result.json"
        asked.write_text(json.dumps(job), encoding="utf-8")
        _run([INTERPRETER, "-s", str(PROGRAMS / "warm.py"), str(asked), str(answered)], aws, route)
        return Timed(**json.loads(answered.read_text(encoding="utf-8")))


def _run(command: Sequence[str], aws: StandIn, route: Prepared) -> None:
    result = subprocess.run(
        command,
        env=environment(aws, import_path(route.function)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # the functions' log
        stderr=subprocess.PIPE,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"{route.name}: {result.stderr[-2000:]}")
