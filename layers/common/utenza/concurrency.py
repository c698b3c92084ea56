"""Calls to AWS that do not need one another run side by side: two counters cost the time of one."""

from collections.abc import Callable
from threading import Thread
from typing import overload

from utenza.errors import TooManyAttempts


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

    threads = [Thread(target=run, args=(place, call)) for place, call in enumerate(calls) if place]
    for thread in threads:
        thread.start()
    for call in calls[:1]:
        run(0, call)
    for thread in threads:
        thread.join()
    if errors:
        raise _foremost([errors[place] for place in sorted(errors)])
    return tuple(results)


def _foremost(errors: list[BaseException]) -> BaseException:
    refusals = [error for error in errors if isinstance(error, TooManyAttempts)]
    return max(refusals, key=lambda refusal: refusal.retry_after) if refusals else errors[0]
