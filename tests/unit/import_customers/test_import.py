"""The import by its command line, into a table of moto."""

import csv
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from tools.aws import Aws
from tools.import_customers.cli import main

from .conftest import HEADER, MARIO, TERMO, Export, Outcome, Table

type Load = Callable[..., Outcome]


def rejected(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_customers_are_stored_normalised(load: Load, export: Export, table: Table) -> None:
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
            "found_by": "unogas-energia#RSSMRA85T10H501O",
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
            "found_by": "unogas-energia#99000040214",
            "status": "closed",
        },
    }


def test_records_of_an_earlier_version_are_written_again_for_the_index(
    load: Load, export: Export, table: Table
) -> None:
    load(export(MARIO))
    now = table.items()
    table.client.update_item(
        TableName="customers",
        Key={"pk": {"S": "unogas-energia#00100200301"}},
        UpdateExpression="REMOVE found_by",
    )
    assert load(export(MARIO)).count("changed") == 1
    assert table.items() == now
    assert load(export(MARIO)).count("unchanged") == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_are_kept_in_every_encoding(load: Load, export: Export, table: Table, encoding: str) -> None:
    load(export(MARIO.replace("ROSSI", "D\u2019ALÒ"), encoding=encoding))
    assert table.items()["unogas-energia#00100200301"]["last_name"] == "D\u2019ALÒ"


EXCEL = MARIO.replace("00100200301", '="00100200301"').replace("RSSMRA85T10H501O", "'RSSMRA85T10H501O")


@pytest.mark.parametrize(
    "content",
    [
        f"sep=;\r\n{HEADER}\r\n{EXCEL}\r\n\x1a".encode("cp1252"),
        f"{HEADER};;\r{MARIO}\r".encode(),
        f"{HEADER}\n{MARIO};;\n{';' * 10}\n".replace(";", "\t").encode("utf-16"),
        f"{HEADER}\r\n{MARIO}\r\n".replace("COD_CLIENTE", '"COD\nCLIENTE"').encode("utf-8-sig"),
    ],
)
def test_what_excel_writes_is_read(load: Load, export: Export, table: Table, content: bytes) -> None:
    load(export(MARIO))
    path = export()
    path.write_bytes(content)
    outcome = load(path)
    assert (outcome.status, outcome.count("unchanged"), outcome.count("rejected")) == (0, 1, 0)
    assert len(table.items()) == 1


def test_a_wrong_code_page_changes_nothing_until_it_is_named(load: Load, export: Export, table: Table) -> None:
    path = export(MARIO.replace("ROSSI", "NICOLÒ"), encoding="cp850")
    refused = load(path)
    assert (refused.status, table.items()) == (2, {})
    assert "--encoding cp850" in refused.err
    assert "NICOL" not in refused.err
    outcome = load(path, "--encoding", "cp850")
    assert (outcome.status, "CP850" in outcome.out) == (0, True)
    assert table.items()["unogas-energia#00100200301"]["last_name"] == "NICOLÒ"


def test_tax_codes_that_are_left_out_are_reported(load: Load, export: Export) -> None:
    outcome = load(export(MARIO.replace("RSSMRA85T10H501O;", "RSSMRA85T10H501O;SM03473")))
    assert outcome.status == 0
    assert "loaded without a wrong partita_iva: 1 (line 2)" in outcome.out


