"""Items as DynamoDB has them, typed and untouched: what was written by a later version comes back whole."""

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from utenza.dynamodb import Write
from utenza.tables.restored import MARK

type Row = dict[str, Any]  # {"pk": {"S": "..."}, ...}
type KeyOf = tuple[tuple[str, str], ...]

_AT_ONCE = 100  # keys of one BatchGetItem
_TRIES = 8


class Rows:
    """The items of one table. `key` names its key attributes. Raises botocore's errors."""

    def __init__(self, dynamodb: Any, table: str) -> None:  # noqa: ANN401 - boto3's clients
        self._dynamodb = dynamodb
        self.table = table
        found = dynamodb.describe_table(TableName=table)["Table"]
        self.key = tuple(each["AttributeName"] for each in sorted(found["KeySchema"], key=lambda each: each["KeyType"]))

    def pages(self, prefix: str = "") -> Iterator[list[Row]]:
        """Yield all items, page by page, or those whose `pk` contains a text."""
        only: dict[str, Any] = {}
        if prefix:
            only = {"FilterExpression": "contains(pk, :part)", "ExpressionAttributeValues": {":part": {"S": prefix}}}
        for page in self._dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True, **only):
            yield page["Items"]

    def get(self, keys: Iterable[Row]) -> dict[KeyOf, Row]:
        """Return those items that there are, by their keys (`key_of`)."""
        found: dict[KeyOf, Row] = {}
        for part in batched({self.key_of(key): key for key in keys}.values(), _AT_ONCE, strict=False):
            missing: Any = {self.table: {"Keys": list(part), "ConsistentRead": True}}
            for number in range(_TRIES):
                answer = self._dynamodb.batch_get_item(RequestItems=missing)
                found |= {self.key_of(row): row for row in answer["Responses"].get(self.table, ())}
                missing = answer.get("UnprocessedKeys")
                if not missing:
                    break
                time.sleep(random.uniform(0, 0.1 * 2**number))  # noqa: S311 - full jitter, no secret
            else:
                raise TimeoutError(f"{self.table}: DynamoDB keeps putting reads off")
        return found

    def of(self, table: str) -> "Rows":
        """Return another table with the same key."""
        return Rows(self._dynamodb, table)

    def key_of(self, row: Row) -> KeyOf:
        """Return what tells one item from another."""
        return tuple(next(iter(row[name].items())) for name in self.key)

    def keys_in(self, row: Row) -> Row:
        """Return the key of an item as DynamoDB wants it."""
        return {name: row[name] for name in self.key}


def text(row: Row, name: str) -> str:
    """Return a text of an item, empty if it has none."""
    return str(row.get(name, {}).get("S", ""))


def kind_of(row: Row) -> str:
    """Return what an item of the accounts' table is, such as "account"; an address may have the same word in it."""
    return [*text(row, "pk").split("#", 2), ""][1]


def number(row: Row, name: str) -> int:
    """Return a number of an item, 0 if it has none."""
    return int(row.get(name, {}).get("N", "0"))


def texts(row: Row, name: str) -> list[str]:
    """Return a list of texts of an item, empty if it has none."""
    return [str(each["S"]) for each in row.get(name, {}).get("L", ())]


def has_expired(row: Row, now: int) -> bool:
    return 0 < number(row, "expires_at") <= now


def marked(row: Row, run: str) -> Row:
    """Return an item as it is brought back: whoever reads the stream sees that it is a copy."""
    return row | {MARK: {"S": run}}


def unmarked(row: Row) -> Row:
    """Return an item without the mark of a run that brought it back before."""
    return {name: value for name, value in row.items() if name != MARK}


def put_new(table: str, row: Row) -> Write:
    """Return the write of an item where there is none."""
    return Write(
        "Put",
        {
            "TableName": table,
            "Item": row,
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    )


def unchanged(table: str, row: Row, names: Sequence[str], key: Mapping[str, Any]) -> Write:
    """Return the check that these attributes of an item still are as they were read."""
    condition = " AND ".join(
        f"#{name} = :{name}" if name in row else f"attribute_not_exists(#{name})" for name in ("pk", *names)
    )
    return Write(
        "ConditionCheck",
        {
            "TableName": table,
            "Key": dict(key),
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in ("pk", *names)},
            "ExpressionAttributeValues": {f":{name}": row[name] for name in ("pk", *names) if name in row},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    )
