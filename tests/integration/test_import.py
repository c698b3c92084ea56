"""Files of the CRM in the deployed template: from the bucket through the state machine to the table and the report.

The other tests' customers are of the same supplier: only deltas are sent, and a full file that is no export.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crm_import.runs import Run
from tests.integration.customers import SUPPLIER, person
from tools.import_customers import manage
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack

_SECONDS = 90  # that five steps may take on a busy machine
_HEADER = "COD_CLIENTE;FORNITORE;TIPO;COGNOME;NOME;RAGIONE_SOCIALE;COD_FISCALE;PARTITA_IVA;TELEFONO;EMAIL;STATO"


class _Exchange:
    """The exchange bucket, as the CRM and its people see it."""

    def __init__(self, stack: LocalStack) -> None:
        self._s3 = stack.client("s3")
        self._bucket = stack.outputs["ExchangeBucketName"]
        self._states, self._machine = stack.client("stepfunctions"), stack.outputs["ImportStateMachineArn"]
        self._dynamodb, self._table = stack.client("dynamodb"), stack.outputs["CustomersTable"]

    def send(self, place: str, *rows: str) -> None:
        body = "".join(f"{row}\r\n" for row in rows).encode()
        self._s3.put_object(Bucket=self._bucket, Key=f"incoming/{SUPPLIER}/{place}", Body=body)

    def wait_for(self, name: str, status: str) -> Run:
        """Return the run of a file when its report says so."""
        deadline, run = time.monotonic() + _SECONDS, None
        while time.monotonic() < deadline:
            run = next((each for each in self._reports() if each.source.name == name), None)
            if run and run.status == status:
                return run
            time.sleep(0.5)
        raise AssertionError(f"{name} is not {status}: {run}")

    def _reports(self) -> list[Run]:
        found = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=f"reports/{SUPPLIER}/").get("Contents", [])
        keys = [entry["Key"] for entry in found if entry["Key"].endswith(".json")]
        bodies = (self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read() for key in keys)
        return [Run.model_validate_json(body) for body in bodies]

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Let files wait, as for another import, while the block runs."""
        key, lease = f"leases/{SUPPLIER}.json", {"lease": "another", "run": "another", "until": int(time.time()) + 3600}
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=json.dumps(lease).encode())
        try:
            yield
        finally:
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def stop(self, name: str) -> None:
        """Stop the execution of a file."""
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            listed = self._states.list_executions(stateMachineArn=self._machine, statusFilter="RUNNING")["executions"]
            for each in listed:
                if name in self._states.describe_execution(executionArn=each["executionArn"])["input"]:
                    self._states.stop_execution(executionArn=each["executionArn"])
                    return
            time.sleep(0.2)
        raise AssertionError(f"no execution of {name}")

    def status_of(self, customer: Customer) -> str:
        found = self._dynamodb.get_item(TableName=self._table, Key={"pk": {"S": f"{SUPPLIER}#{customer.code}"}})
        return str(found.get("Item", {"status": {"S": ""}})["status"]["S"])


@pytest.fixture
def exchange(stack: LocalStack) -> _Exchange:
    return _Exchange(stack)


def _row(customer: Customer, status: str = "ATTIVO") -> str:
    return f"{customer.code};{SUPPLIER};F;ROSSI;MARIO;;RSSMRA85T10H501O;;;;{status}"


def test_a_delta_comes_in_by_itself_and_can_be_undone(
    exchange: _Exchange, stack: LocalStack, stored: Callable[[Customer], Customer]
) -> None:
    old, new = stored(person()), person()
    exchange.send("delta/variazioni.csv", _HEADER, _row(old, "CESSATO"), _row(new), "x;y")
    run = exchange.wait_for("variazioni.csv", "applied")
    assert (run.numbers.new, run.numbers.changed, run.numbers.rejected) == (1, 1, 1)
    assert (exchange.status_of(old), exchange.status_of(new)) == ("closed", "active")
    assert manage.main(["undo", run.id, "--endpoint", stack.endpoint]) == 0
    assert (exchange.status_of(old), exchange.status_of(new)) == ("active", "")


def test_a_held_file_waits_for_an_approval(exchange: _Exchange, stack: LocalStack, capsys: Any) -> None:
    new = person()
    exchange.send("delta/molti-scarti.csv", _HEADER, _row(new), *(f"x{number};y" for number in range(30)))
    run = exchange.wait_for("molti-scarti.csv", "held")
    assert [each.code for each in run.reasons] == ["rejected"]
    assert exchange.status_of(new) == ""
    assert manage.main(["approve", run.id, "--endpoint", stack.endpoint]) == 0
    exchange.wait_for("molti-scarti.csv", "applied")
    assert exchange.status_of(new) == "active"
    assert manage.main(["history", "--endpoint", stack.endpoint]) == 0
    assert run.id in capsys.readouterr().out


def test_a_file_whose_execution_is_stopped_has_a_report(exchange: _Exchange) -> None:
    new = person()
    with exchange.busy():
        exchange.send("delta/fermata.csv", _HEADER, _row(new))
        exchange.stop("fermata.csv")
        assert "somebody stopped the import" in exchange.wait_for("fermata.csv", "failed").message
    assert exchange.status_of(new) == ""


def test_a_full_file_that_is_no_export_is_refused_with_a_reason(exchange: _Exchange) -> None:
    exchange.send("full/")  # a folder, as consoles make it
    exchange.send("full/vuoto.csv")
    exchange.send("full/pagina.csv", "<!doctype html>", "<html>")
    assert "empty" in exchange.wait_for("vuoto.csv", "refused").message
    assert "web page" in exchange.wait_for("pagina.csv", "refused").message