def test_a_repeated_file_writes_nothing(
    load: Load, export: Export, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(export(MARIO, TERMO))
    written: list[Any] = []
    monkeypatch.setattr("utenza.tables.customer_batches.CustomerBatches.put", lambda _, items: written.extend(items))
    outcome = load(export(MARIO, TERMO))
    assert [outcome.count(name) for name in ("new", "changed", "unchanged")] == [0, 0, 2]
    assert written == []


def test_only_what_has_changed_is_written(load: Load, export: Export, table: Table) -> None:
    load(export(MARIO, TERMO))
    outcome = load(export(MARIO.replace("ATTIVO", "CESSATO"), TERMO))
    assert [outcome.count(name) for name in ("new", "changed", "unchanged")] == [0, 1, 1]
    assert table.items()["unogas-energia#00100200301"]["status"] == "closed"


def test_a_value_that_the_crm_has_removed_is_removed(load: Load, export: Export, table: Table) -> None:
    load(export(MARIO))
    load(export(MARIO.replace("mario@example.it", "")))
    assert "email" not in table.items()["unogas-energia#00100200301"]


def test_a_customer_that_vanishes_from_the_export_stays_and_comes_back_as_the_export_says(
    load: Load, export: Export, table: Table
) -> None:
    load(export(MARIO, TERMO))
    before = table.items()
    assert load(export(TERMO)).status == 0
    assert table.items() == before
    outcome = load(export(MARIO.replace("ROSSI", "VERDI"), TERMO))
    assert [outcome.count(name) for name in ("new", "changed", "unchanged")] == [0, 1, 1]


def test_several_batches_are_loaded(load: Load, export: Export, table: Table) -> None:
    outcome = load(export(*(MARIO.replace("00100200301", f"{n:08}") for n in range(730))))
    assert outcome.count("new") == len(table.items()) == 730


def test_a_dry_run_compares_and_writes_nothing(load: Load, export: Export, table: Table) -> None:
    outcome = load(export(MARIO, TERMO.replace(";G;", ";X;")), "--dry-run")
    assert (outcome.count("new"), outcome.count("rejected")) == (1, 1)
    assert table.items() == {}
    assert "nothing was written" in outcome.out


def test_wrong_rows_are_rejected_and_the_others_loaded(load: Load, export: Export, table: Table) -> None:
    path = export(MARIO, TERMO.replace("TERMO ADIGE S.R.L.", "=1+1"), "x;unogas-energia")
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


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "  =", "\u00a0=", "\u200b=", "＝", "＋", " ＠"])  # noqa: RUF001 - meant
def test_no_cell_of_the_rejects_starts_a_formula(load: Load, export: Export, start: str) -> None:
    path = export(f"{start}1;{start}2;{start}3", f'1;"{start}4')
    load(path)
    with path.with_name("export.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file, delimiter=";") for cell in row if cell.startswith(start)]


@pytest.mark.parametrize("start", ["", " ", "\u202a"])
def test_corrected_rejects_can_be_imported_as_they_are(load: Load, export: Export, table: Table, start: str) -> None:
    path = export(MARIO.replace(";F;", ";X;").replace("333 ", f"{start}+39 333 "))
    load(path)
    rejects = path.with_name("export.csv.rejects.csv")
    assert f"'{start}+39 333" in rejects.read_text(encoding="utf-8")
    rejects.write_text(rejects.read_text(encoding="utf-8").replace(";X;", ";F;"), encoding="utf-8")
    assert load(rejects).status == 0
    assert table.items()["unogas-energia#00100200301"]["phone"] == "+393331234567"


def test_rejects_of_an_earlier_run_are_removed(load: Load, export: Export) -> None:
    path = export(MARIO.replace(";F;", ";X;"))
    load(path)
    assert path.with_name("export.csv.rejects.csv").exists()
    load(export(MARIO))
    assert not path.with_name("export.csv.rejects.csv").exists()


def test_the_same_row_twice_counts_once(load: Load, export: Export) -> None:
    outcome = load(export(MARIO, MARIO.replace("00100200301", "001.002.003-01")))
    assert (outcome.status, outcome.count("new"), outcome.count("repeated")) == (0, 1, 1)


def test_of_two_contradicting_rows_the_later_is_rejected(load: Load, export: Export, table: Table) -> None:
    path = export(MARIO, MARIO.replace("ATTIVO", "CESSATO"))
    assert load(path).count("rejected") == 1
    [reject] = rejected(path.with_name("export.csv.rejects.csv"))
    assert (reject["CODICE_ERRORE"], reject["RIGA"]) == ("conflicting_duplicate", "3")
    assert table.items()["unogas-energia#00100200301"]["status"] == "active"


def test_one_code_at_two_suppliers_is_two_customers(load: Load, export: Export, table: Table) -> None:
    load(export(MARIO, MARIO.replace("unogas-energia", "unogas-gas-e-luce")))
    assert len(table.items()) == 2


def test_a_file_without_supplier_column_needs_the_option(load: Load, export: Export, table: Table) -> None:
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
def test_another_kind_of_file_changes_nothing_and_is_explained_in_one_line(
    load: Load, export: Export, table: Table, header: str, rows: list[str]
) -> None:
    path = export(*rows, header=header)
    outcome = load(path)
    assert (outcome.status, table.items(), outcome.out) == (2, {}, "")
    assert outcome.err.count("\n") == 1
    assert "nothing was changed" in outcome.err
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_table_is_explained_in_one_line(load: Load, export: Export) -> None:
    outcome = load(export(MARIO), target=("--table", "nessuna"))
    assert outcome.status == 2
    assert outcome.err.count("\n") == 1


def test_the_rejects_never_overwrite_the_export(load: Load, export: Export) -> None:
    path = export(MARIO.replace(";F;", ";X;"))
    before = path.read_bytes()
    assert load(path, "--rejects", str(path)).status == 2
    assert path.read_bytes() == before


def test_an_interrupted_import_says_how_far_it_got(load: Load, export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("crm_import.worker_pool.WorkerPool.finish", interrupt)
    outcome = load(export(MARIO))
    assert outcome.status == 130
    assert "Interrupted after 1 rows" in outcome.err
    assert "it is safe" in outcome.err


def test_every_sample_loads(load: Load, table: Table, tmp_path: Path) -> None:
    outcome = load(Path("samples/customers.csv"), "--rejects", str(tmp_path / "rejects.csv"))
    assert outcome.status == 0
    assert outcome.count("new") == len(table.items()) > 40


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Use moto for everything but CloudWatch."""
    with mock_aws():
        session = boto3.Session("test", "test", region_name="eu-south-1")
        session.client("dynamodb").create_table(
            TableName="customers",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        stubber = Stubber(session.client("cloudwatch"))
        create = Aws.client

        def client(aws: Aws, service: str, **settings: Any) -> Any:
            return stubber.client if service == "cloudwatch" else create(aws, service, **settings)

        monkeypatch.setattr(Aws, "client", client)
        with stubber:
            yield stubber


def load_into_aws(path: Path, *options: str) -> int:
    return main([str(path), "--aws", "--region", "eu-south-1", "--table", "customers", *options])


def test_an_import_into_aws_publishes_the_outcomes_of_its_rows(cloudwatch: Stubber, export: Export) -> None:
    numbers = {"loaded": 2, "repeated": 1, "rejected": 1}
    data = [
        {
            "MetricName": "ImportRows",
            "Dimensions": [{"Name": "outcome", "Value": outcome}],
            "Value": number,
            "Unit": "Count",
        }
        for outcome, number in numbers.items()
    ]
    cloudwatch.add_response("put_metric_data", {}, {"Namespace": "Utenza/utenza", "MetricData": data})
    assert load_into_aws(export(MARIO, MARIO, TERMO, "x;y")) == 1
    cloudwatch.assert_no_pending_responses()


def test_metrics_that_cannot_be_published_are_one_line_of_warning(
    cloudwatch: Stubber, export: Export, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudwatch.add_client_error("put_metric_data", "AccessDenied", "not\nauthorized")
    assert load_into_aws(export(MARIO)) == 0
    *_, warning = capsys.readouterr().err.splitlines()
    assert warning.startswith("Warning: the import's metrics were not published: ")
    assert "not authorized" in warning


def test_a_dry_run_publishes_no_metrics(cloudwatch: Stubber, export: Export) -> None:
    assert load_into_aws(export(MARIO), "--dry-run") == 0  # the stubbed client would refuse a call
