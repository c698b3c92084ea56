"""The few DynamoDB operations the tables need, with plain dicts in and out.

In an expression `#word` stands for the attribute `word`, so reserved words never matter; `:word` for `values["word"]`.
"""

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from utenza.aws import AwsJson, Payload, pause
from utenza.errors import AwsError, Unavailable

type Value = str | int | Sequence["Value"] | Mapping[str, "Value"]  # bool is an int
type Item = dict[str, Any]

_NAME = re.compile(r"#(\w+)")
_TRANSACTION_TRIES = 6
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class ConditionFailed(Exception):
    """A write's condition did not hold; `old` is the item as it was, None when there is none."""

    def __init__(self, old: Item | None) -> None:
        super().__init__("the condition of a write did not hold")
        self.old = old


class Reason(NamedTuple):
    """Why one write of a transaction did not go through (`code` "None": it would have), and the item it met."""

    code: str
    old: Item | None

    @property
    def is_condition(self) -> bool:
        return self.code == "ConditionalCheckFailed"


class TransactionCancelled(Exception):
    """A transaction did not go through; `reasons` has one entry for each write, in order."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = tuple(reasons)


class Write(NamedTuple):
    kind: str
    payload: Payload


def put(table: str, item: Mapping[str, Value | None], *, condition: str, values: Mapping[str, Value] = {}) -> Write:
    return Write("Put", {"TableName": table, "Item": marshal(item)} | _expressions("", condition, values))


def update(table: str, key: str, change: str, *, condition: str, values: Mapping[str, Value]) -> Write:
    return Write("Update", {"TableName": table, "Key": _key(key)} | _expressions(change, condition, values))


def delete(table: str, key: str, *, condition: str, values: Mapping[str, Value] = {}) -> Write:
    return Write("Delete", {"TableName": table, "Key": _key(key)} | _expressions("", condition, values))


class DynamoDb(AwsJson):
    def __init__(self, *, environ: Mapping[str, str] = os.environ) -> None:
        super().__init__("dynamodb", "DynamoDB_20120810", version="1.0", environ=environ)

    async def get(self, table: str, key: str, *, consistent: bool = True) -> Item | None:
        """Return the item, None when there is none."""
        answer = await self.ask("GetItem", {"TableName": table, "Key": _key(key), "ConsistentRead": consistent})
        return _item(answer)

    async def write(self, write: Write) -> None:
        """Do one write; ConditionFailed, with the item as it was, when its condition does not hold."""
        await self._write(write, {})

    async def update(self, write: Write) -> Item:
        """Do one update and return the whole item as it is now; fails as `write`."""
        return unmarshal((await self._write(write, {"ReturnValues": "ALL_NEW"}))["Attributes"])

    async def _write(self, write: Write, more: Payload) -> Payload:
        try:
            return await self.ask(f"{write.kind}Item", write.payload | more)
        except AwsError as error:
            if error.code == "ConditionalCheckFailedException":
                raise ConditionFailed(_item(error.payload)) from None
            raise

    async def transact(self, *writes: Write) -> None:
        """Do all writes or none; TransactionCancelled when a condition does not hold, Unavailable in a lasting crowd.

        Trying again is safe, also after a lost answer: all tries carry one token, and DynamoDB does its work once.
        """
        payload: Payload = {
            "TransactItems": [{write.kind: write.payload} for write in writes],
            "ClientRequestToken": os.urandom(16).hex(),
        }
        for attempt in range(1, _TRANSACTION_TRIES + 1):
            try:
                await self.ask("TransactWriteItems", payload)
            except AwsError as error:
                if error.code != "TransactionCanceledException":
                    raise
                cancelled = TransactionCancelled([_reason(entry) for entry in error.payload["CancellationReasons"]])
            else:
                return
            if not any(reason.code in _PASSING for reason in cancelled.reasons):
                raise cancelled
            pause(attempt)
        raise Unavailable from cancelled


def marshal(item: Mapping[str, Value | None]) -> Payload:
    """Return the item as DynamoDB writes it; a None is left out, since absent is the one way to have no value."""
    return {name: _to_typed(value) for name, value in item.items() if value is not None}


def unmarshal(item: Payload) -> Item:
    """Return the item with plain values; a NULL is left out."""
    return {name: _from_typed(value) for name, value in item.items() if "NULL" not in value}


def _to_typed(value: Value) -> Payload:
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case Mapping():
            return {"M": marshal(value)}
        case list() | tuple():
            return {"L": [_to_typed(entry) for entry in value]}
    raise TypeError(type(value).__name__)


def _from_typed(typed: Payload) -> Any:  # noqa: ANN401 - a stored value is what it is
    [(kind, value)] = typed.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "M":
            return unmarshal(value)
        case "L":
            return [_from_typed(entry) for entry in value]
    raise TypeError(kind)


def _key(key: str) -> Payload:
    return {"pk": {"S": key}}


def _item(answer: Payload) -> Item | None:
    return unmarshal(answer["Item"]) if answer.get("Item") else None


def _reason(entry: Payload) -> Reason:
    return Reason(entry.get("Code", "None"), _item(entry))


def _expressions(change: str, condition: str, values: Mapping[str, Value]) -> Payload:
    """Return the parameters that one write carries, alone or in a transaction."""
    names = set(_NAME.findall(f"{change} {condition}"))
    return {
        "ConditionExpression": condition,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        **({"UpdateExpression": change} if change else {}),
        **({"ExpressionAttributeNames": {f"#{name}": name for name in names}} if names else {}),
        **(
            {"ExpressionAttributeValues": {f":{name}": _to_typed(value) for name, value in values.items()}}
            if values
            else {}
        ),
    }
