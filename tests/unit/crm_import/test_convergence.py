"""Whatever happens to files, in whatever order, the table ends as if each had come in its time, once and whole."""

import itertools
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_import import flow, undoing
from crm_import.exchange import LEASE_SECONDS, Busy
from crm_import.messages import of_failure
from crm_import.source import LocalFile
from crm_import.survey import NotAnExport
from tests.fakes.customer_batches import FakeCustomerBatches
from tests.fakes.objects import FakeObjects
from utenza.errors import Stopped
from utenza.objects import Replaced

from .engine import NOW, START, SUPPLIER, Engine, File, expected

FULL = File("full", 1, {1: "ROSSI", 2: "VERDI", 3: "BIANCHI", 4: "NERI", 5: "GALLI-", 7: "RUSSO"})
DELTA = File("delta", 2, {2: "VIOLA", 6: "BRUNO", 4: "NERI-"})
NEXT = File("full", 3, {1: "ROSSI", 2: "VERDI", 3: "MORO", 6: "BRUNO", 5: "GALLI", 8: "FERRI"})
LAST = File("delta", 4, {3: "MORO", 1: "ROSA", 9: "CONTI"})
FILES = (FULL, DELTA, NEXT, LAST)


class Killed(BaseException):
    """The process is killed: nothing that comes after it is done, also no tidying up."""


class Killer:
    """Counts calls that change something, and kills at one of them."""

    def __init__(self, at: int = 0) -> None:
        self.calls, self._at = 0, at

    def __call__(self) -> None:
        self.calls += 1
        if self._at and self.calls >= self._at:
            raise Killed


def _mortal[T](thing: T, kill: Killer, *names: str) -> T:
    """Return an object that acts on the same state, and dies when `kill` says so, before or after a write."""

    def wrap(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            kill()
            result = method(*arguments, **options)
            kill()
            return result

        return call

    mortal = object.__new__(type(thing))
    mortal.__dict__ = thing.__dict__ | {name: wrap(getattr(thing, name)) for name in names}
    return mortal


def _dependencies(engine: Engine, kill: Killer) -> flow.Dependencies:
    objects = _mortal(engine.objects, kill, "put", "put_new", "put_over", "copy", "delete")
    table = _mortal(engine.table, kill, "_write")
    assert isinstance(objects, FakeObjects)
    assert isinstance(table, FakeCustomerBatches)
    return engine.dependencies(objects=objects, table=table)


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(FILES)))), ids=str)
def test_files_in_any_order_end_in_the_same_table(tmp_path: Path, order: tuple[int, ...]) -> None:
    engine = Engine(tmp_path)
    for at in order:
        engine.load(FILES[at])
    assert engine.active() == expected(FILES)


_ROWS = st.dictionaries(st.integers(1, 6), st.sampled_from(["ROSSI", "VERDI", "NERI", "GALLI-"]), min_size=1)
_FILES = st.lists(st.tuples(st.sampled_from(["full", "delta"]), _ROWS), min_size=2, max_size=4)


@settings(max_examples=40)
@given(files=_FILES, data=st.data())
def test_any_files_in_any_order_and_twice_end_in_the_same_table(
    files: list[tuple[Any, dict[int, str]]], data: st.DataObject
) -> None:
    sent = [File(mode, hour, rows) for hour, (mode, rows) in enumerate(files)]
    order = data.draw(st.permutations([*sent, *sent]))
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        for file in order:
            engine.load(file)
    assert engine.active() == expected(sent)


def _steps() -> int:
    with tempfile.TemporaryDirectory() as folder:
        engine, kill = Engine(Path(folder)), Killer()
        for file in (FULL, DELTA):
            engine.load(file)
        engine.load(NEXT, dependencies=_dependencies(engine, kill))
        return kill.calls


@pytest.mark.parametrize("rest", [(NEXT, LAST), (LAST, NEXT), (NEXT._replace(hour=5),)], ids=["again", "later", "new"])
def test_an_import_killed_at_any_step_and_started_again_ends_in_the_same_table(
    tmp_path: Path, rest: tuple[File, ...]
) -> None:
    steps = _steps()
    assert steps >= 40  # it has parts, customers who cease, and manifests
    for at in range(1, steps + 1):
        engine = _killed(tmp_path, (FULL, DELTA), at)
        for file in rest:
            engine.load(file)
        assert engine.active() == expected((FULL, DELTA, NEXT, *rest)), at


