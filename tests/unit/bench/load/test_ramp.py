"""When something has broken, and what broke first."""

import time
from collections import Counter
from typing import Any

import pytest

from bench.load import ramp
from bench.load.calls import NO_ANSWER, Call, Calls, percentile, statuses
from bench.load.cold import First, processes, split
from bench.load.day import ACTS
from bench.load.generator import NO_THREAD


class _Post:
    def __init__(self, waits: list[tuple[float, float]]) -> None:
        self.waits = waits

    def since(self, moment: float, until: float) -> list[float]:
        return [waited for began, waited in self.waits if moment <= began < until]


class _Load:
    """A load whose calls are those of a stack that answers more slowly from rate to rate."""

    def __init__(self, calls: list[Call] | None = None, waits: list[tuple[float, float]] | None = None) -> None:
        self.calls, self.post = Calls(), _Post(waits or [])
        self.calls._made = calls or []  # noqa: SLF001
        self.outcomes = Counter[tuple[str, str]]()
        self.rates: list[float] = []

    def start(self, rate: float) -> None:
        self.rates.append(rate)
        self.calls._made.append(Call("POST /login", time.monotonic(), rate, 200))  # noqa: SLF001
        if rate > 2:
            self.outcomes[ACTS[0].name, NO_THREAD] += 1


def _judge(calls: list[Call], waits: list[tuple[float, float]] | None = None) -> list[str]:
    load: Any = _Load(calls, waits)
    return ramp.judge(load, 0.0, 15.0)


def _well(number: int = 99) -> list[Call]:
    return [Call("POST /login", 15 * place / number, 0.1, 200) for place in range(number)]


@pytest.mark.parametrize(
    ("more", "broken"),
    [
        ([], []),
        ([Call("POST /login", 1, 9, 200)], []),  # one of a hundred
        ([Call("POST /login", 1, 9, 200)] * 9, ["95th percentile of a login 9.0 s"]),
        ([Call("GET /account", 1, 9, 200)] * 9, []),  # not what people wait for first
        ([Call("GET /account", 1, 1, 503)] * 2, ["answers that failed (5xx, or none) 2.0%"]),
        ([Call("GET /account", 1, 1, NO_ANSWER)] * 2, ["answers that failed (5xx, or none) 2.0%"]),
        ([Call("GET /account", 1, 1, 429, "throttle")] * 2, ["429 of the throttle 2.0%"]),
        ([Call("GET /account", 1, 1, 429, "attempts")] * 2, []),  # counted apart: no limit of the stack
        ([Call("POST /login", 20, 9, 200)] * 9, []),  # of the stage after it
    ],
)
def test_a_limit_is_broken_by_the_whole_stage(more: list[Call], broken: list[str]) -> None:
    assert _judge([*_well(), *more]) == broken


def test_mails_that_wait_break_a_limit_of_their_own() -> None:
    assert _judge(_well(), [(1.0, 2.0), (2.0, 12.0)]) == ["95th percentile of a mail 12.0 s"]


def test_what_broke_first_stands_first() -> None:
    slow, failed = [Call("POST /login", 1, 9, 200)] * 9, [Call("GET /account", 12, 1, 503)] * 9
    assert [name.split(" ")[0] for name in _judge([*_well(), *slow, *failed])] == ["95th", "answers"]
    slow, failed = [Call("POST /login", 12, 9, 200)] * 9, [Call("GET /account", 1, 1, 503)] * 9
    assert [name.split(" ")[0] for name in _judge([*_well(), *slow, *failed])] == ["answers", "95th"]


def test_the_rate_rises_until_something_breaks() -> None:
    load: Any = _Load()
    stages = ramp.climb(
        load, ramp.Pace((0.5, 1, 2, 3, 4), 0.01, time.monotonic() + 60), lambda _: None, lambda: len(load.rates)
    )
    assert load.rates == [0.5, 1, 2, 3]
    assert [bool(stage.broken) for stage in stages] == [False, False, False, True]
    assert [stage.without_thread for stage in stages] == [0, 0, 0, 1]
    assert [stage.started for stage in ramp.afterwards(load, stages, 9)] == [1, 1, 1, 6]


def test_a_stage_whose_mails_came_late_was_not_borne() -> None:
    load: Any = _Load()
    stages = ramp.climb(load, ramp.Pace((0.5, 1, 2), 0.01, time.monotonic() + 60), lambda _: None, lambda: 0)
    assert ramp.borne(stages) == stages
    load.post.waits.append((stages[1].began, 18.0))
    first, second, third = ramp.afterwards(load, stages, 0)
    assert ramp.borne([first, second, third]) == [first]
    assert second.broken == ["95th percentile of a mail 18.0 s"]


def test_the_rate_rises_no_longer_than_there_is_time() -> None:
    load: Any = _Load()
    pace = ramp.Pace((0.5, 1), 0.05, time.monotonic() + 0.07)
    assert ramp.climb(load, pace, lambda _: None, lambda: 0)[-1].rate == 0.5


def test_a_call_that_still_waits_has_taken_as_long_as_it_has_waited() -> None:
    calls = Calls()
    call = calls.begin("POST /login", 0)
    time.sleep(0.02)
    [waiting] = calls.since(0)
    assert waiting.seconds >= 0.02
    assert not waiting.failed
    calls.end(call, 200, "")
    assert statuses([waiting, *calls.since(0)]) == "waiting × 1, 200 × 1"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert (percentile([7.0], 0.5), percentile([], 0.95)) == (7, 0)


def test_processes_are_counted_by_the_emulators_log(tmp_path: Any) -> None:
    log = tmp_path / "emulator.log"
    line = "05:58:03 INFO [lambda_runtime] Lambda worker spawned for utenza-{}-2FC8EBD0EF3AD (python3.13, cold start)\n"
    log.write_text("".join(line.format(f"{name}Function") for name in ("Login", "Verify", "Login", "CustomerSync")))
    assert processes(log) == {"login": 2, "verify": 1, "customersync": 1}


@pytest.mark.parametrize(
    ("started", "expected"),
    [
        (0, First([], [0.1, 0.2, 5.0])),
        (1, First([5.0], [0.1, 0.2])),
        (4, First([0.1, 0.2, 5.0], [])),  # one was started for nobody
    ],
)
def test_of_calls_at_the_same_moment_the_slowest_waited_for_a_process(started: int, expected: First) -> None:
    assert split([0.2, 5.0, 0.1], started) == expected
