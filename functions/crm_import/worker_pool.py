"""Checks and loads rows in one process per core: one process alone keeps the table waiting."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import batched
from typing import Any, ClassVar, Protocol, Self

from crm_import.checking import Checker, Outcome
from crm_import.loading import Item, Stopped
from crm_import.records import Record

_CHUNK = 500  # records of one task
_WORTH_PROCESSES = 5_000  # rows; below, processes take longer to start than to check
_THREADS = 2  # without processes


class Loads[R](Protocol):
    def load(self, items: Sequence[Item]) -> R: ...


type CreateLoader[R] = Callable[[], Loads[R]]


class WorkerPool[R]:
    """The workers that check and load the rows of a file of about `rows` rows.

    Memory is the same for any number of rows: a few chunks are in work, the next ones are not read yet. `take` is given
    what the loader returns for each call of `load`, in order; the last ones when the block of the pool ends.
    """

    def __init__(
        self, checker: Checker, create_loader: CreateLoader[R], rows: int, take: Callable[[R], object]
    ) -> None:
        self._take = take
        self._processes = _process_count() if rows >= _WORTH_PROCESSES and can_fork() else 1
        self._executor = _executor(checker, create_loader, self._processes)
        self._loads: deque[Future[R]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let tasks end that have started, drop the others, and pass on what was loaded."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        for load in self._loads:
            if not load.cancelled() and load.exception() is None:
                self._take(load.result())

    def check(self, records: Iterable[Record]) -> Iterator[list[tuple[Record, Outcome]]]:
        """Yield chunks of records with their outcomes, in the order of the file; raises Stopped."""
        checks: deque[tuple[Sequence[Record], Future[list[Outcome]]]] = deque()
        for chunk in batched(records, _CHUNK, strict=False):
            checks.append((chunk, self._submit(_check, chunk)))
            if len(checks) > self._processes:
                yield _wait_for(*checks.popleft())
        while checks:
            yield _wait_for(*checks.popleft())

    def load(self, items: Sequence[Item]) -> None:
        """Load items in the background, and wait while too many wait; raises the Stopped of an earlier call."""
        if items:
            self._loads.append(self._submit(_load, items))
        self._wait(2 * self._processes)

    def finish(self) -> None:
        """Wait until everything is loaded; raises Stopped."""
        self._wait(0)

    def _submit[T](self, task: Callable[..., T], argument: Any) -> Future[T]:  # noqa: ANN401 - the task's
        try:
            return self._executor.submit(task, argument)
        except BrokenProcessPool:
            raise Stopped("a worker process has died") from None

    def _wait(self, most: int) -> None:
        while len(self._loads) > most:
            self._take(_result(self._loads[0]))
            self._loads.popleft()


class _Worker:
    """The checker and the loader of this process."""

    checker: ClassVar[Checker]
    loader: ClassVar[Loads[Any]]


def _executor(checker: Checker, create_loader: CreateLoader[Any], processes: int) -> Executor:
    if processes == 1:
        _start(checker, create_loader)
        return ThreadPoolExecutor(_THREADS)
    gc.freeze()  # memory pages that no collection writes to stay shared
    context = multiprocessing.get_context("fork")
    executor = ProcessPoolExecutor(processes, context, _start_process, (checker, create_loader))
    executor.submit(os.getpid).result()  # forks all processes now, while this one has a single thread
    return executor


def _start(checker: Checker, create_loader: CreateLoader[Any]) -> None:
    _Worker.checker, _Worker.loader = checker, create_loader()


def _start_process(checker: Checker, create_loader: CreateLoader[Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    end_with_parent()
    _start(checker, create_loader)


def end_with_parent() -> None:
    """End this process when its parent has died."""
    threading.Thread(target=_exit_with_parent, args=(os.getppid(),), daemon=True).start()


def _exit_with_parent(parent: int) -> None:
    """Exit when the parent has died: a forked process holds the pipes that would tell it otherwise."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _check(chunk: Sequence[Record]) -> list[Outcome]:
    return _Worker.checker.check(chunk)


def _load(items: Sequence[Item]) -> Any:  # noqa: ANN401 - the loader's
    return _Worker.loader.load(items)


def _wait_for(chunk: Sequence[Record], check: Future[list[Outcome]]) -> list[tuple[Record, Outcome]]:
    outcomes: list[Outcome] = _result(check)
    return list(zip(chunk, outcomes, strict=True))


def _result[T](task: Future[T]) -> T:
    try:
        return task.result()
    except BrokenProcessPool:
        raise Stopped("a worker process has died") from None


def _process_count() -> int:
    return os.process_cpu_count() or 1


def can_fork() -> bool:
    """Tell whether a fork is safe: it copies one thread, and the locks of the others as they are.

    Lambda has no shared memory for the queues between processes.
    """
    is_lambda = "AWS_LAMBDA_FUNCTION_NAME" in os.environ
    return sys.platform == "linux" and threading.active_count() == 1 and not is_lambda
