"""What the stand-in answers: prepared items, fixed answers of KMS and Secrets Manager, and a table for the import."""

import json
from collections import deque
from functools import lru_cache
from typing import Any, NamedTuple

from bench.cloud.capacity import Stored, units
from bench.cloud.updates import updated

type Payload = dict[str, Any]

LOADED = "bench-loaded"  # the table of the import: the only one that keeps what is written

_LOADED = LOADED.encode()
_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})
_RETURNS = b'"ReturnValues"'
_TAKEN = {"AWSEvents.PutEvents": {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}}
_DESCRIPTION = b'{"Table":{"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"TableStatus":"ACTIVE"}}'
_CALLS = 10_000  # remembered: many more than are ever counted at a time
_KEPT = 1_000  # answers


class Seen(NamedTuple):
    """One call of the client: the action (`DynamoDB_20120810.GetItem` is `GetItem`) and what it is billed."""

    action: str
    reads: float
    writes: float


class Refused(Exception):
    """The call is one that no client of ours makes; the text says which."""


class Tables:
    """Answers as JSON; nothing is parsed that need not be, and an answer to what was asked before is kept."""

    def __init__(self, items: Stored, answers: dict[str, Payload]) -> None:
        self._items = items
        self._answers = {target: _json(answer) for target, answer in (_TAKEN | answers).items()}
        self._loaded: dict[str, str] = {}
        self._calls: deque[tuple[str, bytes]] = deque(maxlen=_CALLS)
        self._evaluated = lru_cache(_KEPT)(self._evaluate)

    def answer(self, target: str, body: bytes) -> bytes:
        """Return the answer to one call; raises Refused."""
        action = target.rpartition(".")[2]
        if target in self._answers:
            self.note(action)
            return self._answers[target]
        if action.startswith("Batch") and _LOADED in body:
            return _json(self._load(action, json.loads(body)["RequestItems"][LOADED]))
        if action == "DescribeTable":
            return _DESCRIPTION
        self._calls.append((action, body))
        if action in _WRITES and _RETURNS not in body:
            return b"{}"
        return self._evaluated(action, body)

    @property
    def seen(self) -> list[Seen]:
        """The last calls, billed only now: to count units would take longer than to answer."""
        return [Seen(action, *units(action, json.loads(body), self._items)) for action, body in self._calls]

    @property
    def loaded(self) -> int:
        """How many items the import's table has."""
        return len(self._loaded)

    def note(self, action: str) -> None:
        """Remember what is billed by nothing but its number."""
        self._calls.append((action, b"{}"))

    def forget(self) -> None:
        self._calls.clear()
        self._loaded.clear()

    def _evaluate(self, action: str, body: bytes) -> bytes:
        return _json(self._prepared(action, json.loads(body)))

    def _prepared(self, action: str, payload: Payload) -> Payload:
        match action:
            case "GetItem":
                item = self._item(payload)
                return {"Item": item} if item else {}
            case "UpdateItem" if payload["ReturnValues"] == "ALL_NEW":
                return {"Attributes": _updated(payload, self._item(payload))}
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


def _updated(payload: Payload, item: Payload) -> Payload:
    try:
        return updated(payload, item)
    except ValueError as error:
        raise Refused(f"an update as the functions write them, not {error}") from None


def _json(answer: Payload) -> bytes:
    return json.dumps(answer, separators=(",", ":")).encode()


def _require(right: bool, what: str) -> None:  # noqa: FBT001 - a condition
    if not right:
        raise Refused(f"DynamoDB takes {what}")
