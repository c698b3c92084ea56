from threading import Barrier, active_count, get_ident

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


def test_threads_are_kept_for_the_next_calls() -> None:
    def ask() -> set[int]:
        return {*together(*[get_ident] * 4)}

    ask()
    before = active_count()
    for _ in range(20):
        ask()
    assert active_count() == before


def test_calls_within_calls_wait_for_nobody() -> None:
    inner = Barrier(9, timeout=5)

    def outer() -> None:
        together(inner.wait, inner.wait, inner.wait)

    together(outer, outer, outer)


def test_a_worker_outlives_what_it_was_given() -> None:
    for _ in range(5):
        with pytest.raises(KeyError):
            together(lambda: None, lambda: fail(KeyError()), lambda: fail(KeyError()))
    assert together(lambda: 1, lambda: 2, lambda: None) == (1, 2, None)
