"""The worker pool checks and loads rows in several processes, and yields them in the order of the file."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from crm_import import worker_pool
from crm_import.checking import Checked, Checker, Refusal
from crm_import.columns import understand
from crm_import.loading import Stopped
from crm_import.mapping import load
from crm_import.records import Record
from crm_import.worker_pool import WorkerPool
from tests.unit.import_customers.conftest import HEADER, Table
from tools.aws import connect
from tools.import_customers.target import Target, connect_loader

ROWS = 2_345

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def records() -> Iterator[Record]:
    """Yield records of which every hundredth has no code."""
    for number in range(ROWS):
        code = "" if number % 100 == 0 else f"0{100_000_000 + number}"
        person = ["F", "ROSSI", "MARIO", "", "RSSMRA85T10H501O", "", "", "", "ATTIVO"]
        yield Record(number + 2, [code, "unogas-energia", *person], is_readable=True)


@pytest.fixture(params=["threads", "processes"])
def rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return the assumed length of the file; the other threads of the tests hold no lock that a fork would copy."""
    monkeypatch.setattr(worker_pool, "_process_count", lambda: 3)
    monkeypatch.setattr(worker_pool, "can_fork", lambda: True)
    return 100 if request.param == "threads" else 1_000_000


class CountingPool(WorkerPool[Counter[str]]):
    """A pool that counts what its loaders say."""

    def __init__(self, checker: Checker, target: Target, rows: int) -> None:
        self.counts: Counter[str] = Counter()
        super().__init__(checker, partial(connect_loader, target, writes=True), rows, self.counts.update)


def create_pool(endpoint: str, rows: int, table: str = "customers") -> CountingPool:
    checker = Checker(understand(HEADER, load()), None)
    return CountingPool(checker, Target(connect(endpoint), table), rows)


def load_all(pool: CountingPool, is_interrupted: Callable[[], bool] = lambda: False) -> None:
    """Load every good row, or act as if Ctrl-C was pressed after a chunk."""
    with pool:
        for chunk in pool.check(records()):
            pool.load([row.item for _, row in chunk if isinstance(row, Checked)])
            if is_interrupted():
                raise KeyboardInterrupt
        pool.finish()


def wait_for_first_rows(table: Table) -> bool:
    """Wait until a load has written: an interruption drops those that have not started."""
    deadline = time.monotonic() + 30
    while not table.items() and time.monotonic() < deadline:
        time.sleep(0.01)
    return True


def test_rows_come_back_in_order_and_the_given_items_are_loaded(rows: int, table: Table) -> None:
    seen, loaded = [], 0
    pool = create_pool(table.endpoint, rows)
    with pool:
        for chunk in pool.check(records()):
            seen += chunk
            items = [row.item for record, row in chunk if record.line % 2 and isinstance(row, Checked)]
            pool.load(items)
            loaded += len(items)
        pool.finish()
    assert [record for record, _ in seen] == list(records())
    assert all((row == Refusal("customer_code", "required")) == (not record.cells[0]) for record, row in seen)
    assert len(table.items()) == loaded
    assert pool.counts == {"new": loaded}
    assert not multiprocessing.active_children()


def test_an_error_of_the_table_ends_the_import(rows: int, table: Table) -> None:
    with pytest.raises(Stopped, match="BatchGetItem: ResourceNotFoundException"):
        load_all(create_pool(table.endpoint, rows, "missing"))
    assert not multiprocessing.active_children()


def test_an_interruption_lets_running_loads_end_and_counts_them(rows: int, table: Table) -> None:
    pool = create_pool(table.endpoint, rows)
    with pytest.raises(KeyboardInterrupt):
        load_all(pool, is_interrupted=lambda: wait_for_first_rows(table))
    assert pool.counts["new"] == len(table.items()) > 0
    assert not multiprocessing.active_children()


def test_a_killed_worker_process_ends_the_import(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "_process_count", lambda: 2)
    monkeypatch.setattr(worker_pool, "can_fork", lambda: True)
    pool = create_pool(table.endpoint, 1_000_000)
    for process in multiprocessing.active_children():
        os.kill(process.pid or 0, signal.SIGKILL)
    with pytest.raises(Stopped, match="a worker process has died"):
        load_all(pool)


@pytest.mark.skipif(sys.platform != "linux", reason="there are no worker processes elsewhere")
def test_worker_processes_end_when_their_parent_is_killed() -> None:
    program = (
        "import multiprocessing, time; from crm_import import worker_pool as w; "
        "w._process_count = lambda: 2; w.WorkerPool(None, lambda: None, 10_000, print); "
        "print(*(each.pid for each in multiprocessing.active_children()), flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": "layers/common:functions"}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout
        children = [Path("/proc") / pid for pid in parent.stdout.readline().split()]
        parent.kill()
    deadline = time.monotonic() + 10
    while any(map(_is_running, children)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(children) == 2
    assert not any(map(_is_running, children))


def _is_running(process: Path) -> bool:
    """Tell whether a process runs; a zombie that nobody has waited for does not."""
    with suppress(OSError):
        return "\nState:\tZ" not in (process / "status").read_text(encoding="ascii")
    return False
