"""Batches: unprocessed requests are sent again, and errors quote no customer."""

import pickle
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from crm_import.loading import Loader, Overloaded, Stopped
from utenza.tables import customer_batches
from utenza.tables.customer_batches import CustomerBatches

ITEMS = [{"pk": f"unogas-energia#{code}", "last_name": "ROSSI"} for code in ("00001", "00002", "00003")]


class ReluctantTable:
    """Processes one item or key of each call and returns the others; after `patience` writes it processes none."""

    def __init__(self, patience: int) -> None:
        self.items: dict[str, Any] = {}
        self._patience = patience

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        first, *others = RequestItems["customers"]["Keys"]
        found = [self.items[first["pk"]["S"]]] if first["pk"]["S"] in self.items else []
        unprocessed = {"customers": {"Keys": others}} if others else {}
        return {"Responses": {"customers": found}, "UnprocessedKeys": unprocessed}

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        self._patience -= 1
        if self._patience < 0:
            return {"UnprocessedItems": RequestItems}
        first, *others = RequestItems["customers"]
        item = first["PutRequest"]["Item"]
        self.items[item["pk"]["S"]] = item
        return {"UnprocessedItems": {"customers": others} if others else {}}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_batches, "_pause", lambda attempt: None)


def loader(client: Any) -> Loader:
    return Loader(CustomerBatches(client, "customers"), writes=True)


def test_unprocessed_requests_are_sent_again() -> None:
    table = ReluctantTable(patience=3)
    assert loader(table).load(ITEMS) == {"new": 3}
    assert len(table.items) == 3
    assert loader(table).load(ITEMS) == {"unchanged": 3}


def test_a_table_that_processes_nothing_ends_the_import() -> None:
    with pytest.raises(Overloaded, match="cannot keep up"):
        loader(ReluctantTable(patience=2)).load(ITEMS)


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException"])
def test_an_error_of_dynamodb_does_not_quote_the_item(code: str) -> None:
    client = boto3.client("dynamodb", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        stubber.add_client_error("batch_get_item", code, "what is ROSSI?")
        with pytest.raises(Stopped, match=rf"^BatchGetItem: {code}$"):
            loader(client).load(ITEMS)


def test_errors_survive_the_way_between_processes() -> None:
    assert str(pickle.loads(pickle.dumps(Stopped("BatchGetItem: X")))) == "BatchGetItem: X"
    assert isinstance(pickle.loads(pickle.dumps(Overloaded("x"))), Overloaded)


@pytest.mark.parametrize("attempt", range(20))
def test_a_pause_is_at_most_ten_seconds(attempt: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    customer_batches._pause(attempt)  # noqa: SLF001
    assert pauses == [min(10.0, 0.05 * 2**attempt)]
