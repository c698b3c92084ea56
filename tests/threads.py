"""Threads for tests that race."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def in_threads[T](*calls: Callable[[], T]) -> tuple[T, ...]:
    """Run all calls at once, each in a thread of its own; return their results in order, or raise the first error."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return tuple(future.result() for future in [pool.submit(call) for call in calls])
