"""Has SQS move dead letters back to their queue itself: at its own pace and without losing any."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def redrive(sqs: "SQSClient", dead_letter_url: str, queue_url: str, *, dry_run: bool) -> int:
    """Begin to move all messages, unless there are none; return about how many there are. Raises ClientError."""
    dead = sqs.get_queue_attributes(
        QueueUrl=dead_letter_url, AttributeNames=["QueueArn", "ApproximateNumberOfMessages"]
    )["Attributes"]
    waiting = int(dead["ApproximateNumberOfMessages"])
    if waiting and not dry_run:
        queue = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
        sqs.start_message_move_task(SourceArn=dead["QueueArn"], DestinationArn=queue["QueueArn"])
    return waiting
