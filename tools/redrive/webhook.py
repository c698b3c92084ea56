"""Publishes again the events that the CRM's webhook did not take.

An event is first put on the bus and only then deleted from the dead-letter queue, so that none is lost. Every rule of
the bus gets it again: a receiver knows it by its `change`. The CRM loses nothing without this: `GET /crm/changes` has
it all.
"""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class NotTaken(Exception):
    """EventBridge did not take an event; the message is its own code."""


def redrive(sqs: "SQSClient", events: Any, queue_url: str, bus: str, *, dry_run: bool) -> int:  # noqa: ANN401 - a client
    """Publish every event again and return how many, or only how many there are; raises ClientError or NotTaken."""
    if dry_run:  # without receiving them: for a while nobody else could
        there = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(there["Attributes"]["ApproximateNumberOfMessages"])
    published = 0
    while messages := sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=30, WaitTimeSeconds=1
    ).get("Messages"):
        for message in messages:
            _publish(events, bus, json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            published += 1
    return published


def _publish(events: Any, bus: str, event: dict[str, Any]) -> None:  # noqa: ANN401 - a boto3 client
    entry = {
        "EventBusName": bus,
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
    }
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise NotTaken(answer["Entries"][0]["ErrorCode"])