def test_a_full_file_trusts_no_digest_of_whom_a_killed_import_may_have_changed(tmp_path: Path) -> None:
    """NEXT is killed for good; the file after it says the same of customer 3 as the one before it."""
    again = FULL._replace(hour=9)
    for at in range(1, _steps() + 1):
        engine = _killed(tmp_path, (FULL,), at)
        engine.load(again)
        assert engine.active() == expected((FULL, again)), at
        assert engine.dependencies().exchange.opened(SUPPLIER) == []  # the next one trusts digests again


def test_who_is_gone_after_a_killed_import_ceases_whatever_was_known_of_them(tmp_path: Path) -> None:
    """Customer 5 is closed in FULL, NEXT makes them active and is killed; then nobody names them."""
    after = File("full", 9, {1: "ROSSI"})
    for at in range(1, _steps() + 1):
        engine = _killed(tmp_path, (FULL,), at)
        engine.load(after)
        assert engine.active() == after.rows, at


def test_records_without_a_status_cease_too(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.load(FULL)
    engine.table.items = {
        pk: {name: text for name, text in item.items() if (name, text) != ("status", "active")}
        for pk, item in engine.table.items.items()
    }
    run = engine.load(File("full", 2, {1: "ROSSI", 2: "VERDI-"}))
    assert (engine.names()[2], engine.names()[3], run.numbers.ceasing) == ("VERDI-", "BIANCHI-", 4)


def test_who_was_changed_after_an_undone_import_ceases_when_a_full_file_does_not_name_them(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    for file in (FULL, DELTA, LAST):
        engine.load(file)
    run = engine.load(File("delta", 5, {6: "BRUNI", 11: "NUOVA", 12: "NUOVO"}))
    engine.load(File("delta", 6, {11: "NUOVA BIS"}))
    given = engine.dependencies()
    undone = undoing.undo(run, given.exchange, given.customers, by="x", now=START + 7 * 3600, dry_run=False)
    assert undone == (1, 1, 1)
    last = engine.load(File("full", 8, {1: "ROSA"}))
    assert (engine.active(), last.numbers.gone) == ({1: "ROSA"}, 6)  # not those whom the undo took away


def _killed(folder: Path, before: tuple[File, ...], at: int) -> Engine:
    """Return where an import of NEXT was killed at this step, some hours later."""
    engine = Engine(folder)
    for file in before:
        engine.load(file)
    with pytest.raises(Killed):
        engine.load(NEXT, dependencies=_dependencies(engine, Killer(at)))
    engine.objects.delete(f"leases/{SUPPLIER}.json")
    return engine


def test_two_at_the_same_time_wait_for_one_another(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.load(FULL)
    first = engine.survey(NEXT)
    with pytest.raises(Busy):
        engine.survey(DELTA)
    given = engine.dependencies()
    run = flow.judge(first, given)
    for number in range(1, run.parts + 1):
        flow.apply(number, run, engine.source(NEXT), given)
    with pytest.raises(Busy):
        engine.survey(LAST)
    for number in range(1, run.cease_parts + 1):
        flow.cease(number, run, given)
    flow.finish(run, given, now=START)
    engine.load(LAST)
    assert engine.active() == expected((FULL, NEXT, LAST))


def test_a_copy_of_a_file_is_another_one_and_waits_too(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.survey(NEXT)
    with pytest.raises(Busy):
        engine.survey(NEXT._replace(hour=5))


def test_a_run_that_another_one_has_overtaken_renews_no_lease(tmp_path: Path) -> None:
    """A laptop sleeps in the middle of an import, and wakes up when another one has come and gone."""
    engine = Engine(tmp_path)
    given = engine.dependencies()
    run = flow.judge(engine.survey(FULL), given)
    given.exchange.renew_lease(run, NOW + LEASE_SECONDS)
    later = flow.Request(SUPPLIER, "full", "crm")
    other = flow.survey(later, engine.source(NEXT), given, tmp_path / "r.csv", now=NOW + 3 * LEASE_SECONDS)
    with pytest.raises(Stopped):
        given.exchange.renew_lease(run, NOW)
    engine.go_on(other, engine.source(NEXT), given)
    with pytest.raises(Stopped):
        given.exchange.renew_lease(run, NOW)


def test_an_approval_that_was_killed_is_given_again(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.load(NEXT)
    source, given = engine.source(FULL), engine.dependencies()
    for now in (NOW, NOW + 60):
        request = flow.Request(SUPPLIER, "full", "crm", approved_by="somebody")
        run = flow.survey(request, source, given, tmp_path / "rejects.csv", now=now)
    engine.go_on(run, source, given)
    assert engine.active() == expected((FULL,))


def test_the_same_file_twice_at_the_same_time_is_applied_once(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.load(FULL)
    given = engine.dependencies()
    runs = [flow.judge(engine.survey(NEXT), given) for _ in range(2)]
    assert runs[0].id == runs[1].id
    for run, number in itertools.product(runs, range(1, runs[0].parts + 1)):
        flow.apply(number, run, engine.source(NEXT), given)
    for run in runs:
        flow.cease(1, run, given)
        flow.finish(run, given, now=START)
    assert engine.active() == expected((FULL, NEXT))
    assert len(engine.table.written) == len(FULL.rows) + len({2, 3, 4, 5, 6, 7, 8} - {2})


def test_a_file_that_is_replaced_during_a_run_is_not_mixed_with_the_other(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    given, source = engine.dependencies(), engine.source(FULL)
    run = flow.judge(engine.survey(FULL), given)
    flow.apply(1, run, source, given)
    engine.write(FULL._replace(rows={number: "X" * len(name) for number, name in FULL.rows.items()}))  # as long
    os.utime(tmp_path / "full-1.csv")
    with pytest.raises(Replaced):
        flow.apply(2, run, source, given)
    flow.give_up(run, of_failure("Replaced"), given, now=START)
    engine.load(NEXT)
    assert engine.active() == expected((FULL, NEXT))


def test_a_part_that_does_not_have_the_rows_of_its_plan_writes_nothing(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    given, source = engine.dependencies(), engine.source(FULL)
    run = flow.judge(engine.survey(FULL), given)
    part = given.exchange.part(run, 1)
    given.exchange.plan(run, 1, part.model_copy(update={"start": part.start + 9}))
    with pytest.raises(Replaced):
        flow.apply(1, run, source, given)
    assert engine.table.written == []


@pytest.mark.parametrize("share", range(5, 100, 19))
def test_a_file_that_was_half_uploaded_is_made_good_by_the_whole_one(tmp_path: Path, share: int) -> None:
    engine = Engine(tmp_path)
    engine.load(FULL)
    content, half = engine.write(NEXT).read_bytes(), tmp_path / "half.csv"
    half.write_bytes(content[: len(content) * share // 100])
    os.utime(half, (START + 2 * 3600,) * 2)
    with suppress(NotAnExport):
        engine.load_source("full", LocalFile(half))
    engine.load(NEXT)
    assert engine.active() == expected((FULL, NEXT))


def test_an_undo_killed_at_any_step_and_started_again_brings_everything_back(tmp_path: Path) -> None:
    for at in itertools.count(1):
        engine = Engine(tmp_path)
        engine.load(FULL)
        before = dict(engine.table.items)
        run = engine.load(NEXT)
        mortal, given = _dependencies(engine, Killer(at)), engine.dependencies()
        try:
            undoing.undo(run, mortal.exchange, mortal.customers, by="x", now=NOW, dry_run=False)
        except Killed:
            if at % 2:
                undoing.undo(run, given.exchange, given.customers, by="x", now=NOW + 1, dry_run=False)
                assert engine.table.items == before, at
            else:  # for good
                engine.objects.delete(f"leases/{SUPPLIER}.json")
        else:
            break
        again = NEXT._replace(hour=10_000)
        engine.load(again)
        assert engine.active() == expected((again,)), at
    assert engine.table.items == before
    assert at > 20
