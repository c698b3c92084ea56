"""Processes that run a function as Lambda would: from nothing, from a snapshot, warm."""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

from bench.environments import INTERPRETER, PROGRAMS, WORK, Route, functions_path, packages
from bench.servers import Aws, run_program


class Taken(NamedTuple):
    """One warm call, in seconds: on the clock, of the processor, and of one bare argon2 hash after it."""

    clock: float
    processor: float
    argon2: float


class Function(NamedTuple):
    """A handler, the event that it answers, and its environment."""

    handler: str
    event: object
    environment: Mapping[str, str]

    def command(self, mode: str, *more: str) -> list[str]:
        """Return what runs it: see `bench/programs/run_function.py`."""
        file = WORK / f"event-{hash(str(self.event))}.json"
        file.write_text(json.dumps(self.event), encoding="utf-8")
        return [INTERPRETER, "-s", str(PROGRAMS / "run_function.py"), mode, self.handler, str(file), *more]

    def cold(self) -> float:
        """Return the seconds from the start of a process to its first response."""
        command = self.command("cold")
        began = time.perf_counter()
        return float(run_program(command, self.environment)) - began

    def warm(self, calls: int) -> list[Taken]:
        """Call it so many times in one process, in turns with argon2."""
        return [Taken(*each) for each in json.loads(run_program(self.command("warm", str(calls)), self.environment))]


class Snapshot:
    """A process that has initialised its function. `restored` forks it, as Lambda copies a snapshot."""

    def __init__(self, function: Function) -> None:
        with (WORK / "servers.log").open("ab") as log:
            self._process = subprocess.Popen(
                function.command("restored"),
                env=dict(function.environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                bufsize=1,
            )
        self._read()

    def restored(self) -> float:
        """Return the seconds from the fork to the first response."""
        if self._process.stdin:
            self._process.stdin.write("again\n")
        return float(self._read())

    def _read(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError(f"a function failed: see {WORK / 'servers.log'}")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def ours(stand_in: Aws, route: Route, before: Sequence[Path] = ()) -> Function:
    """Return a function of ours as built, which warms up in its init as in Lambda; `before` goes before the layer."""
    path = [*before, *functions_path(route.function), packages("runtime")]
    return Function(route.handler, route.event, stand_in.variables(path, AWS_LAMBDA_RUNTIME_API="127.0.0.1:1"))
