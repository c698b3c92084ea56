"""Checks rows on every core: it is most of the work of an import, and one process would keep the table waiting."""

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import batched
from multiprocessing import get_context
from typing import NamedTuple, Self

from tools.import_customers.columns import Header
from tools.import_customers.records import Record
from tools.import_customers.rows import Rejected, Row, to_row

_AT_ONCE = 500  # records
_WORTH_IT = 5_000  # rows, below which processes take longer to start than to check


class Refusal(NamedTuple):
    """What `Rejected` says; an exception would not come through a pipe."""

    field: str
    code: str


type Outcome = Row | Refusal


class Checker:
    """Knows how the rows of one file are read; `rows` is about how many there are."""

    def __init__(self, header: Header, supplier: str | None, rows: int) -> None:
        self._header, self._supplier = header, supplier
        processes = _processes()
        self._most_waiting = processes + 1  # chunks: so memory stays the same however long the file is
        self._pool = _pool(header, supplier, processes) if rows >= _WORTH_IT and processes > 1 else None

    def __enter__(self) -> Self:
        if self._pool is not None:
            self._pool.submit(int)  # forks now, while this process has one thread
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def check(self, records: Iterable[Record]) -> Iterator[tuple[Record, Outcome]]:
        """Yield every record with what became of it, in the order of the file."""
        if self._pool is None:
            for record in records:
                yield record, _outcome(record, self._header, self._supplier)
            return
        waiting: deque[tuple[tuple[Record, ...], Future[list[Outcome]]]] = deque()
        for chunk in batched(records, _AT_ONCE, strict=False):
            waiting.append((chunk, self._pool.submit(_check, chunk)))
            if len(waiting) > self._most_waiting:
                yield from _settled(*waiting.popleft())
        while waiting:
            yield from _settled(*waiting.popleft())


def _processes() -> int:
    return os.process_cpu_count() or 1


def _settled(chunk: Sequence[Record], outcomes: Future[list[Outcome]]) -> Iterator[tuple[Record, Outcome]]:
    return zip(chunk, outcomes.result(), strict=True)


def _pool(header: Header, supplier: str | None, processes: int) -> ProcessPoolExecutor:
    may_fork = sys.platform == "linux" and threading.active_count() == 1  # a fork copies one thread and every lock
    context = get_context("fork" if may_fork else "spawn")
    return ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(header, supplier))


def _begin(header: Header, supplier: str | None) -> None:
    global _file  # noqa: PLW0603 - a process checks one file, and is told once how it is read
    _file = (header, supplier)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who waits for our results


_file: tuple[Header, str | None]


def _check(chunk: Sequence[Record]) -> list[Outcome]:
    return [_outcome(record, *_file) for record in chunk]


def _outcome(record: Record, header: Header, supplier: str | None) -> Outcome:
    try:
        return to_row(record, header, supplier)
    except Rejected as rejected:
        return Refusal(rejected.field, rejected.code)
