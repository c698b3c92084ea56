"""What each function may cost from its start to its first answer, so that it does not creep back.

Modules and bytecode are counted everywhere; instructions where valgrind is, beside a process that does nothing: both
are of one interpreter, so the ratio is much the same on every machine, and no clock is asked. What the figures are made
of is in docs/adr/0009-fast.md.
"""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cold.world import ENVIRONMENT, answer, call_of
from tests.unit.service import Service

_ROOT = Path(__file__).parents[2]
_COUNTING = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")


class Budget(NamedTuple):
    """At most so many modules, kB of bytecode, and instructions for each one of a process that does nothing."""

    modules: int
    kilobytes: int
    times: float


_BUDGETS = {
    "verify": Budget(70, 615, 2.3),
    "credentials": Budget(82, 670, 2.4),
    "login": Budget(69, 605, 2.3),
    "account": Budget(57, 555, 2.15),
    "recovery": Budget(86, 685, 2.4),
    "suppliers": Budget(23, 235, 1.4),
    "discovery": Budget(49, 510, 2.0),
    "authorizer": Budget(43, 490, 2.0),
}
_HEAVY = {"argon2", "asyncio", "boto3", "email", "email_validator", "http", "idna", "inspect", "ipaddress", "urllib"}


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with Service() as service:
        service.replies = [answer] * 100_000
        yield service.address


def _run(address: str, *functions: str, under: tuple[str, ...] = (), **more: str) -> str:
    """Run the process and return what it, and what counts it, says on standard error."""
    child = [sys.executable, str(Path(__file__).parent / "child.py"), *functions]
    environ = {
        "PYTHONPATH": f"{_ROOT / 'functions'}:{_ROOT / 'layers/common'}",
        "PYTHONHASHSEED": "0",
        "AWS_ENDPOINT_URL": address,
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",  # so that the function prepares itself
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        [*under, *child],
        env=ENVIRONMENT | environ | more,
        input=json.dumps(call_of(*functions) if functions else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def _instructions(address: str, *functions: str) -> int:
    _run(address, *functions)  # so that all bytecode is there
    [count] = re.findall(r"I +refs: +([0-9,]+)", _run(address, *functions, under=_COUNTING))
    return int(count.replace(",", ""))


@functools.cache
def _of_nothing(address: str) -> int:
    return _instructions(address)


def test_every_function_that_somebody_waits_for_has_a_budget() -> None:
    behind = {"notifications", "email_feedback", "customer_sync"}
    assert {folder.parent.name for folder in (_ROOT / "functions").glob("*/app.py")} - behind == set(_BUDGETS)


@pytest.mark.parametrize("function", _BUDGETS)
def test_a_function_loads_no_more_than_its_budget(function: str, aws: str) -> None:
    found = json.loads(_run(aws, function, REPORT="yes"))
    assert not {module.split(".")[0] for module in found["modules"]} & _HEAVY
    assert len(found["modules"]) <= _BUDGETS[function].modules
    assert found["bytecode"] / 1024 <= _BUDGETS[function].kilobytes


@pytest.mark.skipif(not shutil.which("valgrind"), reason="instructions are counted by valgrind, which is not here")
@pytest.mark.parametrize("function", _BUDGETS)
def test_a_function_starts_and_answers_within_its_budget_of_instructions(function: str, aws: str) -> None:
    assert _instructions(aws, function) / _of_nothing(aws) <= _BUDGETS[function].times
