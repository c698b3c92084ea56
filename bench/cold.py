"""How long a first call takes: from the start of the process to the answer, and in instructions."""

import json
import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.calls import environment
from bench.contenders import Contender, runtime
from bench.emulated import function
from bench.machine import cores
from bench.places import INTERPRETER, PROGRAMS
from bench.progress import Say
from bench.samples import alternately
from bench.stand_in import StandIn

_COLLECTED = re.compile(r"Collected : (\d+)")


def starts(aws: StandIn, contenders: Sequence[Contender], rounds: int, say: Say) -> dict[str, list[float]]:
    """Return the seconds of each contender's first calls."""
    taken: dict[str, list[float]] = defaultdict(list)
    turns = {each.name: _start(aws, each) for each in contenders}
    for number, name, seconds in alternately(turns, rounds):
        taken[name].append(seconds)
        say(f"round {number} of {rounds}: {name} {seconds * 1000:.0f} ms")
    return taken


class _start:  # noqa: N801 - a function that remembers whose turn it is
    def __init__(self, aws: StandIn, contender: Contender) -> None:
        self._contender = contender
        self._environment = environment(aws, [*contender.path, runtime()])

    def __call__(self) -> float:
        with function(self._contender.handler, self._contender.path, self._environment) as started:
            return started.call(self._contender.event)[0]


def instructions(aws: StandIn, contenders: Sequence[Contender], say: Say) -> dict[str, int]:
    """Return the instructions of a process that imports the handler and calls it once; `python` does neither."""
    with tempfile.TemporaryDirectory(prefix="utenza-bench-") as folder, ThreadPoolExecutor(cores()) as pool:
        commands = {"python": (["-c", ""], environment(aws, []))}
        for number, each in enumerate(contenders):
            file = Path(folder) / f"{number}.json"
            file.write_text(json.dumps(each.event), encoding="utf-8")
            command = [str(PROGRAMS / "cold.py"), each.handler, str(file)]
            commands[each.name] = (command, environment(aws, each.path))
        counted = {name: pool.submit(_count, *command) for name, command in commands.items()}
        for name, future in counted.items():
            say(f"instructions: {name} {future.result() / 1e6:,.0f} M")
    return {name: future.result() for name, future in counted.items()}


def _count(command: Sequence[str], variables: dict[str, str]) -> int:
    tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.devnull}", INTERPRETER, "-s"]
    result = subprocess.run(
        [*tool, *command],
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    found = _COLLECTED.search(result.stderr)
    if result.returncode or found is None:
        raise RuntimeError(f"valgrind {' '.join(command)}: {result.stderr[-2000:]}")
    return int(found[1])
