"""Moves notifications from the dead-letter queue back to the queue that is processed; docs/operations.md says when.

A message is first put into the other queue and only then deleted from the dead-letter queue, so that none is lost. The
function sends each notification at most once, so that none arrives twice. Messages of the stream itself hold positions
and no notification: they are counted and stay.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import choose_endpoint, connect, explain, find_stack, outputs

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
            is_notification = "kind" in json.loads(message["Body"])
            sent, left = sent + is_notification, left + (not is_notification)
            if dry_run or not is_notification:
                kept.append(message["ReceiptHandle"])
                continue
            sqs.send_message(QueueUrl=queue_url, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])
    for handle in kept:  # the next command shall find them at once
        sqs.change_message_visibility(QueueUrl=dead_letter_url, ReceiptHandle=handle, VisibilityTimeout=0)
    return Redriven(sent, left)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 AWS refused or there is no such stack."""
    options = _options(arguments)
    endpoint = choose_endpoint(options.endpoint, aws=options.aws)
    try:
        aws = connect(endpoint)
        stack = find_stack(aws.client("cloudformation"), options.stack)
        if stack is None:
            print(f"{aws.place}: there is no stack {options.stack}", file=sys.stderr)
            return 1
        urls = outputs(stack)
        done = redrive(
            aws.client("sqs"), urls["DeadNotificationsUrl"], urls["NotificationsQueueUrl"], dry_run=options.dry_run
        )
    except (BotoCoreError, ClientError) as error:
        print(f"{endpoint or 'AWS'}: {explain(error)}", file=sys.stderr)
        return 1
    print(f"Notifications {'to put' if options.dry_run else 'put'} back into the queue: {done.sent}")
    if done.left:
        print(f"Messages without a notification, not touched: {done.left} (see docs/operations.md)")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.redrive_notifications", description=__doc__)
    parser.add_argument("--stack", default="utenza", help="name of the stack (default: utenza)")
    parser.add_argument("--aws", action="store_true", help="use AWS even if a local stack runs")
    parser.add_argument("--endpoint", default="", help="the endpoint of a local stack")
    parser.add_argument("--dry-run", action="store_true", help="only count")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
