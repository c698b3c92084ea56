"""Hands on again the events that EventBridge could not, each first handed on and only then deleted: none is lost."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def hand_on(sqs: "SQSClient", queue_url: str, deliver: Callable[[str], object], *, dry_run: bool) -> int:
    """Deliver the JSON of every event and return how many, or only how many there are.

    Raises ClientError, or what `deliver` raises: that event and those behind it stay.
    """
    if dry_run:  # without receiving them: for a while nobody else could
        there = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(there["Attributes"]["ApproximateNumberOfMessages"])
    done = 0
    while messages := sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=30, WaitTimeSeconds=1
    ).get("Messages"):
        for message in messages:
            deliver(message["Body"])
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            done += 1
    return done
