"""Calls to AWS side by side, in a small pool of threads. boto3's clients are safe between threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, overload

from utenza import snapstart
from utenza.errors import TooManyAttempts

_THREADS = 4  # beside the caller's own: no use case makes more than five calls at once

_pools: list[ThreadPoolExecutor] = []
snapstart.after_restore(_pools.clear)

type Call[T] = Callable[[], T]


@overload
def gather[A, B](first: Call[A], second: Call[B], /) -> tuple[A, B]: ...
@overload
def gather[A, B, C](first: Call[A], second: Call[B], third: Call[C], /) -> tuple[A, B, C]: ...
@overload
def gather[A, B, C, D](first: Call[A], second: Call[B], third: Call[C], fourth: Call[D], /) -> tuple[A, B, C, D]: ...
@overload
def gather[A, B, C, D, E](
    first: Call[A], second: Call[B], third: Call[C], fourth: Call[D], fifth: Call[E], /
) -> tuple[A, B, C, D, E]: ...
@overload
def gather[A](*calls: Call[A]) -> tuple[A, ...]: ...
def gather(*calls: Call[Any]) -> tuple[Any, ...]:
    """Run all calls side by side, the last one in this thread; return their results in order.

    When calls fail, the others still end, then one of the errors is raised: the refusal with the longest wait, else
    the first error in order. A call must not gather itself: it would wait for a thread that it occupies.
    """
    if not calls:
        return ()
    *others, last = calls
    futures = [_pool().submit(call) for call in others]
    error: BaseException | None = None
    try:
        result = last()
    except Exception as raised:  # noqa: BLE001 - raised below, when the other calls have ended too
        error = raised
    wait(futures)
    errors = [failure for failure in (*(future.exception() for future in futures), error) if failure is not None]
    if errors:
        raise _foremost(errors)
    return (*(future.result() for future in futures), result)


def _pool() -> ThreadPoolExecutor:
    if not _pools:
        _pools.append(ThreadPoolExecutor(_THREADS, thread_name_prefix="utenza"))
    return _pools[0]


def _foremost(errors: list[BaseException]) -> BaseException:
    refusals = [error for error in errors if isinstance(error, TooManyAttempts)]
    return max(refusals, key=lambda refusal: refusal.retry_after) if refusals else errors[0]
