"""Many customer records at once, for the import: read, written, and changed only while they are as they were read."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from utenza.customers.record import Customer
from utenza.errors import Stopped
from utenza.tables.customers import key

_BATCH_GET_LIMIT = 100  # items, by DynamoDB
_BATCH_WRITE_LIMIT = 25
_TRIES = 12
_MOST_SECONDS = 10.0  # between two tries

type Item = Mapping[str, str]
"""What `utenza.tables.customers.to_item` returns."""
type _Typed = Mapping[str, Mapping[str, str]]


class Overloaded(Stopped):
    """The table left requests unprocessed in every try."""


class CustomerBatches:
    """The Customers table through a client of boto3, which several threads may share. All methods raise Stopped."""

    def __init__(self, client: Any, table: str) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        self._client = client
        self._table = table

    def read(self, keys: Iterable[str]) -> dict[str, Item]:
        """Return the stored items by key; those that are not there are left out."""
        found: dict[str, Item] = {}
        for some in batched(keys, _BATCH_GET_LIMIT, strict=False):
            wanted = {"Keys": [{"pk": {"S": each}} for each in some], "ConsistentRead": True}
            for response in _until_processed(self._client.batch_get_item, {self._table: wanted}, "UnprocessedKeys"):
                items = map(_plain, response["Responses"].get(self._table, []))
                found |= {item["pk"]: item for item in items}
        return found

    def put(self, items: Iterable[Item]) -> None:
        """Write items with different keys, whatever is stored."""
        for some in batched(items, _BATCH_WRITE_LIMIT, strict=False):
            puts = [{"PutRequest": {"Item": _typed(item)}} for item in some]
            for _ in _until_processed(self._client.batch_write_item, {self._table: puts}, "UnprocessedItems"):
                pass

    def replace(self, before: Item | None, after: Item | None) -> bool:
        """Write `after` (None: delete) if the stored item is `before` (None: there is none); tell whether it was."""
        item = after or before
        if item is None:
            return True
        condition = _as_read(before)
        call = self._client.delete_item if after is None else self._client.put_item
        what = {"Key": {"pk": {"S": item["pk"]}}} if after is None else {"Item": _typed(after)}
        try:
            _checked(call, TableName=self._table, **what, **condition)
        except _ConditionFailed:
            return False
        return True

    def statuses(self, supplier: str) -> Iterator[tuple[str, bool]]:
        """Yield the key of every record of a supplier, and whether it is active, in no order: one scan."""
        parameters = {
            "FilterExpression": "begins_with(#pk, :prefix)",
            "ProjectionExpression": "#pk, #status",
            "ExpressionAttributeNames": {"#pk": "pk", "#status": "status"},
            "ExpressionAttributeValues": {":prefix": {"S": key(supplier, "")}},
        }
        for page in self._pages(**parameters):
            for item in map(_plain, page["Items"]):
                yield item["pk"], item.get("status") != "closed"

    def count_active(self, supplier: str) -> int:
        """Return how many records of a supplier are active: one scan, which returns no record."""
        parameters = {
            "Select": "COUNT",
            "FilterExpression": "begins_with(#pk, :prefix) AND #status = :active",
            "ExpressionAttributeNames": {"#pk": "pk", "#status": "status"},
            "ExpressionAttributeValues": {":prefix": {"S": key(supplier, "")}, ":active": {"S": "active"}},
        }
        return sum(page["Count"] for page in self._pages(**parameters))

    def _pages(self, **parameters: Any) -> Iterator[Any]:  # noqa: ANN401 - boto3's
        while True:
            page = _checked(self._client.scan, TableName=self._table, **parameters)
            yield page
            if not page.get("LastEvaluatedKey"):
                return
            parameters["ExclusiveStartKey"] = page["LastEvaluatedKey"]


class _ConditionFailed(Exception):
    """What is stored is not what was read."""


def _as_read(item: Item | None) -> dict[str, Any]:
    """Return a condition that holds while the stored item has these fields and no others, None for no item."""
    if item is None:
        return {"ConditionExpression": "attribute_not_exists(#pk)", "ExpressionAttributeNames": {"#pk": "pk"}}
    there = [name for name in Customer._fields if name in item]
    parts = [f"#{name} = :{name}" for name in there]
    parts += [f"attribute_not_exists(#{name})" for name in Customer._fields if name not in item]
    return {
        "ConditionExpression": " AND ".join(parts),
        "ExpressionAttributeNames": {f"#{name}": name for name in Customer._fields},
        "ExpressionAttributeValues": {f":{name}": {"S": item[name]} for name in there},
    }


def _checked(call: Callable[..., Any], **parameters: Any) -> Any:  # noqa: ANN401 - boto3's
    """Call DynamoDB; its own message can quote an item, so Stopped has the code alone."""
    try:
        return call(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise _ConditionFailed from None
        raise Stopped(f"{error.operation_name}: {code}") from None
    except BotoCoreError as error:
        raise Stopped(" ".join(str(error).split())) from None


def _until_processed(call: Callable[..., Any], requests: Mapping[str, Any], unprocessed: str) -> Iterator[Any]:
    """Send the requests, and again those that a response leaves unprocessed; yield each response."""
    for attempt in range(_TRIES):
        response = _checked(call, RequestItems=requests)
        yield response
        requests = response.get(unprocessed)
        if not requests:
            return
        _pause(attempt)
    raise Overloaded("the table cannot keep up")


def _pause(attempt: int) -> None:
    """Sleep for a random time below an exponential bound (full jitter)."""
    time.sleep(random.uniform(0, min(_MOST_SECONDS, 0.05 * 2**attempt)))  # noqa: S311 - not a secret


def _typed(item: Item) -> dict[str, Any]:
    return {name: {"S": text} for name, text in item.items()}


def _plain(item: _Typed) -> Item:
    return {name: next(iter(value.values())) for name, value in item.items()}
