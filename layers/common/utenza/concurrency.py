"""Calls to AWS that do not need one another go side by side: all are sent before the first answer is read.

They are coroutines that one thread takes forward in turn. Threads would cost more processor time than the calls, and
asyncio more than a whole cold start (docs/adr/0009-fast.md).
"""

from collections import deque
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, NamedTuple, overload

from utenza.errors import TooManyAttempts

type Call[T] = Coroutine["Wait", Any, T]


class Wait(NamedTuple):
    """What a coroutine awaits: `until` returns it, and blocks until it is there."""

    until: Callable[[], Any]

    def __await__(self) -> Generator["Wait", Any, Any]:
        return (yield self)


def run[T](call: Call[T]) -> T:
    """Take one coroutine to its end, and return what it returns."""
    step: Callable[[], Wait] = partial(call.send, None)
    while True:
        try:
            wait = step()
        except StopIteration as ended:
            result: T = ended.value
            return result
        try:
            step = partial(call.send, wait.until())
        except Exception as error:  # noqa: BLE001 - it is the coroutine's, which may know what to do
            step = partial(call.throw, error)


@overload
async def gather[A, B](first: Call[A], second: Call[B], /) -> tuple[A, B]: ...
@overload
async def gather[A, B, C](first: Call[A], second: Call[B], third: Call[C], /) -> tuple[A, B, C]: ...
@overload
async def gather[A, B, C, D](
    first: Call[A], second: Call[B], third: Call[C], fourth: Call[D], /
) -> tuple[A, B, C, D]: ...
@overload
async def gather[A, B](first: Call[A], second: Call[B], /, *others: Call[None]) -> tuple[A, B, *tuple[None, ...]]: ...
@overload
async def gather[A](*calls: Call[A]) -> tuple[A, ...]: ...
async def gather(*calls: Call[Any]) -> tuple[Any, ...]:
    """Return the results in order once all calls have ended; when some failed, raise one of their errors.

    The first error in order; but a refusal goes before a failure, and of several refusals the longest wait. What
    computes goes last: the answers to the others come meanwhile.
    """
    results: list[Any] = [None] * len(calls)
    errors: dict[int, Exception] = {}
    going: deque[tuple[int, Call[Any], Wait | None]] = deque((place, call, None) for place, call in enumerate(calls))
    while going:
        place, call, wait = going.popleft()
        try:
            step = await _step(call, wait)
            going.append((place, call, step()))
        except StopIteration as ended:
            results[place] = ended.value
        except Exception as error:  # noqa: BLE001 - raised when the others have ended too
            errors[place] = error
    if errors:
        raise _foremost([errors[place] for place in sorted(errors)])
    return tuple(results)


async def _step(call: Call[Any], wait: Wait | None) -> Callable[[], Wait]:
    """Return what takes the call to its next wait, or to its end, once there is what it waits for."""
    if wait is None:
        return partial(call.send, None)
    try:
        return partial(call.send, await wait)
    except Exception as error:  # noqa: BLE001 - as in `run`
        return partial(call.throw, error)


def _foremost(errors: list[Exception]) -> Exception:
    refusals = [error for error in errors if isinstance(error, TooManyAttempts)]
    return max(refusals, key=lambda refusal: refusal.retry_after) if refusals else errors[0]
