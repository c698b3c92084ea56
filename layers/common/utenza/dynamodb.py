"""What tables need beyond boto3: plain items, conditions, and transactions that say which condition failed.

In an expression `#word` stands for the attribute `word`, so reserved words never matter; `:word` for `values["word"]`.
"""

import random
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import batched
from typing import Any, NamedTuple

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from utenza.clients import client
from utenza.errors import Unavailable

type Value = str | int | Sequence["Value"] | Mapping[str, "Value"]  # bool is an int
type Item = dict[str, Any]
type Key = str | Mapping[str, str | int]
"""The value of `pk`, or, in a table with a sort key, both by their names."""

_NAME = re.compile(r"#(\w+)")
_TRIES = 6
_AT_ONCE = 100  # keys of one BatchGetItem
_BACK_OFF = 0.05  # seconds before the second try at most, doubled for each further one
_CONFLICTS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_serialize, _deserialize = TypeSerializer().serialize, TypeDeserializer().deserialize


class ConditionFailed(Exception):
    """The condition of a write did not hold; `old` is the item as it was, None when there is none."""

    def __init__(self, old: Item | None) -> None:
        super().__init__("the condition of a write did not hold")
        self.old = old


class Reason(NamedTuple):
    """Why one write of a transaction was cancelled (`code` "None": this one was right), and the item it met."""

    code: str
    old: Item | None

    @property
    def is_condition(self) -> bool:
        return self.code == "ConditionalCheckFailed"


class TransactionCancelled(Exception):
    """A transaction was cancelled; `reasons` has one entry for each write, in order."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)

    @property
    def is_conflict(self) -> bool:
        """Tell whether another transaction, or too much traffic, was in the way: the same one may succeed later."""
        return any(reason.code in _CONFLICTS for reason in self.reasons)


class Write(NamedTuple):
    """One write; `kind` is Put, Update or Delete, `parameters` are boto3's."""

    kind: str
    parameters: dict[str, Any]


def put(
    table: str, item: Mapping[str, Value | None], *, condition: str = "", values: Mapping[str, Value] = {}
) -> Write:
    return Write("Put", {"TableName": table, "Item": marshal(item)} | _expressions("", condition, values))


def update(table: str, key: Key, change: str, *, condition: str = "", values: Mapping[str, Value]) -> Write:
    return Write("Update", {"TableName": table, "Key": _key(key)} | _expressions(change, condition, values))


def delete(table: str, key: Key, *, condition: str = "", values: Mapping[str, Value] = {}) -> Write:
    return Write("Delete", {"TableName": table, "Key": _key(key)} | _expressions("", condition, values))


