"""Request units by DynamoDB's published rules."""

from typing import Any

import pytest

from bench.cloud.capacity import Units, item_size, units

_BIG = {"pk": {"S": "big"}, "text": {"S": "x" * 5000}}
_PUT = {"TableName": "t", "Item": _BIG}
_STORED = {"t": {"big": _BIG, "small": {"pk": {"S": "small"}}}}


def _key(name: str) -> dict[str, Any]:
    return {"TableName": "t", "Key": {"pk": {"S": name}}}


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"pk": {"S": "abc"}}, 5),
        ({"è": {"S": "è"}}, 4),
        ({"n": {"N": "1764000000"}}, 1 + 6),
        ({"b": {"BOOL": True}}, 2),
        ({"l": {"L": [{"S": "ab"}]}}, 1 + 3 + 3),
        ({"m": {"M": {"a": {"S": "b"}}}}, 1 + 3 + 3),
    ],
)
def test_an_item_is_as_large_as_its_names_and_values(item: dict[str, Any], size: int) -> None:
    assert item_size(item) == size


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        ("GetItem", _key("small") | {"ConsistentRead": True}, Units(1, 0)),
        ("GetItem", _key("small"), Units(0.5, 0)),
        ("GetItem", _key("nobody") | {"ConsistentRead": True}, Units(1, 0)),
        ("GetItem", _key("big") | {"ConsistentRead": True}, Units(2, 0)),
        ("BatchGetItem", {"RequestItems": {"t": {"Keys": [{"pk": {"S": "big"}}, {"pk": {"S": "x"}}]}}}, Units(1.5, 0)),
        ("TransactGetItems", {"TransactItems": [{"Get": _key("small")}]}, Units(2, 0)),
        ("PutItem", {"TableName": "t", "Item": {"pk": {"S": "new"}}}, Units(0, 1)),
        ("PutItem", {"TableName": "t", "Item": {"pk": {"S": "big"}}}, Units(0, 5)),
        ("UpdateItem", _key("big") | {"UpdateExpression": "SET a = :b"}, Units(0, 5)),
        ("DeleteItem", _key("nobody"), Units(0, 1)),
        ("TransactWriteItems", {"TransactItems": [{"Delete": _key("small")}, {"Put": _PUT}]}, Units(0, 12)),
        ("Sign", {}, Units(0, 0)),
    ],
)
def test_units(action: str, payload: dict[str, Any], expected: Units) -> None:
    assert units(action, payload, _STORED) == expected
