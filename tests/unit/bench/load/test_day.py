"""The model of a day: its shares, its steps and its arrivals."""

import itertools
import random
import statistics

import pytest

from bench.load.day import ACTS, ROUTES, arrivals, calls_a_visit, shares
from tools.openapi.operations import OPERATIONS


@pytest.mark.parametrize("kind", ["usual", "bill"])
def test_the_shares_are_all_visits(kind: str) -> None:
    assert sum(shares(kind)) == pytest.approx(1)
    assert min(shares(kind)) > 0


def test_bill_day_has_shares_of_its_own() -> None:
    assert shares("bill") != shares("usual")


def test_every_step_calls_a_route_that_there_is() -> None:
    assert {step for act in ACTS for step in act.steps} == {*ROUTES}
    assert {*ROUTES.values()} <= {operation.route for operation in OPERATIONS}


def test_calls_of_a_mean_visit_are_those_of_its_acts() -> None:
    calls = calls_a_visit("bill")
    assert calls["POST /credentials"] == pytest.approx(0.09 + 0.03)
    assert calls["POST /verify"] == pytest.approx(0.09 + 2 * 0.03 + 0.015)
    assert sum(calls.values()) == pytest.approx(sum(act.bill * len(act.steps) for act in ACTS))


@pytest.mark.parametrize("rate", [0.5, 20.0])
def test_people_come_at_the_rate_that_is_asked_for_and_independently_of_one_another(rate: float) -> None:
    moments = list(itertools.islice(arrivals(rate, random.Random(1)), 20_000))
    gaps = [later - earlier for earlier, later in itertools.pairwise([0.0, *moments])]
    assert 20_000 / moments[-1] == pytest.approx(rate, rel=0.03)
    assert statistics.stdev(gaps) == pytest.approx(1 / rate, rel=0.03)  # of a Poisson process, and of no other
    assert min(gaps) > 0
