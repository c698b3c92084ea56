"""Brings customers into the table, a hundred at a time: reads them, and writes those that are new or have changed."""

import random
import time
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import batched
from typing import Any

from tools.import_customers.batches import Client
from utenza.customers.record import Customer
from utenza.errors import Unavailable
from utenza.tables.customers import to_item

WORKERS = 8
_READ_AT_ONCE = 100  # what BatchGetItem takes
_WRITE_AT_ONCE = 25  # what BatchWriteItem takes
_MOST_WAITING = WORKERS  # batches in memory: more would wait for a thread
_TRIES = 12

type Item = dict[str, dict[str, str]]


class Overloaded(Exception):
    """The table did not take what was asked, again and again."""


class Loader:
    """Adds customers to the table; `counts` has new, changed and unchanged, complete after `finish`.

    No customer may be added twice. A customer who is in the table and not in the file stays as it is.
    """

    def __init__(self, client: Client, table: str, *, writes: bool) -> None:
        self.counts: Counter[str] = Counter()
        self._client = client
        self._table = table
        self._writes = writes
        self._batch: list[Item] = []
        self._running: deque[Future[Counter[str]]] = deque()
        self._pool = ThreadPoolExecutor(WORKERS)

    def add(self, customer: Customer) -> None:
        """Take one customer; waits while too many are under way, and raises what a batch before it raised."""
        self._batch.append({name: {"S": text} for name, text in to_item(customer).items()})
        if len(self._batch) == _READ_AT_ONCE:
            self._send()

    def finish(self) -> None:
        """Wait until everything is in the table."""
        if self._batch:
            self._send()
        self._settle(0)

    def close(self) -> None:
        """Let the batches that are under way end, drop those that wait, and count what was done."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for future in self._running:
            if not future.cancelled() and future.exception() is None:
                self.counts += future.result()
        self._running.clear()

    def _send(self) -> None:
        self._running.append(self._pool.submit(self._load, self._batch))
        self._batch = []
        self._settle(_MOST_WAITING)

    def _settle(self, most: int) -> None:
        while len(self._running) > most:
            self.counts += self._running[0].result()
            self._running.popleft()

    def _load(self, batch: Sequence[Item]) -> Counter[str]:
        stored = self._read(batch)
        changed = [item for item in batch if stored.get(item["pk"]["S"]) != item]
        if self._writes:
            for some in batched(changed, _WRITE_AT_ONCE, strict=False):
                self._write(some)
        is_new = sum(item["pk"]["S"] not in stored for item in changed)
        return Counter(new=is_new, changed=len(changed) - is_new, unchanged=len(batch) - len(changed))

    def _read(self, batch: Sequence[Item]) -> dict[str, Item]:
        wanted = {"Keys": [{"pk": item["pk"]} for item in batch], "ConsistentRead": True}
        asked: Any = {self._table: wanted}
        stored: dict[str, Item] = {}
        for attempt in range(_TRIES):
            with suppress(Unavailable):  # then nothing of it was done
                answer = self._client.batch_get_item(RequestItems=asked)
                stored |= {item["pk"]["S"]: item for item in answer["Responses"].get(self._table, [])}
                asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return stored
            _pause(attempt)
        raise Overloaded

    def _write(self, items: Sequence[Item]) -> None:
        requests = [{"PutRequest": {"Item": item}} for item in items]
        asked: Any = {self._table: requests}
        for attempt in range(_TRIES):
            with suppress(Unavailable):  # what it did in spite of that, it does once more
                answer = self._client.batch_write_item(RequestItems=asked)
                asked = answer.get("UnprocessedItems") or {}
            if not asked:
                return
            _pause(attempt)
        raise Overloaded


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(10.0, 0.05 * 2**attempt)))  # noqa: S311 - spreads the load, protects nothing
