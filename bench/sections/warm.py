"""Warm calls: a login against bare argon2, and the processor's time of every route."""

import filecmp
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

import _argon2_cffi_bindings  # type: ignore[import-untyped]

from bench.environments import LAYER
from bench.functions import ours
from bench.page import Row, Section, at_most, millis
from bench.servers import Aws, aws
from bench.turns import Run, in_turns, ratio

_PYPI, _AVX2, _PROCESSOR_MS = 1.4, 1.75, 8
_CALLS = 40
_TEXT = """\
A process that has answered before, on one core, which is what Lambda gives a function of 1,769 MB. The login runs in
turns with one bare argon2 hash (19 MiB, 2 passes, 1 lane) of the same build. The processor's time is that of all
threads of the process, at argon2's smallest parameters. The stand-in for AWS answers at once."""


def measure(run: Run) -> Section:
    fewer = run._replace(rounds=max(1, run.rounds // 3))
    with aws() as stand_in, tempfile.TemporaryDirectory(prefix="utenza-bench-") as folder:
        rows = _logins(fewer, stand_in, Path(folder))
    for mail in (False, True):
        with aws(mail=mail, cheap=True) as stand_in:
            rows += _processor(fewer, stand_in, " (with mail)" if mail else "")
    return Section("Warm call", _TEXT, rows)


def _logins(run: Run, stand_in: Aws, folder: Path) -> list[Row]:
    installed = Path(next(iter(_argon2_cffi_bindings.__path__)))
    (folder / installed.name).symlink_to(installed)
    route, file = stand_in.route("POST /login"), "_ffi.abi3.so"
    builds = {"PyPI's build": ours(stand_in, route, [folder])}
    if not filecmp.cmp(installed / file, LAYER / installed.name / file, shallow=False):
        builds["the build for AVX2, as in the layer"] = ours(stand_in, route)
    turns = {name: partial(function.warm, _CALLS) for name, function in builds.items()}
    taken = in_turns(run, turns, lambda calls: millis(median(each.clock for each in calls)))
    rows = []
    for (name, rounds), goal in zip(taken.items(), (_PYPI, _AVX2), strict=False):
        clock, argon2 = ([getattr(each, of) for calls in rounds for each in calls] for of in ("clock", "argon2"))
        measured = f"{millis(median(clock))}, {millis(median(argon2))}"
        rows.append(at_most(f"POST /login, to bare argon2: {name}", ratio(clock, argon2), goal, measured))
    return rows


def _processor(run: Run, stand_in: Aws, note: str) -> Iterator[Row]:
    turns = {route.name: partial(ours(stand_in, route).warm, _CALLS) for route in stand_in.routes}
    taken = in_turns(run, turns, lambda calls: millis(median(each.processor for each in calls)))
    for name, rounds in taken.items():
        processor, clock = (median(getattr(t, of) for calls in rounds for t in calls) for of in ("processor", "clock"))
        what, measured = f"{name}{note}, processor beside hashing", f"{millis(clock)} on the clock"
        yield at_most(what, processor * 1000, _PROCESSOR_MS, measured, "ms")
