import csv
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.import_customers.mapping import mappings

from .conftest import HEADER, MARIO, TERMO, Export, Outcome, Table

type Load = Callable[..., Outcome]


def rejected(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_customers_arrive_normalised(load: Load, export: Export, table: Table) -> None:
    outcome = load(export(MARIO, TERMO))
    assert outcome.status == 0
    assert table.items() == {
        "unogas-energia#00100200301": {
            "pk": "unogas-energia#00100200301",
            "supplier": "unogas-energia",
            "code": "00100200301",
            "kind": "person",
            "first_name": "MARIO",
            "last_name": "ROSSI",
            "codice_fiscale": "RSSMRA85T10H501O",
            "phone": "+393331234567",
            "email": "mario@example.it",
            "status": "active",
        },
        "unogas-energia#00500600701": {
            "pk": "unogas-energia#00500600701",
            "supplier": "unogas-energia",
            "code": "00500600701",
            "kind": "company",
            "company_name": "TERMO ADIGE S.R.L.",
            "codice_fiscale": "99000040214",
            "partita_iva": "99000040214",
            "status": "closed",
        },
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_arrive_whatever_the_encoding(load: Load, export: Export, table: Table, encoding: str) -> None:
    load(export(MARIO.replace("ROSSI", "D\u2019ALÒ"), encoding=encoding))
    assert table.items()["unogas-energia#00100200301"]["last_name"] == "D\u2019ALÒ"


def test_repeating_a_file_writes_nothing(
    load: Load, export: Export, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(export(MARIO, TERMO))
    monkeypatch.setattr("tools.import_customers.loading.Loader._write", None)
    outcome = load(export(MARIO, TERMO))
    assert [outcome.count(name) for name in ("new", "changed", "unchanged")] == [0, 0, 2]


def test_only_what_has_changed_is_written(load: Load, export: Export, table: Table) -> None:
    load(export(MARIO, TERMO))
    outcome = load(export(MARIO.replace("ATTIVO", "CESSATO"), TERMO))
    assert [outcome.count(name) for name in ("new", "changed", "unchanged")] == [0, 1, 1]
    assert table.items()["unogas-energia#00100200301"]["status"] == "closed"


def test_a_value_that_the_crm_has_dropped_goes(load: Load, export: Export, table: Table) -> None:
    load(export(MARIO))
    load(export(MARIO.replace("mario@example.it", "")))
    assert "email" not in table.items()["unogas-energia#00100200301"]


def test_several_batches_all_arrive(load: Load, export: Export, table: Table) -> None:
    outcome = load(export(*(MARIO.replace("00100200301", f"{n:08}") for n in range(730))))
    assert outcome.count("new") == len(table.items()) == 730


def test_a_dry_run_compares_and_writes_no_customer(load: Load, export: Export, table: Table) -> None:
    outcome = load(export(MARIO, TERMO.replace(";G;", ";X;")), "--dry-run")
    assert (outcome.count("new"), outcome.count("rejected")) == (1, 1)
    assert table.items() == {}
    assert "nothing was written" in outcome.out


def test_wrong_rows_go_to_the_rejects_and_the_others_in(load: Load, export: Export, table: Table) -> None:
    path = export(MARIO, TERMO.replace("TERMO ADIGE S.R.L.", "=1+1"), "x;y")
    outcome = load(path)
    assert (outcome.status, outcome.count("new"), outcome.count("rejected")) == (1, 1, 2)
    rejects = path.with_name("export.csv.rejects.csv")
    first, second = rejected(rejects)
    assert (first["RIGA"], first["CAMPO"], first["CODICE_ERRORE"]) == ("3", "RAGIONE_SOCIALE", "formula")
    assert first["MOTIVO"].startswith("La cella")
    assert first["RAGIONE_SOCIALE"] == "'=1+1"
    assert (second["RIGA"], second["CODICE_ERRORE"], second["COD_CLIENTE"]) == ("4", "too_few_columns", "x")
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    assert rejects.read_bytes().startswith(b"\xef\xbb\xbfRIGA;")


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_the_rejects_begins_as_a_formula(load: Load, export: Export, start: str) -> None:
    path = export(f"{start}1;{start}2;{start}3", f'1;"{start}4')
    load(path)
    with path.with_name("export.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file, delimiter=";") for cell in row if cell.startswith(start)]


def test_corrected_rejects_can_be_imported_as_they_are(load: Load, export: Export, table: Table) -> None:
    path = export(MARIO.replace(";F;", ";X;").replace("333 ", "+39 333 "))
    load(path)
    rejects = path.with_name("export.csv.rejects.csv")
    assert "'+39 333" in rejects.read_text(encoding="utf-8")
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(";X;", ";F;"), encoding="utf-8")
    assert load(rejects).status == 0
    assert table.items()["unogas-energia#00100200301"]["phone"] == "+393331234567"


def test_rejects_of_an_earlier_run_do_not_stay_to_mislead(load: Load, export: Export) -> None:
    path = export(MARIO.replace(";F;", ";X;"))
    load(path)
    assert path.with_name("export.csv.rejects.csv").exists()
    load(export(MARIO))
    assert not path.with_name("export.csv.rejects.csv").exists()


def test_the_same_row_twice_counts_once(load: Load, export: Export) -> None:
    outcome = load(export(MARIO, MARIO.replace("00100200301", "001.002.003-01")))
    assert (outcome.status, outcome.count("new"), outcome.count("repeated")) == (0, 1, 1)


def test_of_two_rows_that_contradict_each_other_the_later_one_is_rejected(
    load: Load, export: Export, table: Table
) -> None:
    path = export(MARIO, MARIO.replace("ATTIVO", "CESSATO"))
    assert load(path).count("rejected") == 1
    [reject] = rejected(path.with_name("export.csv.rejects.csv"))
    assert (reject["CODICE_ERRORE"], reject["RIGA"]) == ("conflicting_duplicate", "3")
    assert table.items()["unogas-energia#00100200301"]["status"] == "active"


def test_one_code_at_two_suppliers_is_two_customers(load: Load, export: Export, table: Table) -> None:
    load(export(MARIO, MARIO.replace("unogas-energia", "unogas-gas-e-luce")))
    assert len(table.items()) == 2


def test_a_file_without_suppliers_needs_to_be_told_one(load: Load, export: Export, table: Table) -> None:
    path = export(MARIO.replace("unogas-energia;", ""), header=HEADER.replace("FORNITORE;", ""))
    refused = load(path)
    assert (refused.status, table.items()) == (2, {})
    assert "--supplier" in refused.err
    assert load(path, "--supplier", "unogas-gas-e-luce").status == 0
    assert list(table.items()) == ["unogas-gas-e-luce#00100200301"]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (HEADER, []),
        (HEADER, [MARIO, HEADER, TERMO]),
        (HEADER.replace("STATO", "NOME"), [MARIO]),
        (MARIO, [MARIO.replace("MARIO", "MARIA")]),
        ("<!doctype html>", ["<html>"]),
        ("PK\x03\x04", ["x"]),
    ],
)
def test_what_is_no_export_changes_nothing_and_says_so_in_one_line(
    load: Load, export: Export, table: Table, header: str, rows: list[str]
) -> None:
    path = export(*rows, header=header)
    outcome = load(path)
    assert (outcome.status, table.items(), outcome.out) == (2, {}, "")
    assert outcome.err.count("\n") == 1
    assert "nothing was changed" in outcome.err
    assert list(path.parent.iterdir()) == [path]


def test_without_its_table_nothing_is_done(load: Load, export: Export) -> None:
    outcome = load(export(MARIO), target=("--table", "nessuna"))
    assert outcome.status == 2
    assert outcome.err.count("\n") == 1


def test_the_export_is_never_overwritten_by_its_rejects(load: Load, export: Export) -> None:
    path = export(MARIO.replace(";F;", ";X;"))
    before = path.read_bytes()
    assert load(path, "--rejects", str(path)).status == 2
    assert path.read_bytes() == before


def test_an_interrupted_import_says_how_far_it_came(
    load: Load, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tools.import_customers.loading.Loader.finish", interrupt)
    outcome = load(export(MARIO))
    assert outcome.status == 130
    assert "Interrupted after 1 rows" in outcome.err
    assert "it is safe" in outcome.err


def test_every_sample_loads(load: Load, table: Table, tmp_path: Path) -> None:
    outcome = load(Path("samples/customers.csv"), "--rejects", str(tmp_path / "rejects.csv"))
    assert outcome.status == 0
    assert outcome.count("new") == len(table.items()) > 40


def test_what_takes_long_to_start_is_loaded_for_those_alone_who_need_it(export: Export, table: Table) -> None:
    program = (
        "import sys; from tools.import_customers.cli import main; status = main(); "
        "print(*sys.modules.keys() & {'boto3', 'botocore', 'tqdm'}); sys.exit(status)"
    )
    mappings(Path("suppliers/suppliers.toml"))  # which loads pydantic when the file has changed
    command = [sys.executable, "-c", program, str(export(MARIO)), "--endpoint", table.endpoint, "--table", "customers"]
    done = subprocess.run(
        command, env={"PYTHONPATH": "layers/common"}, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == ""
    assert list(table.items()) == ["unogas-energia#00100200301"]
