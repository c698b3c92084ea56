"""Medians, percentiles and turns."""

import pytest

from bench.samples import alternately, percentile, ratio


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == expected


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 0.99) == 7.0


def test_a_ratio_compares_medians_so_that_one_bad_round_does_not_matter() -> None:
    assert ratio([2.0, 2.0, 200.0], [1.0, 1.0, 1.0]) == 2.0


def test_turns_alternate_and_every_other_round_goes_backwards() -> None:
    turns = alternately({"a": lambda: 1, "b": lambda: 2}, 3)
    assert list(turns) == [(1, "a", 1), (1, "b", 2), (2, "b", 2), (2, "a", 1), (3, "a", 1), (3, "b", 2)]
