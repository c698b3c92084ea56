"""Carries out a run: applies the parts of its plan, in one process per core where there are many, and the rest."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import ClassVar

from crm_import import flow
from crm_import.flow import Dependencies
from crm_import.messages import of_failure
from crm_import.runs import Run
from crm_import.source import Source
from crm_import.worker_pool import can_fork, end_with_parent
from tools.import_customers.target import Target, connect_batches, connect_exchange

_WORTH_PROCESSES = 2  # parts


def carry_out(
    run: Run, source: Source, dependencies: Dependencies, target: Target, step: Callable[[int], object] = lambda _: None
) -> Run:
    """Do what is behind the guard, and return the run as it ended; raises Replaced and Stopped.

    `step` is told how many records were written.
    """
    if run.status == "held":
        return flow.finish(run, dependencies, now=int(time.time()))
    exchange = dependencies.exchange
    try:
        for written in apply_parts(run, source, dependencies, target):
            step(written)
            exchange.renew_lease(run, int(time.time()))
        for number in range(1, run.cease_parts + 1):
            exchange.renew_lease(run, int(time.time()))
            flow.cease(number, run, dependencies)
        return flow.finish(run, dependencies, now=int(time.time()))
    except BaseException as error:
        flow.give_up(run, of_failure(type(error).__name__), dependencies, now=int(time.time()))
        raise


def apply_parts(run: Run, source: Source, dependencies: Dependencies, target: Target) -> Iterator[int]:
    """Apply all parts and yield how many records each has written; raises Replaced and Stopped."""
    numbers = range(1, run.parts + 1)
    if run.parts < _WORTH_PROCESSES or not can_fork():
        yield from (flow.apply(number, run, source, dependencies) for number in numbers)
        return
    arguments = (run, source, dependencies, target)
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(os.process_cpu_count(), context, _Worker.start, arguments) as processes:
        try:
            yield from _results(processes, numbers)
        except BaseException:
            processes.shutdown(cancel_futures=True)
            raise


def _results(processes: ProcessPoolExecutor, numbers: Iterable[int]) -> Iterator[int]:
    for future in [processes.submit(_apply, number) for number in numbers]:
        yield future.result()


class _Worker:
    """What this process works with: connections of its own."""

    run: ClassVar[Run]
    source: ClassVar[Source]
    dependencies: ClassVar[Dependencies]

    @classmethod
    def start(cls, run: Run, source: Source, dependencies: Dependencies, target: Target) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
        end_with_parent()  # whose lease is nobody's then
        cls.run, cls.source = run, source
        cls.dependencies = dependencies._replace(
            exchange=connect_exchange(target), customers=connect_batches(target), registered=None
        )


def _apply(number: int) -> int:
    return flow.apply(number, _Worker.run, _Worker.source, _Worker.dependencies)
