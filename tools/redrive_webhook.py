"""Publishes again the events that the CRM's webhook did not take; docs/operations.md says when.

An event is first put on the bus and only then deleted from the dead-letter queue, so that none is lost. Every rule of
the bus gets it again: a receiver knows it by its `change`. The CRM loses nothing without this: `GET /crm/changes` has
it all.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import choose_endpoint, connect, explain, find_stack, outputs

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 AWS refused or there is no such stack or webhook."""
    options = _options(arguments)
    endpoint = choose_endpoint(options.endpoint, aws=options.aws)
    try:
        aws = connect(endpoint)
        stack = find_stack(aws.client("cloudformation"), options.stack)
        if stack is None:
            print(f"{aws.place}: there is no stack {options.stack}", file=sys.stderr)
            return 1
        found = outputs(stack)
        if "DeadCrmEventsUrl" not in found:
            print(f"The stack {options.stack} has no webhook: its parameter CrmWebhookUrl is empty", file=sys.stderr)
            return 1
        queue, bus = found["DeadCrmEventsUrl"], found["EventBusName"]
        done = redrive(aws.client("sqs"), aws.client("events"), queue, bus, dry_run=options.dry_run)
    except (BotoCoreError, ClientError, NotTaken) as error:
        print(f"{endpoint or 'AWS'}: {explain(error)}", file=sys.stderr)
        return 1
    print(f"Events {'to publish' if options.dry_run else 'published'} again: {done}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.redrive_webhook", description=__doc__)
    parser.add_argument("--stack", default="utenza", help="name of the stack (default: utenza)")
    parser.add_argument("--aws", action="store_true", help="use AWS even if a local stack runs")
    parser.add_argument("--endpoint", default="", help="the endpoint of a local stack")
    parser.add_argument("--dry-run", action="store_true", help="only count")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
