"""What an update says that it has changed, as DynamoDB would with `ReturnValues: UPDATED_NEW`."""

import re
from collections.abc import Mapping
from typing import Any

type Item = Mapping[str, Mapping[str, Any]]

_CLAUSE = re.compile(r" ?\b(ADD|SET|REMOVE|DELETE) ")
_SET = re.compile(r"(#\w+) = (:\w+|#\w+|if_not_exists\((#\w+), (:\w+)\))(?: \+ (:\w+))?")
_ADD = re.compile(r"(#\w+) (:\w+)")
_COMMA = re.compile(r", (?![^(]*\))")  # outside of brackets


def updated(asked: Mapping[str, Any], stored: Item) -> dict[str, Any]:
    """Return the attributes that the update sets, from the item as it is stored; an absent number counts from 0.

    ValueError for an expression that no client of ours writes.
    """
    names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
    found: dict[str, Any] = {}
    _, *clauses = _CLAUSE.split(asked["UpdateExpression"])
    for kind, changes in zip(clauses[::2], clauses[1::2], strict=True):
        for change in _COMMA.split(changes):
            match = (_SET if kind == "SET" else _ADD).fullmatch(change)
            if match is None or kind not in {"ADD", "SET"}:
                raise ValueError(f"{kind} {change}")
            name = names[match[1]]
            if kind == "ADD":
                found[name] = _sum(stored.get(name), values[match[2]])
            else:
                found[name] = _operand(match, names, values, stored)
    return found


def _operand(match: re.Match[str], names: Mapping[str, str], values: Item, stored: Item) -> Mapping[str, Any]:
    _, operand, default_of, default, more = match.groups()
    if default_of:
        first = stored.get(names[default_of], values[default])
    else:
        first = values[operand] if operand in values else stored[names[operand]]
    return _sum(first, values[more]) if more else first


def _sum(first: Mapping[str, Any] | None, second: Mapping[str, Any]) -> dict[str, str]:
    return {"N": str(int(first["N"] if first else 0) + int(second["N"]))}
