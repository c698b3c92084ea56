"""Checks and loads rows in as many processes as there are cores, for one would keep the table waiting.

What a process has checked it keeps, until this one says which of it to load: who was named before is known here alone.
"""

import gc
import os
import signal
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import batched
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Self

from tools.import_customers.checking import Outcome, Worker
from tools.import_customers.loading import Loader
from tools.import_customers.records import Record

_AT_ONCE = 250  # records: two chunks and their outcomes fit into what a pipe takes without a reader
_WORTH_IT = 5_000  # rows, below which processes take longer to start than to check

type Load = Callable[[Sequence[int]], None]


class Crew:
    """All who check and load the rows of one file, of which there are about `rows`; adds to the loader's counts."""

    def __init__(self, worker: Worker, loader: Loader, rows: int) -> None:
        self._loader = loader
        processes = _processes() if rows >= _WORTH_IT and _may_fork() else 1
        self._hands: list[_Here] | list[_There] = _forked(worker, processes) if processes > 1 else [_Here(worker)]
        self._ahead = processes if processes > 1 else 0  # chunks: so memory is the same however long the file is

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for hand in self._hands:
            self._loader.counts += hand.end()

    def check(self, records: Iterable[Record]) -> Iterator[tuple[list[tuple[Record, Outcome]], Load]]:
        """Yield the records in the order of the file with what became of them, and what loads those that are picked."""
        waiting: deque[tuple[_Here | _There, tuple[Record, ...]]] = deque()
        for number, chunk in enumerate(batched(records, _AT_ONCE, strict=False)):
            hand = self._hands[number % len(self._hands)]
            hand.ask("check", chunk)
            waiting.append((hand, chunk))
            if len(waiting) > self._ahead:
                yield _settled(*waiting.popleft())
        while waiting:
            yield _settled(*waiting.popleft())

    def finish(self) -> None:
        """Wait until everything is in the table; raises what a process met."""
        for hand in self._hands:
            hand.ask("finish")
        for hand in self._hands:
            hand.answer("finish")


class _Here:
    """This process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._answer: Any = None

    def ask(self, what: str, *arguments: Any) -> None:  # noqa: ANN401 - what the worker's method takes
        self._answer = getattr(self._worker, what)(*arguments)

    def answer(self, _what: str) -> Any:  # noqa: ANN401 - what the worker's method returned
        return self._answer

    def end(self) -> Counter[str]:
        return Counter()  # whose loader it is counts itself, and closes it


class _There:
    """A process of its own, which answers in the order that it was asked in."""

    def __init__(self, worker: Worker, others: Sequence[Connection]) -> None:
        context = get_context("fork")
        self.pipe, theirs = context.Pipe()
        self._asked: deque[str] = deque()
        self._process = context.Process(target=_serve, args=(theirs, worker, [*others, self.pipe]), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, what: str, *arguments: Any) -> None:  # noqa: ANN401 - as above
        self.pipe.send((what, arguments))
        self._asked.append(what)

    def answer(self, what: str) -> Any:  # noqa: ANN401 - as above
        """Return the next answer to `what`; raises what the process met until then."""
        while True:
            asked, answer = self._asked.popleft(), self.pipe.recv()
            if isinstance(answer, Exception):
                raise answer
            if asked == what:
                return answer

    def end(self) -> Counter[str]:
        """Let what is under way end, and return what was done."""
        counts: Counter[str] = Counter()
        try:
            self.ask("close")
            while self._asked:
                answer = self.pipe.recv()
                if self._asked.popleft() == "close":
                    counts = answer
        except (EOFError, OSError):
            pass  # it has gone; whoever waited for an answer was told
        self.pipe.close()
        self._process.join()
        return counts


def _settled(hand: _Here | _There, chunk: Sequence[Record]) -> tuple[list[tuple[Record, Outcome]], Load]:
    outcomes: list[Outcome] = hand.answer("check")
    return list(zip(chunk, outcomes, strict=True)), lambda picked: hand.ask("load", picked)


def _forked(worker: Worker, processes: int) -> list[_There]:
    gc.freeze()  # what is there by now stays, and pages that no collection writes to stay shared
    hands: list[_There] = []
    for _ in range(processes):
        hands.append(_There(worker, [hand.pipe for hand in hands]))
    return hands


def _serve(pipe: Connection, worker: Worker, copied: Sequence[Connection]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks
    for theirs in copied:
        theirs.close()  # or nobody would see who asks go
    what = ""
    while what != "close":
        try:
            what, arguments = pipe.recv()
        except EOFError:
            worker.close()
            return
        try:
            answer = getattr(worker, what)(*arguments)
        except Exception as error:  # noqa: BLE001 - carried over to who asked
            answer = error
        pipe.send(answer)


def _processes() -> int:
    return os.process_cpu_count() or 1


def _may_fork() -> bool:
    """Tell whether a copy of this process would be whole: a fork copies one thread, and every lock as it is."""
    return sys.platform == "linux" and threading.active_count() == 1
