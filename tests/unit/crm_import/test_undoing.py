"""What an undone run leaves: it is no measure for the next file, and what others have written stays."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from crm_import import undoing
from crm_import.runs import Run
from crm_import.undoing import Undone
from tests.unit.crm_import.engine import NOW, Engine, File

TEN = dict.fromkeys(range(10), "ROSSI")


def _undo(engine: Engine, run: Run, now: int = NOW) -> Undone:
    given = engine.dependencies()
    return undoing.undo(run, given.exchange, given.customers, by="x", now=now, dry_run=False)


def test_an_undone_full_file_is_not_the_last_one_by_which_rows_are_counted(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.load(File("full", 1, TEN))
    for hour in (2, 4):  # twice in a row
        half = engine.load(File("full", hour, dict.fromkeys(range(5), "ROSSI")))
        assert half.numbers.last_rows == 10
        _undo(engine, half, NOW + hour)
    nine = engine.load(File("full", 10_000, dict.fromkeys(range(9), "ROSSI")))
    assert (nine.numbers.last_rows, nine.numbers.gone) == (10, 1)
    assert engine.load(File("full", 10_001, TEN)).numbers.last_rows == 9


def test_where_the_only_full_file_was_undone_there_is_none(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    _undo(engine, engine.load(File("full", 1, TEN)))
    assert engine.load(File("full", 10_000, {1: "ROSSI"})).numbers.last_rows == -1


@pytest.mark.parametrize(
    ("later", "undone", "left"),
    [
        (("BIANCHI", "VERDI"), Undone(changed_since=1), "VERDI"),  # away, and back to what the run had written
        (("BIANCHI",), Undone(changed_since=1), "BIANCHI"),
        ((), Undone(restored=1), "ROSSI"),
    ],
)
def test_who_was_changed_since_stays_even_if_changed_back(
    tmp_path: Path, later: Sequence[str], undone: Undone, left: str
) -> None:
    engine = Engine(tmp_path)
    engine.load(File("full", 1, TEN))
    run = engine.load(File("delta", 2, {3: "VERDI"}))
    for hour, name in enumerate(later, 3):
        engine.load(File("delta", hour, {3: name}))
    assert _undo(engine, run) == undone
    assert engine.active() == {**TEN, 3: left}


def test_a_later_file_that_was_undone_has_changed_nobody(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.load(File("full", 1, TEN))
    run = engine.load(File("delta", 2, {3: "VERDI"}))
    later = engine.load(File("delta", 3, {3: "BIANCHI"}))
    assert _undo(engine, later) == _undo(engine, run, NOW + 1) == Undone(restored=1)
    assert engine.active() == TEN


def test_another_customer_whom_a_later_file_changed_is_no_reason(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.load(File("full", 1, TEN))
    run = engine.load(File("delta", 2, {3: "VERDI", 11: "NUOVO"}))
    engine.load(File("delta", 3, {4: "VERDI"}))
    assert _undo(engine, run) == Undone(restored=1, removed=1)
    assert engine.active() == {**TEN, 4: "VERDI"}
