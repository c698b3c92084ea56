"""Runs a function of Lambda in this process, with nothing imported but what its runtime client imports.

`python run_function.py cold HANDLER EVENT`: call it once and print when the response was there, by the clock that all
processes share. EVENT is a JSON file.

`… restored HANDLER EVENT`: initialise it and then, for each line of input, fork. The child is what Lambda restores from
a snapshot: it runs the after-restore hooks and answers one call. Print the seconds from the fork to the response.

`… warm HANDLER EVENT CALLS`: call it many times, in turns with one bare argon2 hash at its parameters, on one core,
which is what Lambda gives a function of 1,769 MB. Print as JSON the seconds of each call on the clock, those of the
processor in all threads, and those of argon2.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

_WARMING = 5  # calls that are not counted


_CONTEXT = SimpleNamespace(  # what Powertools' Logger reads
    function_name="bench",
    memory_limit_in_mb=1769,
    invoked_function_arn="arn:aws:lambda:eu-south-1:000000000000:function:bench",
    aws_request_id="00000000-0000-4000-8000-000000000000",
)


def call(function: Callable[..., Any], event: object) -> float:
    """Call the function and return the time at which the response was there."""
    response = function(event, _CONTEXT)
    at = time.perf_counter()
    if response["statusCode"] >= 400:
        sys.exit(f"{response['statusCode']} {response['body']}")
    return at


def main(mode: str, handler: str, event_file: str, calls: str = "0") -> None:
    results = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the function's log
    importlib.import_module("awslambdaric.bootstrap")
    module, _, name = handler.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    with open(event_file, encoding="utf-8") as file:  # noqa: PTH123 - a start must not pay for pathlib
        event = json.load(file)

    def report(result: object) -> None:
        os.write(results, f"{json.dumps(result)}\n".encode())

    if mode == "cold":
        report(call(function, event))
    elif mode == "warm":
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, [max(os.sched_getaffinity(0))])
        report(_warm(function, event, int(calls)))
    else:
        report("initialised")
        for _ in sys.stdin:
            _restore(function, event, report)


def _restore(function: Callable[..., Any], event: object, report: Callable[[object], None]) -> None:
    hooks = importlib.import_module("awslambdaric.lambda_runtime_hooks_runner")
    began = time.perf_counter()
    if not (child := os.fork()):
        hooks.run_after_restore()
        report(call(function, event) - began)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit("the restored process failed")


def _warm(function: Callable[..., Any], event: object, calls: int) -> list[tuple[float, float, float]]:
    argon2, taken = _argon2(), []
    for _ in range(calls + _WARMING):
        began, processor = time.perf_counter(), time.process_time()
        ended = call(function, event)
        used, floor = time.process_time() - processor, time.perf_counter()
        argon2()
        taken.append((ended - began, used, time.perf_counter() - floor))
    return taken[_WARMING:]


def _argon2() -> Callable[[], object]:
    """Return one hash at the parameters of the function, with the library that the function has."""
    low_level: Any = importlib.import_module("argon2.low_level")
    memory, passes, lanes = (int(os.environ[f"ARGON2_{name}"]) for name in ("MEMORY_KIB", "ITERATIONS", "PARALLELISM"))
    cost = (passes, memory, lanes, 32, low_level.Type.ID)
    return lambda: low_level.hash_secret_raw(b"quattro trote blu", bytes(16), *cost)


if __name__ == "__main__":
    main(*sys.argv[1:])
