"""An empty Customers table in memory, exports written to a folder, and the command that brings one into the other."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from tools.import_customers.cli import main

HEADER = "COD_CLIENTE;FORNITORE;TIPO;COGNOME;NOME;RAGIONE_SOCIALE;COD_FISCALE;PARTITA_IVA;TELEFONO;EMAIL;STATO"
MARIO = "00100200301;unogas-energia;F;ROSSI;MARIO;;RSSMRA85T10H501O;;333 1234567;mario@example.it;ATTIVO"
TERMO = "00500600701;unogas-energia;G;;;TERMO ADIGE S.R.L.;99000040214;99000040214;;;CESSATO"

type Export = Callable[..., Path]


class Table(NamedTuple):
    client: Any

    def items(self) -> dict[str, dict[str, str]]:
        found = self.client.scan(TableName="customers")["Items"]
        return {item["pk"]["S"]: {name: value["S"] for name, value in item.items()} for item in found}


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    def count(self, name: str) -> int:
        [line] = [line for line in self.out.splitlines() if line.split()[:1] == [name]]
        return int(line.split()[1].replace(",", ""))


@pytest.fixture
def export(tmp_path: Path) -> Export:
    def write(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "export.csv"
        path.write_bytes("".join(f"{line}\r\n" for line in (header, *rows)).encode(encoding))
        return path

    return write


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-south-1")
        client.create_table(
            TableName="customers",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield Table(client)


@pytest.fixture
def load(table: Table, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    def run(path: Path, *options: str, target: Sequence[str] = ("--table", "customers")) -> Outcome:
        status = main([str(path), "--aws", "--region", "eu-south-1", *target, *options])
        return Outcome(status, *capsys.readouterr())

    return run
