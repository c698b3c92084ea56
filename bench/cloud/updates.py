"""An item as an update leaves it, which DynamoDB tells with `ReturnValues: ALL_NEW`."""

import re
from collections.abc import Mapping
from typing import Any

type Item = Mapping[str, Mapping[str, Any]]

_CLAUSE = re.compile(r" ?\b(ADD|SET|REMOVE|DELETE) ")
_CHANGE = re.compile(r"(#\w+) (?:= )?(:\w+)")


def updated(asked: Mapping[str, Any], stored: Item) -> dict[str, Any]:
    """Return the stored item with what the update sets and adds; an absent number counts from 0.

    ValueError for an expression that no client of ours writes.
    """
    names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
    item = dict(stored)
    _, *clauses = _CLAUSE.split(asked["UpdateExpression"])
    for kind, changes in zip(clauses[::2], clauses[1::2], strict=True):
        for change in changes.split(", "):
            match = _CHANGE.fullmatch(change)
            if match is None or kind not in {"ADD", "SET"}:
                raise ValueError(f"{kind} {change}")
            name, value = names[match[1]], values[match[2]]
            item[name] = _sum(item.get(name), value) if kind == "ADD" else value
    return item


def _sum(first: Mapping[str, Any] | None, second: Mapping[str, Any]) -> dict[str, str]:
    return {"N": str(int(first["N"] if first else 0) + int(second["N"]))}
