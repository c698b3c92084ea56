"""An item as an update leaves it."""

from typing import Any

import pytest

from bench.cloud.updates import updated

_NAMES = {"#n": "n", "#at": "at"}
_VALUES = {":one": {"N": "1"}, ":less": {"N": "-1"}, ":now": {"N": "7"}, ":text": {"S": "è"}}


@pytest.mark.parametrize(
    ("expression", "stored", "expected"),
    [
        ("ADD #n :one", {}, {"n": {"N": "1"}}),
        ("ADD #n :one", {"n": {"N": "4"}}, {"n": {"N": "5"}}),
        ("ADD #n :less SET #at = :now", {"n": {"N": "4"}}, {"n": {"N": "3"}, "at": {"N": "7"}}),
        ("SET #at = :text, #n = :one", {"n": {"N": "4"}}, {"at": {"S": "è"}, "n": {"N": "1"}}),
        ("ADD #n :one", {"pk": {"S": "x"}}, {"pk": {"S": "x"}, "n": {"N": "1"}}),
    ],
)
def test_the_item_is_the_stored_one_with_what_is_set_and_added(
    expression: str, stored: dict[str, Any], expected: dict[str, Any]
) -> None:
    request = {
        "UpdateExpression": expression,
        "ExpressionAttributeNames": _NAMES,
        "ExpressionAttributeValues": _VALUES,
    }
    assert updated(request, stored) == expected


@pytest.mark.parametrize(
    ("expression", "part"),
    [("REMOVE #n", "REMOVE #n"), ("SET #n = #n + :one", "SET"), ("ADD #n :one DELETE #at :now", "DELETE #at")],
)
def test_anything_else_is_no_update_of_ours(expression: str, part: str) -> None:
    request = {"UpdateExpression": expression, "ExpressionAttributeNames": _NAMES, "ExpressionAttributeValues": _VALUES}
    with pytest.raises(ValueError, match=part):
        updated(request, {})
