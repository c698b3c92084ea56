"""Threads, for what blocks or computes: connections that are opened, keys that are read, hashes that are made."""

from collections.abc import Callable
from threading import Thread


def in_threads[T](*calls: Callable[[], T]) -> tuple[T, ...]:
    """Return the results in order once all calls have ended; when some failed, raise the first error in order."""
    results: dict[int, T] = {}
    errors: dict[int, BaseException] = {}

    def do(place: int) -> None:
        try:
            results[place] = calls[place]()
        except BaseException as error:  # noqa: BLE001 - carried over to the calling thread, which raises it
            errors[place] = error

    threads = [Thread(target=do, args=(place,), daemon=True) for place in range(1, len(calls))]
    for thread in threads:
        thread.start()
    if calls:
        do(0)  # this thread can do one itself
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return tuple(results[place] for place in range(len(calls)))
