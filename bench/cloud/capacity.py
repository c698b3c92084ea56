"""How many request units DynamoDB bills for a call, by its published rules.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html and, for sizes,
.../CapacityUnitCalculations.html. A read unit is 4 KB consistently read, half of it otherwise; a write unit is 1 KB;
in a transaction both cost double. A write is billed by the larger of the item before and after.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

type Stored = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""The prepared items, by table and key."""

_WRITES = ("Put", "Update", "Delete", "ConditionCheck")


class Units(NamedTuple):
    reads: float
    writes: float


def units(action: str, payload: Mapping[str, Any], stored: Stored) -> Units:
    """Return the request units of one call; none for an action that is not DynamoDB's."""
    if action == "GetItem":
        return Units(_read(payload, stored, consistent=payload.get("ConsistentRead", False)), 0)
    if action == "TransactGetItems":
        return Units(sum(2 * _read(each["Get"], stored, consistent=True) for each in payload["TransactItems"]), 0)
    if action == "BatchGetItem":
        return Units(sum(_batch(table, asked, stored) for table, asked in payload["RequestItems"].items()), 0)
    if action == "TransactWriteItems":
        writes = [each[kind] for each in payload["TransactItems"] for kind in _WRITES if kind in each]
        return Units(0, sum(2 * _write(each, stored) for each in writes))
    if action in {"PutItem", "UpdateItem", "DeleteItem"}:
        return Units(0, _write(payload, stored))
    return Units(0, 0)


def item_size(item: Mapping[str, Any]) -> int:
    """Return the bytes of an item as DynamoDB counts them: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return (len(value.lstrip("-").replace(".", "")) + 1) // 2 + 1
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(each) for name, each in value.items())
        case "L":
            return 3 + sum(1 + _value_size(each) for each in value)
    return 1  # BOOL and NULL; Utenza stores nothing else


def _read(asked: Mapping[str, Any], stored: Stored, *, consistent: bool) -> float:
    item = stored.get(asked["TableName"], {}).get(asked["Key"]["pk"]["S"], {})
    return max(1, math.ceil(item_size(item) / 4096)) * (1.0 if consistent else 0.5)


def _batch(table: str, asked: Mapping[str, Any], stored: Stored) -> float:
    consistent = asked.get("ConsistentRead", False)
    return sum(_read({"TableName": table, "Key": key}, stored, consistent=consistent) for key in asked["Keys"])


def _write(asked: Mapping[str, Any], stored: Stored) -> float:
    key = (asked.get("Item") or asked["Key"])["pk"]["S"]
    before = item_size(stored.get(asked["TableName"], {}).get(key, {}))
    changed = item_size(asked.get("ExpressionAttributeValues", {})) if "UpdateExpression" in asked else 0
    after = item_size(asked["Item"]) if "Item" in asked else max(before, changed)
    return max(1, math.ceil(max(before, after) / 1024))
