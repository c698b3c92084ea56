"""Clients that call as fast as they are answered, for a moment."""

import threading
import time
from collections.abc import Callable

type Operation = Callable[[], None]


def per_second(client: Callable[[], Operation], clients: int, seconds: float) -> float:
    """Return how many operations a second so many clients get done; each does at least one.

    The clock runs until the last operation that began in time has ended, and all are counted.
    """
    operations = [client() for _ in range(clients)]
    began, done, errors = time.perf_counter(), [0] * clients, []

    def run(number: int) -> None:
        try:
            while not done[number] or time.perf_counter() - began < seconds:
                operations[number]()
                done[number] += 1
        except Exception as error:  # noqa: BLE001 - carried over to the caller's thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return sum(done) / (time.perf_counter() - began)
