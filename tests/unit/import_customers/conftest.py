"""Fixtures: an empty Customers table on moto, a writer of exports, and the command that loads them."""

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock, Thread
from typing import Any, NamedTuple

import boto3
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from tools.import_customers.cli import main

HEADER = "COD_CLIENTE;FORNITORE;TIPO;COGNOME;NOME;RAGIONE_SOCIALE;COD_FISCALE;PARTITA_IVA;TELEFONO;EMAIL;STATO"
MARIO = "00100200301;unogas-energia;F;ROSSI;MARIO;;RSSMRA85T10H501O;;333 1234567;mario@example.it;ATTIVO"
TERMO = "00500600701;unogas-energia;G;;;TERMO ADIGE S.R.L.;99000040214;99000040214;;;CESSATO"

type Export = Callable[..., Path]


class Table(NamedTuple):
    client: Any
    endpoint: str

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


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Serve moto over HTTP, one request at a time: worker processes do not share the state of `mock_aws`."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application, lock = DomainDispatcherApplication(create_backend_app), Lock()

    def serve(environ: Any, start_response: Any) -> Any:
        with lock:
            return application(environ, start_response)

    server = make_server("127.0.0.1", 0, serve, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def table(endpoint: str) -> Iterator[Table]:
    session = boto3.Session("test", "test", region_name="eu-south-1")
    client = session.client("dynamodb", endpoint_url=endpoint)
    client.create_table(
        TableName="customers",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield Table(client, endpoint)
    client.delete_table(TableName="customers")


@pytest.fixture
def load(table: Table, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    def run(path: Path, *options: str, target: Sequence[str] = ("--table", "customers")) -> Outcome:
        status = main([str(path), "--endpoint", table.endpoint, *target, *options])
        return Outcome(status, *capsys.readouterr())

    return run
