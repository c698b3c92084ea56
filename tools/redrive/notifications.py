"""Puts notifications back into their queue, and works off what the function has not read of its streams.

SQS cannot do it: beside notifications there are places in a stream, as the event source's own failures leave them. A
message is deleted only when its notification is in the other queue, or its part of the stream done, so that none is
lost. The function sends each notification at most once, so that none arrives twice.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


_PLACE = "DDBStreamBatchInfo"
_VISIBILITY = 600  # seconds: the function has 60 for each of ten places


class Redriven(NamedTuple):
    """Numbers of messages: notifications `sent` to the queue, `parts` of streams worked off, and what was `left`."""

    sent: int = 0
    parts: int = 0
    left: int = 0


def redrive(
    sqs: "SQSClient",
    dead_letter_url: str,
    queue_url: str,
    work_off: Callable[[Mapping[str, Any]], bool],
    *,
    dry_run: bool,
) -> Redriven:
    """Move every notification from one queue to the other and work off every part of a stream, or only count them.

    `work_off` gets a `DDBStreamBatchInfo` and returns whether it is done. Raises ClientError.
    """

    def work_off_one(said: dict[str, Any]) -> tuple[str, bool]:
        """Return which of the numbers a message counts among, and whether it may be deleted."""
        if _PLACE in said:
            is_done = not dry_run and work_off(said[_PLACE])
            return "parts" if is_done or dry_run else "left", is_done
        if "kind" not in said:
            return "left", False
        if not dry_run:
            said.pop("waited", None)  # it begins again, whatever it went through before
            sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(said))
        return "sent", not dry_run

    counted = Counter[str]()
    seen: set[str] = set()
    kept: list[str] = []
    while messages := sqs.receive_message(
        QueueUrl=dead_letter_url, MaxNumberOfMessages=10, VisibilityTimeout=_VISIBILITY, WaitTimeSeconds=1
    ).get("Messages"):
        new = [message for message in messages if message["MessageId"] not in seen]
        if not new:
            break
        for message in new:
            seen.add(message["MessageId"])
            number, is_done = work_off_one(json.loads(message["Body"]))
            counted[number] += 1
            if is_done:
                sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])
            else:
                kept.append(message["ReceiptHandle"])
    for handle in kept:  # the next command shall find them at once
        sqs.change_message_visibility(QueueUrl=dead_letter_url, ReceiptHandle=handle, VisibilityTimeout=0)
    return Redriven(**counted)
