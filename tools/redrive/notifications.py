"""Puts notifications back into their queue. SQS cannot do it: messages of the stream itself have to stay.

A message is first put into the other queue and only then deleted from the dead-letter queue, so that none is lost. The
function sends each notification at most once, so that none arrives twice. Messages of the stream itself hold positions
and no notification: they are counted.
"""

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Redriven(NamedTuple):
    """Numbers of messages: `sent` were moved, `left` hold no notification."""

    sent: int
    left: int


def redrive(sqs: "SQSClient", dead_letter_url: str, queue_url: str, *, dry_run: bool) -> Redriven:
    """Move every notification from one queue to the other, or only count them; raises ClientError."""
    sent = left = 0
    seen: set[str] = set()
    kept: list[str] = []
    while messages := sqs.receive_message(
        QueueUrl=dead_letter_url, MaxNumberOfMessages=10, VisibilityTimeout=30, WaitTimeSeconds=1
    ).get("Messages"):
        new = [message for message in messages if message["MessageId"] not in seen]
        if not new:
            break
        for message in new:
            seen.add(message["MessageId"])
            said = json.loads(message["Body"])
            is_notification = "kind" in said
            sent, left = sent + is_notification, left + (not is_notification)
            if dry_run or not is_notification:
                kept.append(message["ReceiptHandle"])
                continue
            said.pop("waited", None)  # it begins again, whatever it went through before
            sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(said))
            sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])
    for handle in kept:  # the next command shall find them at once
        sqs.change_message_visibility(QueueUrl=dead_letter_url, ReceiptHandle=handle, VisibilityTimeout=0)
    return Redriven(sent, left)
