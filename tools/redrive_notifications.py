"""Send what lies in the dead-letter queue of the notices on its way again; docs/operations.md says when.

Each message is put into the queue that is tried again, and only then taken out of the other: nothing is lost, and a
notice that was delivered meanwhile is not delivered twice. What the stream itself gave up (it holds positions, no
notices) is counted and left.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools.import_customers.target import LOCAL_ADDRESSES, LOCAL_REGION, explain, local_endpoint

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class Redriven(NamedTuple):
    """`left` are messages that hold no notice."""

    sent: int
    left: int


def redrive(client: "SQSClient", dead: str, waiting: str, *, dry_run: bool) -> Redriven:
    """Move every notice from the queue `dead` to the queue `waiting`, both URLs; a dry run only looks."""
    sent = left = 0
    seen: set[str] = set()
    while messages := client.receive_message(
        QueueUrl=dead, MaxNumberOfMessages=10, VisibilityTimeout=30, WaitTimeSeconds=1
    ).get("Messages"):
        fresh = [message for message in messages if message["MessageId"] not in seen]
        if not fresh:
            break
        for message in fresh:
            seen.add(message["MessageId"])
            if "kind" not in json.loads(message["Body"]):
                left += 1
                continue
            sent += 1
            if not dry_run:
                client.send_message(QueueUrl=waiting, MessageBody=message["Body"])
                client.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    return Redriven(sent, left)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when done, 1 when AWS refused."""
    options = _options(arguments)
    endpoint = None if options.aws else options.endpoint or local_endpoint(LOCAL_ADDRESSES) or None
    try:
        session = boto3.Session("test", "test", region_name=LOCAL_REGION) if endpoint else boto3.Session()
        stacks = session.client("cloudformation", endpoint_url=endpoint)
        [stack] = stacks.describe_stacks(StackName=options.stack)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        queues = session.client("sqs", endpoint_url=endpoint)
        done = redrive(
            queues, outputs["DeadNotificationsUrl"], outputs["NotificationsQueueUrl"], dry_run=options.dry_run
        )
    except (BotoCoreError, ClientError) as error:
        print(f"{endpoint or 'AWS'}: {explain(error)}", file=sys.stderr)
        return 1
    print(f"{done.sent} notices {'would be' if options.dry_run else 'are'} on their way again.")
    if done.left:
        print(f"{done.left} messages hold no notice and were left: see docs/operations.md.")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.redrive_notifications", description=__doc__)
    parser.add_argument("--stack", default="utenza", help="name of the stack")
    parser.add_argument("--aws", action="store_true", help="in AWS, even while a local stack runs here")
    parser.add_argument("--endpoint", help="address of another AWS, as of a local stack")
    parser.add_argument("--dry-run", action="store_true", help="only count")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
