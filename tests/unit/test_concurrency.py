from threading import Barrier

import pytest

from utenza.concurrency import together
from utenza.errors import TooManyAttempts, Unavailable


def fail(error: Exception) -> None:
    raise error


def test_results_come_in_order() -> None:
    assert together(lambda: "a", lambda: 2) == ("a", 2)


def test_calls_run_side_by_side() -> None:
    both = Barrier(2, timeout=5)
    together(both.wait, both.wait)


def test_nothing_to_call_is_nothing() -> None:
    assert together() == ()


def test_all_calls_end_before_an_error_is_raised() -> None:
    ended = []
    with pytest.raises(Unavailable):
        together(lambda: fail(Unavailable()), lambda: ended.append(1), lambda: ended.append(2))
    assert sorted(ended) == [1, 2]


def test_the_first_error_in_order_is_raised() -> None:
    with pytest.raises(KeyError):
        together(lambda: None, lambda: fail(KeyError()), lambda: fail(ValueError()))


def test_the_longest_wait_goes_before_everything() -> None:
    errors = [Unavailable(), TooManyAttempts(30), TooManyAttempts(60), TooManyAttempts(1)]
    with pytest.raises(TooManyAttempts) as refused:
        together(*(lambda error=error: fail(error) for error in errors))
    assert refused.value.retry_after == 60
