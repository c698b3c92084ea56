"""What holds an import, in numbers: the edge of each limit, and what is counted only where it matters."""

import os
from typing import Any

import pytest

from crm_import.guard import Limits, Totals, check
from crm_import.runs import Mode, Numbers
from crm_import.source import LocalFile
from tests.fakes.customer_batches import FakeRegisteredCustomers

from .engine import START, SUPPLIER, Engine, File, code_of


def reasons(mode: Mode = "full", *, active: int = 0, registered: int = 0, **numbers: Any) -> dict[str, tuple[int, int]]:
    totals = Totals(lambda: active, lambda: registered)
    _, found = check(mode, Numbers(**numbers), Limits(), totals, is_older=False, is_undone=False)
    return {each.code: (each.found, each.allowed) for each in found}


@pytest.mark.parametrize(
    ("usual", "too_much", "reason"),
    [
        ({"ceasing": 50, "active": 100}, {"ceasing": 51, "active": 100}, {"ceasing": (51, 50)}),
        ({"ceasing": 200, "active": 10_000}, {"ceasing": 201, "active": 10_000}, {"ceasing": (201, 200)}),
        ({"last_rows": 1000, "rows": 800}, {"last_rows": 1000, "rows": 799}, {"too_few_rows": (799, 800)}),
        ({"last_rows": 9, "rows": 8}, {"last_rows": 9, "rows": 7}, {"too_few_rows": (7, 8)}),
        ({"rows": 1000, "rejected": 50}, {"rows": 1000, "rejected": 51}, {"rejected": (51, 50)}),
    ],
)
def test_each_limit_has_its_edge(usual: Any, too_much: Any, reason: dict[str, tuple[int, int]]) -> None:
    assert reasons(**usual) == {}
    assert reasons(**too_much) == reason


@pytest.mark.parametrize(("registered", "allowed"), [(100, 20), (4000, 20), (10_000, 50)])
def test_holders_of_registered_customers_are_compared_with_all_of_them(registered: int, allowed: int) -> None:
    assert reasons(changing_hands=allowed, registered=registered) == {}
    assert reasons(changing_hands=allowed + 1, registered=registered) == {"changing_hands": (allowed + 1, allowed)}


def test_a_delta_counts_the_active_ones_where_it_matters_alone() -> None:
    def unexpected() -> int:
        raise AssertionError

    assert check(
        "delta", Numbers(ceasing=50), Limits(), Totals(unexpected, unexpected), is_older=False, is_undone=False
    )
    assert reasons("delta", ceasing=60, active=10_000) == {}
    assert reasons("delta", ceasing=60, active=1_000) == {"ceasing": (60, 50)}


def test_a_few_wrong_rows_hold_a_full_file_and_not_a_delta() -> None:
    assert reasons("delta", rows=3, rejected=2) == {}
    assert reasons("delta", rows=100, rejected=21) == {"rejected": (21, 20)}
    assert reasons("full", rows=3, rejected=1) == {"rejected": (1, 0)}


def test_an_older_file_and_one_that_was_undone_are_held() -> None:
    totals = Totals(lambda: 0, lambda: 0)
    _, found = check("full", Numbers(), Limits(), totals, is_older=True, is_undone=True)
    assert [each.code for each in found] == ["older_file", "undone"]


PEOPLE = dict.fromkeys(range(30), "ROSSI")


def test_holders_change_where_tax_codes_and_name_are_others_and_the_customer_is_registered(tmp_path: Any) -> None:
    engine = Engine(tmp_path, limits=Limits(changing_hands=1))
    engine.registered = FakeRegisteredCustomers(*((SUPPLIER, code_of(number)) for number in (1, 2, 3)))
    engine.load(File("full", 1, PEOPLE))
    path = engine.write(File("full", 2, PEOPLE))
    lines = path.read_text(encoding="utf-8").splitlines()
    for number in (1, 2, 20):  # of whom 20 is not registered
        lines[number + 1] = lines[number + 1].replace("ROSSI", "VERDI").replace("RSSMRA85T10H501O", "SPSMGR80A41H501X")
    lines[4] = lines[4].replace("ROSSI", "BIANCHI")  # a marriage
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    os.utime(path, (START + 7200,) * 2)
    run = engine.load_source("full", LocalFile(path))
    assert (run.status, run.numbers.changing_hands, run.numbers.registered) == ("held", 2, 3)
    assert engine.active() == PEOPLE


def test_rows_that_turn_to_closed_count_as_ceasing(tmp_path: Any) -> None:
    engine = Engine(tmp_path, limits=Limits(ceasing=5))
    engine.load(File("full", 1, PEOPLE))
    closed = {number: "ROSSI-" if number < 6 else name for number, name in PEOPLE.items()}
    for mode in ("full", "delta"):
        run = engine.load(File("delta" if mode == "delta" else "full", 2, closed))
        assert (run.status, run.numbers.ceasing, run.numbers.active) == ("held", 6, 30)
    assert engine.active() == PEOPLE
    assert engine.load(File("full", 2, closed), approved_by="somebody").status == "applied"


def test_rows_that_cannot_be_read_cease_nobody_also_when_they_are_approved(tmp_path: Any) -> None:
    engine = Engine(tmp_path, limits=Limits(rejected_percent=1))
    engine.load(File("full", 1, PEOPLE))
    file, unreadable = File("full", 2, dict.fromkeys(range(28), "ROSSI")), "?;x"
    held = engine.load(file, unreadable)
    assert (held.status, held.numbers.kept, [each.code for each in held.reasons]) == ("held", 2, ["rejected"])
    assert engine.load(file, unreadable, approved_by="somebody").numbers.kept == 2
    assert engine.active() == PEOPLE


def test_an_older_full_file_is_held_and_of_today_when_it_is_approved(tmp_path: Any) -> None:
    engine = Engine(tmp_path)
    engine.load(File("full", 5, PEOPLE))
    old = File("full", 3, {1: "VERDI", 2: "VERDI"})
    assert engine.load(old).status == "held"
    assert engine.active() == PEOPLE
    assert engine.load(old, approved_by="somebody").status == "applied"
    assert engine.active() == old.rows
    assert engine.load(File("full", 6, PEOPLE)).status == "held"  # it is older than what was approved
