"""Loads customers into the table: reads up to 100 at a time, and writes those that are new or have changed."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import explain
from tools.import_customers.target import Target

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_THREADS = 5  # requests at once: the batches of one task of the worker pool
_BATCH_GET_LIMIT = 100  # items, by DynamoDB
_BATCH_WRITE_LIMIT = 25
_TRIES = 12
_MOST_SECONDS = 10.0  # between two tries
_CLIENT_SETTINGS: dict[str, Any] = {
    "max_pool_connections": _THREADS,
    "read_timeout": 20,
    "retries": {"mode": "standard", "total_max_attempts": 8},
    "parameter_validation": False,  # takes as long as all the rest of a call, and every item comes from `_typed`
}

type Item = Mapping[str, str]
"""What `utenza.tables.customers.to_item` returns."""
type TypedItem = dict[str, Mapping[str, str]]
type Requests = Mapping[str, Any]


class Stopped(Exception):
    """DynamoDB or the network failed; the message is one line and quotes no customer."""


class Overloaded(Stopped):
    """The table left requests unprocessed in every try."""


class Loader:
    """Loads items with a client of its own, which several threads share."""

    def __init__(self, client: "DynamoDBClient", table: str, *, writes: bool) -> None:
        self._client = client
        self._table = table
        self._writes = writes
        self._threads = ThreadPoolExecutor(_THREADS)

    def load(self, items: Sequence[Item]) -> Counter[str]:
        """Load items with different keys, and return how many are new, changed and unchanged.

        Without `writes` only compare them with the table. Raises Stopped and Overloaded.
        """
        return sum(self._threads.map(self._load_batch, batched(items, _BATCH_GET_LIMIT, strict=False)), Counter())

    def _load_batch(self, items: Sequence[Item]) -> Counter[str]:
        batch = [_typed(item) for item in items]
        try:
            stored = self._read(batch)
            to_write = [item for item in batch if stored.get(item["pk"]["S"]) != item]
            if self._writes:
                for some in batched(to_write, _BATCH_WRITE_LIMIT, strict=False):
                    self._write(some)
        except ClientError as error:  # its message can quote an item
            raise Stopped(f"{error.operation_name}: {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise Stopped(explain(error)) from None
        new = sum(item["pk"]["S"] not in stored for item in to_write)
        return Counter(new=new, changed=len(to_write) - new, unchanged=len(batch) - len(to_write))

    def _read(self, batch: Sequence[TypedItem]) -> dict[str, TypedItem]:
        """Return the stored items by key."""
        keys = {"Keys": [{"pk": item["pk"]} for item in batch], "ConsistentRead": True}
        responses = _until_processed(self._client.batch_get_item, {self._table: keys}, "UnprocessedKeys")
        return {item["pk"]["S"]: item for response in responses for item in response["Responses"].get(self._table, [])}

    def _write(self, items: Sequence[TypedItem]) -> None:
        puts = [{"PutRequest": {"Item": item}} for item in items]
        for _ in _until_processed(self._client.batch_write_item, {self._table: puts}, "UnprocessedItems"):
            pass


def connect_loader(target: Target, *, writes: bool) -> Loader:
    """Return a loader with a new client: processes must not share connections."""
    return Loader(target.aws.client("dynamodb", **_CLIENT_SETTINGS), target.table, writes=writes)


def _until_processed(call: Callable[..., Any], requests: Requests, unprocessed: str) -> Iterator[Any]:
    """Send the requests, and again those that a response leaves unprocessed; yield each response."""
    for attempt in range(_TRIES):
        response = call(RequestItems=requests)
        yield response
        requests = response.get(unprocessed)
        if not requests:
            return
        _pause(attempt)
    raise Overloaded("the table cannot keep up")


def _pause(attempt: int) -> None:
    """Sleep for a random time below an exponential bound (full jitter)."""
    time.sleep(random.uniform(0, min(_MOST_SECONDS, 0.05 * 2**attempt)))  # noqa: S311 - not a secret


def _typed(item: Item) -> TypedItem:
    return {name: {"S": text} for name, text in item.items()}
