"""Who is measured when, and how measurements are compared."""

from functools import partial

from bench.turns import Run, in_turns, ratio


def test_every_other_round_goes_backwards() -> None:
    order: list[str] = []

    def take_turn(name: str) -> int:
        order.append(name)
        return len(order)

    measured = in_turns(Run("test", 3, quick=False), {name: partial(take_turn, name) for name in "abc"}, str)
    assert "".join(order) == "abccbaabc"
    assert measured == {"a": [1, 6, 7], "b": [2, 5, 8], "c": [3, 4, 9]}


def test_a_ratio_compares_medians_so_one_bad_round_does_not_matter() -> None:
    assert ratio([2.0, 2.0, 200.0], [1.0, 1.0, 1.0]) == 2.0
