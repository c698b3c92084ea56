from threading import Barrier

import pytest

from utenza.concurrency import Wait, gather, run
from utenza.errors import TooManyAttempts, Unavailable
from utenza.threads import in_threads


class Line:
    """Calls that are sent and answered in the order in which `happened` says."""

    def __init__(self) -> None:
        self.happened: list[str] = []

    async def ask(self, what: str, *, rounds: int = 1) -> str:
        for _ in range(rounds):
            self.happened.append(f"{what} sent")
            self.happened.append(await Wait(lambda: f"{what} answered"))
        return what

    async def fail(self, error: Exception) -> None:
        await self.ask("broken")
        raise error

    async def breaks_off(self) -> str:
        try:
            await Wait(lambda: in_threads(_raise)[0])
        except ConnectionError:
            return "mended"
        return "never"


def _raise() -> str:
    raise ConnectionError


@pytest.fixture
def line() -> Line:
    return Line()


def test_results_come_in_order(line: Line) -> None:
    assert run(gather(line.ask("a"), line.ask("b", rounds=3), line.ask("c"))) == ("a", "b", "c")


def test_all_is_sent_before_the_first_answer_is_waited_for(line: Line) -> None:
    run(gather(line.ask("a"), line.ask("b"), line.ask("c")))
    assert line.happened == ["a sent", "b sent", "c sent", "a answered", "b answered", "c answered"]


def test_who_asks_again_does_not_hold_up_the_others(line: Line) -> None:
    run(gather(line.ask("a", rounds=2), line.ask("b", rounds=2)))
    assert line.happened == [
        "a sent", "b sent", "a answered", "a sent", "b answered", "b sent", "a answered", "b answered",
    ]  # fmt: skip


def test_calls_within_calls_go_side_by_side_with_those_around_them(line: Line) -> None:
    async def outer() -> str:
        return "".join(await gather(line.ask("b"), line.ask("c")))

    assert run(gather(outer(), line.ask("a"))) == ("bc", "a")
    assert line.happened == ["b sent", "c sent", "a sent", "b answered", "a answered", "c answered"]


def test_nothing_to_call_is_nothing() -> None:
    assert run(gather()) == ()
    assert in_threads() == ()


def test_a_call_that_waits_for_nothing_is_at_its_end_at_once(line: Line) -> None:
    async def seven() -> int:
        return 7

    assert run(seven()) == 7
    assert run(gather(seven(), line.ask("a"))) == (7, "a")


def test_all_calls_end_before_an_error_is_raised(line: Line) -> None:
    with pytest.raises(Unavailable):
        run(gather(line.fail(Unavailable()), line.ask("a"), line.ask("b", rounds=2)))
    assert line.happened.count("b answered") == 2


def test_the_first_error_in_order_is_raised(line: Line) -> None:
    with pytest.raises(KeyError):
        run(gather(line.ask("a"), line.fail(KeyError()), line.fail(ValueError())))


def test_the_longest_wait_goes_before_everything(line: Line) -> None:
    errors = [Unavailable(), TooManyAttempts(30), TooManyAttempts(60), TooManyAttempts(1)]
    with pytest.raises(TooManyAttempts) as refused:
        run(gather(*map(line.fail, errors)))
    assert refused.value.retry_after == 60


def test_what_goes_wrong_while_a_call_waits_is_the_calls_own_to_mend(line: Line) -> None:
    assert run(line.breaks_off()) == "mended"
    assert run(gather(line.breaks_off(), line.ask("a"))) == ("mended", "a")


def test_an_error_leaves_the_place_where_it_was_raised_in_its_traceback(line: Line) -> None:
    with pytest.raises(KeyError) as raised:
        run(gather(line.ask("a"), line.fail(KeyError())))
    assert raised.traceback[-1].name == "fail"


def test_threads_run_side_by_side_and_their_results_come_in_order() -> None:
    both = Barrier(2, timeout=5)

    def meet(name: str) -> str:
        both.wait()
        return name

    assert in_threads(lambda: meet("a"), lambda: meet("b")) == ("a", "b")


def test_all_threads_end_before_the_first_error_in_order_is_raised() -> None:
    ended: list[str] = []

    def fail(error: Exception) -> None:
        ended.append("failed")
        raise error

    with pytest.raises(KeyError):
        in_threads(lambda: ended.append("a"), lambda: fail(KeyError()), lambda: fail(ValueError()))
    assert sorted(ended) == ["a", "failed", "failed"]
