from hypothesis import given
from hypothesis import strategies as st

from utenza.limits.limit import Limit

NOW = 1_800_000_000
limits = st.builds(Limit, capacity=st.integers(1, 100_000), interval=st.integers(1, 86_400))


@given(limits, st.integers(0, 200))
def test_a_bucket_counts_what_was_put_in(limit: Limit, attempts: int) -> None:
    drained_at = NOW + attempts * limit.interval
    assert limit.used(drained_at, NOW) == attempts
    assert (limit.wait(drained_at, NOW) > 0) == (attempts >= limit.capacity)


@given(limits, st.integers(-(10**6), 10**6))
def test_after_the_wait_there_is_room(limit: Limit, ahead: int) -> None:
    wait = limit.wait(NOW + ahead, NOW)
    assert limit.wait(NOW + ahead, NOW + wait) == 0
    assert wait == 0 or limit.wait(NOW + ahead, NOW + wait - 1) == 1


@given(limits, st.integers(-(10**6), 10**6))
def test_a_wait_for_one_attempt_is_at_most_an_interval(limit: Limit, ahead: int) -> None:
    full = min(NOW + ahead, limit.latest(NOW) + limit.interval)
    assert limit.wait(full, NOW) <= limit.interval


def test_many_times_the_room_comes_back_as_many_times_as_fast() -> None:
    assert Limit(100, 72).times(10) == Limit(1000, 7)
    assert Limit(1, 1).times(10) == Limit(10, 1)


def test_up_to_a_tenth_is_negligible() -> None:
    assert [Limit(100, 72).is_negligible(used) for used in (1, 10, 11)] == [True, True, False]
    assert not Limit(9, 72).is_negligible(1)
