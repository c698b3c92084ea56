"""Batches that Lambda reads from a stream: what failed is said, so that nothing before it comes again.

For queues there is Powertools' BatchProcessor. Its processor for streams works on after a failure and logs what was
refused; here the records behind one that failed wait for it, as they may be of the same key.
"""

from collections.abc import Callable, Iterable
from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from botocore.exceptions import ClientError

from utenza.dynamodb import TransactionCancelled
from utenza.limits.outages import OUTAGES
from utenza.observability import log_failure
from utenza.tokens.key_ring import MalformedSecret


class BatchFailed(Exception):
    """The first record of a batch failed. Why is in the log, without what the record says."""


def in_order(records: Iterable[DynamoDBRecord], work: Callable[[DynamoDBRecord], None]) -> dict[str, Any]:
    """Work off records until one fails, and return Lambda's partial answer: it and those behind it come again.

    Raises BatchFailed when it is the first: Lambda counts an error then, and the whole batch comes again.
    """
    for number, record in enumerate(records):
        try:
            work(record)
        except Exception as error:  # noqa: BLE001 - whatever it is: what is done stays done
            log_failure(error, record=record.event_id or "")
            at = record.dynamodb.sequence_number if record.dynamodb else None
            if number == 0 or not at:
                raise BatchFailed from None
            return {"batchItemFailures": [{"itemIdentifier": at}]}
    return {"batchItemFailures": []}


def may_pass(error: BaseException) -> bool:
    """Tell whether the same work may succeed later: AWS or the deployment failed. All else is in data or code."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"] != "ValidationException"  # DynamoDB says so of the item, each time
    if isinstance(error, TransactionCancelled):
        return error.is_conflict
    return isinstance(error, (*OUTAGES, MalformedSecret))