class DynamoDb:
    """A boto3 client of DynamoDB with plain dicts in and out. What boto3 raises is passed on: see `http.app`."""

    def __init__(self, dynamodb: Any) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        self._client = dynamodb

    def get(self, table: str, key: Key, *, consistent: bool = True, only: Sequence[str] = ()) -> Item | None:
        """Return the item, None when there is none; `only` are the attributes to read, all if there are none."""
        parameters = _projected(only) if only else {}
        return _item(self._client.get_item(TableName=table, Key=_key(key), ConsistentRead=consistent, **parameters))

    def get_both(self, *places: tuple[str, str]) -> tuple[Item | None, ...]:
        """Return the item at each place, a table and a key, None where there is none; in one request."""
        wanted = {table: {"Keys": [_key(key) for of, key in places if of == table]} for table, _ in places}
        found = self._batch({table: {**keys, "ConsistentRead": True} for table, keys in wanted.items()})
        return tuple(found.get(place) for place in places)

    def get_many(self, table: str, keys: Iterable[str], *, only: Sequence[str]) -> dict[str, Item]:
        """Return those items that there are, by their keys; `only` are the attributes to read."""
        found: dict[str, Item] = {}
        for part in batched(dict.fromkeys(keys), _AT_ONCE, strict=False):
            wanted = {"Keys": [_key(key) for key in part], "ConsistentRead": True, **_projected(("pk", *only))}
            found |= {key: item for (_, key), item in self._batch({table: wanted}).items()}
        return found

    def _batch(self, missing: dict[str, Any]) -> dict[tuple[str, str], Item]:
        """Return those items that there are, by table and key; Unavailable when DynamoDB keeps putting some off."""
        found: dict[tuple[str, str], Item] = {}
        for number in range(1, _TRIES):
            answer = self._client.batch_get_item(RequestItems=missing)
            for table, items in answer["Responses"].items():
                found |= {(table, item["pk"]): item for item in map(unmarshal, items)}
            missing = answer.get("UnprocessedKeys", {})
            if not missing:
                return found
            time.sleep(random.uniform(0, _BACK_OFF * 2**number))  # noqa: S311 - full jitter, no secret
        raise Unavailable

    def last(
        self, table: str, condition: str, values: Mapping[str, Value], most: int, *, only: Sequence[str]
    ) -> tuple[list[Item], bool]:
        """Return at most so many items of a table with a sort key, the last first, and whether there may be more.

        `only` are the attributes to read.
        """
        return self._part(table, condition, values, most, only, forward=False)

    def first(
        self, table: str, condition: str, values: Mapping[str, Value], most: int, *, only: Sequence[str]
    ) -> tuple[list[Item], bool]:
        """Return the same as `last`, the first first."""
        return self._part(table, condition, values, most, only, forward=True)

    def _part(
        self, table: str, condition: str, values: Mapping[str, Value], most: int, only: Sequence[str], *, forward: bool
    ) -> tuple[list[Item], bool]:
        parameters = _expressions("", "", values) | {
            "KeyConditionExpression": condition,
            "ProjectionExpression": ", ".join(f"#{name}" for name in only),
            "ExpressionAttributeNames": {f"#{name}": name for name in (*_NAME.findall(condition), *only)},
        }
        page = self._client.query(
            TableName=table, ScanIndexForward=forward, Limit=most, ConsistentRead=True, **parameters
        )
        return [*map(unmarshal, page["Items"])], bool(page.get("LastEvaluatedKey"))

    def query(
        self, table: str, index: str, condition: str, values: Mapping[str, Value], *, most: int = 0
    ) -> list[Item]:
        """Return what an index projects of all items that fit, or of the first `most`; it is behind its table."""
        parameters = _expressions("", "", values) | {
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in _NAME.findall(condition)},
        }
        if most:
            parameters["Limit"] = most
        items: list[Item] = []
        more: dict[str, Any] = {}
        while True:
            page = self._client.query(TableName=table, IndexName=index, **parameters, **more)
            items += map(unmarshal, page["Items"])
            if not page.get("LastEvaluatedKey") or len(items) >= most > 0:
                return items
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def scan(
        self, table: str, condition: str, values: Mapping[str, Value], *, only: Sequence[str], after: str = ""
    ) -> tuple[list[Item], str]:
        """Return what fits of the next megabyte of a table, and the key that the next one begins after, "" at the end.

        `only` are the attributes to read. What was written a moment ago may be missing.
        """
        parameters = _expressions("", "", values) | {
            "FilterExpression": condition,
            "ProjectionExpression": ", ".join(f"#{name}" for name in only),
            "ExpressionAttributeNames": {f"#{name}": name for name in (*_NAME.findall(condition), *only)},
        }
        begin = {"ExclusiveStartKey": _key(after)} if after else {}
        page = self._client.scan(TableName=table, **parameters, **begin)
        last = unmarshal(page.get("LastEvaluatedKey") or {})
        return [*map(unmarshal, page["Items"])], str(last.get("pk", ""))

    def write(self, write: Write) -> None:
        """Do one write; ConditionFailed, with the item as it was, when its condition does not hold."""
        self._write(write)

    def update(self, write: Write) -> Item:
        """Do one update and return the whole item as it is now; fails as `write`."""
        return unmarshal(self._write(write, ReturnValues="ALL_NEW")["Attributes"])

    def transact(self, *writes: Write) -> None:
        """Do all writes or none; TransactionCancelled when a condition does not hold.

        A second try is safe, also after a lost response: all tries carry one token, and DynamoDB works once for it.
        """
        items, token = [{write.kind: write.parameters} for write in writes], secrets.token_hex(16)

        def attempt() -> None:
            try:
                self._client.transact_write_items(TransactItems=items, ClientRequestToken=token)
            except self._client.exceptions.TransactionCanceledException as error:
                raise TransactionCancelled(
                    [_reason(entry) for entry in error.response["CancellationReasons"]]
                ) from None

        _until_no_conflict(attempt)

    def _write(self, write: Write, **more: str) -> dict[str, Any]:
        method = getattr(self._client, f"{write.kind.lower()}_item")

        def attempt() -> dict[str, Any]:
            try:
                response: dict[str, Any] = method(**write.parameters, **more)
            except self._client.exceptions.ConditionalCheckFailedException as error:
                raise ConditionFailed(_item(error.response)) from None
            return response

        return _until_no_conflict(attempt)


@cache
def database() -> DynamoDb:
    """Return this process's DynamoDB."""
    return DynamoDb(client("dynamodb"))


def marshal(item: Mapping[str, Value | None]) -> Item:
    """Return the item as DynamoDB writes it. A None is left out: an absent attribute is the only empty one."""
    return {name: _serialize(value) for name, value in item.items() if value is not None}


def unmarshal(item: Mapping[str, Any]) -> Item:
    """Return the item with plain values; numbers are Decimal, which equal and compare as integers."""
    return {name: _deserialize(value) for name, value in item.items()}


def _until_no_conflict[T](attempt: Callable[[], T]) -> T:
    """Do it again while another transaction holds an item. botocore retries throttling, but no conflicts."""
    for number in range(1, _TRIES):
        try:
            return attempt()
        except TransactionCancelled as cancelled:
            if not cancelled.is_conflict:
                raise
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionConflictException":
                raise
        time.sleep(random.uniform(0, _BACK_OFF * 2**number))  # noqa: S311 - full jitter, no secret
    return attempt()


def _projected(only: Sequence[str]) -> dict[str, Any]:
    return {
        "ProjectionExpression": ", ".join(f"#{name}" for name in only),
        "ExpressionAttributeNames": {f"#{name}": name for name in only},
    }


def _key(key: Key) -> Item:
    return {"pk": {"S": key}} if isinstance(key, str) else marshal(key)


def _item(response: Mapping[str, Any]) -> Item | None:
    return unmarshal(response["Item"]) if response.get("Item") else None


def _reason(entry: Mapping[str, Any]) -> Reason:
    return Reason(entry.get("Code", "None"), _item(entry))


def _expressions(change: str, condition: str, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the parameters that one write carries, alone or in a transaction."""
    names = set(_NAME.findall(f"{change} {condition}"))
    parameters = {
        "UpdateExpression": change,
        "ConditionExpression": condition,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD" if condition else "",
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
        "ExpressionAttributeValues": {f":{name}": _serialize(value) for name, value in values.items()},
    }
    return {name: value for name, value in parameters.items() if value}
