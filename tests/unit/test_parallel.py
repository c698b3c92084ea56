"""Calls side by side: their order, their errors, and that they are really side by side."""

from threading import Barrier

import pytest

from utenza import snapstart
from utenza.errors import InvalidCredentials, TooManyAttempts
from utenza.parallel import gather


def _raise(error: Exception) -> None:
    raise error


def test_results_are_in_the_order_of_their_calls() -> None:
    assert gather(lambda: 1, lambda: "two", lambda: 3.0) == (1, "two", 3.0)
    assert gather() == ()
    assert gather(*[lambda n=n: n for n in range(20)]) == tuple(range(20))


def test_five_calls_run_at_once() -> None:
    meeting = Barrier(5)
    assert sorted(gather(*[lambda: meeting.wait(10)] * 5)) == [0, 1, 2, 3, 4]


def test_all_calls_end_before_an_error_is_raised() -> None:
    ended: list[int] = []
    with pytest.raises(ValueError, match="first"):
        gather(
            lambda: _raise(ValueError("first")),
            lambda: ended.append(1),
            lambda: _raise(KeyError("second")),
            lambda: ended.append(2),
        )
    assert sorted(ended) == [1, 2]


def test_a_refusal_goes_before_a_failure_and_the_longest_wait_before_others() -> None:
    with pytest.raises(TooManyAttempts) as refused:
        gather(
            lambda: _raise(InvalidCredentials()),
            lambda: _raise(TooManyAttempts(5)),
            lambda: _raise(TooManyAttempts(60)),
            lambda: _raise(TooManyAttempts(7)),
        )
    assert refused.value.retry_after == 60


def test_without_lambdas_runtime_a_hook_is_no_error() -> None:
    snapstart.after_restore(lambda: None)
