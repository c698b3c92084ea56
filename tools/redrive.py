"""Has SQS move what customer_sync or email_feedback could not work off back to its queue; docs/operations.md says when.

SQS moves the messages itself (StartMessageMoveTask), at its own pace and without losing any. What fails again is in the
dead letters again. To work a message off twice is to work it off once.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import choose_endpoint, connect, explain, find_stack, outputs

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUEUES = {  # outputs of the stack: from where, to where
    "customer-changes": ("DeadCustomerChangesUrl", "CustomerChangesQueueUrl"),
    "email-feedback": ("DeadEmailFeedbackUrl", "EmailFeedbackQueueUrl"),
}


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 AWS refused or there is no such stack or queue."""
    options = _options(arguments)
    endpoint = choose_endpoint(options.endpoint, aws=options.aws)
    try:
        aws = connect(endpoint)
        stack = find_stack(aws.client("cloudformation"), options.stack)
        if stack is None:
            print(f"{aws.place}: there is no stack {options.stack}", file=sys.stderr)
            return 1
        found, (source, target) = outputs(stack), QUEUES[options.which]
        if source not in found:
            print(f"The stack {options.stack} sends no mail: its parameter SenderEmail is empty", file=sys.stderr)
            return 1
        waiting = redrive(aws.client("sqs"), found[source], found[target], dry_run=options.dry_run)
    except (BotoCoreError, ClientError) as error:
        print(f"{endpoint or 'AWS'}: {explain(error)}", file=sys.stderr)
        return 1
    print(f"Messages {'to move' if options.dry_run else 'that SQS moves now'}: about {waiting}")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.redrive", description=__doc__)
    parser.add_argument("which", choices=QUEUES, help="whose dead letters")
    parser.add_argument("--stack", default="utenza", help="name of the stack (default: utenza)")
    parser.add_argument("--aws", action="store_true", help="use AWS even if a local stack runs")
    parser.add_argument("--endpoint", default="", help="the endpoint of a local stack")
    parser.add_argument("--dry-run", action="store_true", help="only count")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
