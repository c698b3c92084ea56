from typing import Any

import pytest

from tools.import_customers import loading
from tools.import_customers.loading import Loader, Overloaded
from utenza.customers.record import Customer


class ReluctantTable:
    """Takes one item or key of each call and hands back the others, `patience` times; nothing at all after that."""

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
    monkeypatch.setattr(loading, "_pause", lambda attempt: None)


def load(table: ReluctantTable) -> Loader:
    loader = Loader(table, "customers", writes=True)  # type: ignore[arg-type]
    try:
        for code in ("00001", "00002", "00003"):
            loader.add(Customer("unogas-energia", code, "person", "MARIO", "ROSSI", codice_fiscale="RSSMRA85T10H501O"))
        loader.finish()
    finally:
        loader.close()
    return loader


def test_what_the_table_hands_back_is_tried_again() -> None:
    table = ReluctantTable(patience=3)
    assert load(table).counts == {"new": 3}
    assert len(table.items) == 3
    assert load(table).counts == {"unchanged": 3}


def test_a_table_that_takes_nothing_more_ends_the_import() -> None:
    with pytest.raises(Overloaded):
        load(ReluctantTable(patience=2))
