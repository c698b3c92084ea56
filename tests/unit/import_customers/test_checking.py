"""Rows are checked in several processes, and come back in the order of the file."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.compile_suppliers import read
from tools.import_customers import checking
from tools.import_customers.checking import Checker, Refusal
from tools.import_customers.columns import understand
from tools.import_customers.records import Record
from tools.import_customers.rows import Row

HEADER = "COD_CLIENTE;FORNITORE;TIPO;COGNOME;NOME;RAGIONE_SOCIALE;COD_FISCALE;PARTITA_IVA;TELEFONO;EMAIL;STATO"
ROWS = 2_345


def records() -> Iterator[Record]:
    """Yield records of which every hundredth has no code."""
    for number in range(ROWS):
        code = "" if number % 100 == 0 else f"0{100_000_000 + number}"
        person = ["F", "ROSSI", "MARIO", "", "RSSMRA85T10H501O", "", "", "", "ATTIVO"]
        yield Record(number + 2, [code, "unogas-energia", *person], is_readable=True)


@pytest.mark.parametrize("rows", [ROWS, 1_000_000])
def test_every_record_comes_back_in_order_with_what_became_of_it(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_processes", lambda: 2)
    header = understand(HEADER, read(Path("suppliers.toml")))
    with Checker(header, None, rows) as checker:
        checked = list(checker.check(records()))
    assert [record for record, _ in checked] == list(records())
    for number, (record, outcome) in enumerate(checked):
        if number % 100 == 0:
            assert outcome == Refusal("customer_code", "required")
        else:
            assert isinstance(outcome, Row)
            assert outcome.customer.code == record.cells[0]


def test_a_row_that_stops_the_import_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_processes", lambda: 2)
    header = understand(HEADER, read(Path("suppliers.toml")))
    with pytest.raises(ZeroDivisionError), Checker(header, None, 1_000_000) as checker:
        next(1 // 0 for _ in checker.check(records()))
    assert not multiprocessing.active_children()
