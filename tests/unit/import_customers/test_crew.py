"""Rows are checked and loaded in several processes, and come back in the order of the file."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.import_customers.conftest import Table
from tools.import_customers import crew, loading
from tools.import_customers.batches import Batches, Stopped
from tools.import_customers.checking import Checked, Refusal, Worker
from tools.import_customers.columns import understand
from tools.import_customers.crew import Crew
from tools.import_customers.loading import Loader
from tools.import_customers.mapping import mappings
from tools.import_customers.records import Record

HEADER = "COD_CLIENTE;FORNITORE;TIPO;COGNOME;NOME;RAGIONE_SOCIALE;COD_FISCALE;PARTITA_IVA;TELEFONO;EMAIL;STATO"
ROWS = 1_345


def records() -> Iterator[Record]:
    """Yield records of which every hundredth has no code."""
    for number in range(ROWS):
        code = "" if number % 100 == 0 else f"0{100_000_000 + number}"
        person = ["F", "ROSSI", "MARIO", "", "RSSMRA85T10H501O", "", "", "", "ATTIVO"]
        yield Record(number + 2, [code, "unogas-energia", *person], is_readable=True)


def loader(table: Table, name: str = "customers") -> Loader:
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return Loader(Batches({"AWS_REGION": "eu-south-1", "AWS_ENDPOINT_URL": table.endpoint} | keys), name, writes=True)


def load_all(workers: Crew, interrupted_at: int = -1) -> None:
    """Load every row; or press Ctrl-C at a chunk."""
    with workers:
        for number, (chunk, load) in enumerate(workers.check(records())):
            if number == interrupted_at:
                raise KeyboardInterrupt
            load(list(range(len(chunk))))
        workers.finish()


@pytest.fixture(params=["alone", "together"])
def rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how long a file seems to be; the tests' own threads hold no lock that a worker would need."""
    monkeypatch.setattr(crew, "_processes", lambda: 3)
    monkeypatch.setattr(crew, "_may_fork", lambda: True)
    return 100 if request.param == "alone" else 1_000_000


pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def test_all_rows_come_back_in_order_and_those_that_are_picked_are_loaded(rows: int, table: Table) -> None:
    header, into = understand(HEADER, mappings(Path("suppliers/suppliers.toml"))), loader(table)
    seen, picked = [], 0
    with Crew(Worker(header, None, into), into, rows) as workers:
        for chunk, load in workers.check(records()):
            seen += chunk
            even = [place for place, (record, row) in enumerate(chunk) if record.line % 2 and isinstance(row, Checked)]
            load(even)
            picked += len(even)
        workers.finish()
    into.close()
    assert [record for record, _ in seen] == list(records())
    assert all((row == Refusal("customer_code", "required")) == (not record.cells[0]) for record, row in seen)
    assert len(table.items()) == picked
    assert into.counts == {"new": picked}
    assert not multiprocessing.active_children()


def test_what_the_table_refuses_ends_the_import_in_one_line(
    rows: int, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_pause", lambda attempt: None)
    header, into = understand(HEADER, mappings(Path("suppliers/suppliers.toml"))), loader(table, "nowhere")
    with pytest.raises(Stopped, match="BatchGetItem: ResourceNotFoundException"):
        load_all(Crew(Worker(header, None, into), into, rows))
    into.close()
    assert not multiprocessing.active_children()


def test_an_interruption_lets_what_is_under_way_end(rows: int, table: Table) -> None:
    header, into = understand(HEADER, mappings(Path("suppliers/suppliers.toml"))), loader(table)
    with pytest.raises(KeyboardInterrupt):
        load_all(Crew(Worker(header, None, into), into, rows), interrupted_at=3)
    into.close()
    assert into.counts["new"] == len(table.items()) > 0
    assert not multiprocessing.active_children()
