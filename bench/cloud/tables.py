"""What the stand-in answers: prepared items, fixed answers of KMS and Secrets Manager, and a table for the import."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from bench.cloud.capacity import Stored, units

type Payload = dict[str, Any]

LOADED = "bench-loaded"  # the table of the import: the only one that keeps what is written


class Seen(NamedTuple):
    """One call of the client: the action (`DynamoDB_20120810.GetItem` is `GetItem`) and what it is billed."""

    action: str
    reads: float
    writes: float


class Refused(Exception):
    """The call is one that no client of ours makes; the text says which."""


class Tables:
    def __init__(self, items: Stored, answers: Mapping[str, Payload]) -> None:
        self.seen: list[Seen] = []
        self._items = items
        self._answers = answers
        self._loaded: dict[str, str] = {}

    def answer(self, target: str, body: bytes) -> Payload:
        """Return the answer to one call; raises Refused."""
        action = target.rpartition(".")[2]
        if target in self._answers:
            self.seen.append(Seen(action, 0, 0))
            return self._answers[target]
        payload = json.loads(body)
        if action.startswith("Batch") and LOADED in payload["RequestItems"]:
            return self._load(action, payload["RequestItems"][LOADED])
        if action == "DescribeTable":
            return {"Table": {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "TableStatus": "ACTIVE"}}
        self.seen.append(Seen(action, *units(action, payload, self._items)))
        return self._prepared(action, payload)

    @property
    def loaded(self) -> int:
        """How many items the import's table has."""
        return len(self._loaded)

    def forget(self) -> None:
        self.seen.clear()
        self._loaded.clear()

    def _prepared(self, action: str, payload: Payload) -> Payload:
        match action:
            case "GetItem":
                item = self._item(payload)
                return {"Item": item} if item else {}
            case "UpdateItem" if payload.get("ReturnValues") == "ALL_NEW":
                return {"Attributes": self._item(payload)}
            case "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems":
                return {}
            case "TransactGetItems":
                found = [self._item(each["Get"]) for each in payload["TransactItems"]]
                return {"Responses": [{"Item": item} if item else {} for item in found]}
            case "BatchGetItem":
                return {"Responses": {name: self._several(name, asked) for name, asked in _asked(payload)}}
        raise Refused(action)

    def _item(self, asked: Payload) -> Payload:
        return dict(self._items.get(asked["TableName"], {}).get(asked["Key"]["pk"]["S"], {}))

    def _several(self, table: str, asked: Payload) -> list[Payload]:
        found = (self._item({"TableName": table, "Key": key}) for key in asked["Keys"])
        return [item for item in found if item]

    def _load(self, action: str, asked: Any) -> Payload:  # noqa: ANN401 - keys of a read, requests of a write
        if action == "BatchGetItem":
            keys = [key["pk"]["S"] for key in asked["Keys"]]
            _require(len(keys) <= 100 and len(set(keys)) == len(keys), "a batch of at most 100 keys, each once")
            found = [json.loads(self._loaded[key]) for key in keys if key in self._loaded]
            return {"Responses": {LOADED: found}, "UnprocessedKeys": {}}
        items = [each["PutRequest"]["Item"] for each in asked]
        keys = [item["pk"]["S"] for item in items]
        _require(len(keys) <= 25 and len(set(keys)) == len(keys), "a batch of at most 25 puts, each key once")
        _require(all(len(typed) == 1 for item in items for typed in item.values()), "typed values")
        for key, item in zip(keys, items, strict=True):
            self._loaded[key] = json.dumps(item)
        return {"UnprocessedItems": {}}


def _asked(payload: Payload) -> Any:  # noqa: ANN401 - pairs of a table's name and what is asked of it
    return payload["RequestItems"].items()


def _require(right: bool, what: str) -> None:  # noqa: FBT001 - a condition
    if not right:
        raise Refused(f"DynamoDB takes {what}")
