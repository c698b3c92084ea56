"""Calls to AWS that do not need one another run side by side: two counters cost the time of one.

Threads are kept: to start one costs as much processor time as a call to DynamoDB.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import overload

from utenza.errors import TooManyAttempts

_idle: list["_Worker"] = []  # a list's ends are safe between threads


@overload
def together[A, B](first: Callable[[], A], second: Callable[[], B], /) -> tuple[A, B]: ...
@overload
def together[A, B, C](first: Callable[[], A], second: Callable[[], B], third: Callable[[], C], /) -> tuple[A, B, C]: ...
@overload
def together[A, B, C, D](
    first: Callable[[], A], second: Callable[[], B], third: Callable[[], C], fourth: Callable[[], D], /
) -> tuple[A, B, C, D]: ...
@overload
def together[A, B](
    first: Callable[[], A], second: Callable[[], B], /, *others: Callable[[], None]
) -> tuple[A, B, *tuple[None, ...]]: ...
@overload
def together[A](*calls: Callable[[], A]) -> tuple[A, ...]: ...
def together(*calls: Callable[[], object]) -> tuple[object, ...]:
    """Return the results in order once all calls have ended; when some failed, raise one of their errors.

    The first error in order; but a refusal goes before a failure, and of several refusals the longest wait.
    """
    results: list[object] = [None] * len(calls)
    errors: dict[int, BaseException] = {}

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            results[place] = call()
        except BaseException as error:  # noqa: BLE001 - carried over to the calling thread, which raises it
            errors[place] = error

    done: SimpleQueue[None] = SimpleQueue()
    others = list(enumerate(calls))[1:]
    for place, call in others:
        _worker().do(partial(run, place, call), done)
    for call in calls[:1]:
        run(0, call)
    for _ in others:
        done.get()
    if errors:
        raise _foremost([errors[place] for place in sorted(errors)])
    return tuple(results)


def _foremost(errors: list[BaseException]) -> BaseException:
    refusals = [error for error in errors if isinstance(error, TooManyAttempts)]
    return max(refusals, key=lambda refusal: refusal.retry_after) if refusals else errors[0]


class _Worker:
    """A thread that does one call after the other."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Callable[[], None], SimpleQueue[None]]] = SimpleQueue()
        Thread(target=self._work, daemon=True).start()

    def do(self, call: Callable[[], None], done: SimpleQueue[None]) -> None:
        self._calls.put((call, done))

    def _work(self) -> None:
        while True:
            call, done = self._calls.get()
            call()
            _idle.append(self)  # before the caller goes on, so that its next call finds it
            done.put(None)


def _worker() -> _Worker:
    """Return an idle worker, or a new one: calls within calls never wait for a worker."""
    with suppress(IndexError):
        return _idle.pop()
    return _Worker()
