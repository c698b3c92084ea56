"""Works dead letters off again: those of notifications, customer changes, e-mail feedback, the webhook or imports.

docs/operations.md says when. What fails again is in the dead letters again; to work a message off twice is to work it
off once.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from tools.aws import Aws, explain, outputs
from tools.command_line import Refused, add_deployment, chosen_aws, existing_stack
from tools.redrive import move, notifications, webhook
from tools.redrive.events import hand_on
from tools.redrive.positions import Positions

type Client = Callable[..., Any]
type Outputs = Mapping[str, str]

_LONGEST = 70  # seconds: the function of the notifications may take 60


class _Letters(NamedTuple):
    """Dead letters: the output with the address of their queue, and the parameter without which there is none.

    `work_off` returns what to say.
    """

    dead: str
    parameter: str
    work_off: Callable[[Client, Outputs, bool], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 AWS refused or there is no such stack or queue."""
    options = _options(arguments)
    letters = _LETTERS[options.which]
    try:
        aws = chosen_aws(options)
        print(letters.work_off(aws.client, _outputs(aws, options.stack, letters), options.dry_run))
    except (Refused, BotoCoreError, ClientError, webhook.NotTaken) as error:
        print(explain(error), file=sys.stderr)
        return 1
    return 0


def _outputs(aws: Aws, stack: str, letters: _Letters) -> Outputs:
    found = outputs(existing_stack(aws, stack))
    if letters.dead not in found:
        raise Refused(f"The stack {stack} has no such queue: its parameter {letters.parameter} is empty")
    return found


def _moved(dead: str, queue: str) -> Callable[[Client, Outputs, bool], str]:
    def work_off(client: Client, found: Outputs, dry_run: bool) -> str:  # noqa: FBT001 - one of `_Letters`
        waiting = move.redrive(client("sqs"), found[dead], found[queue], dry_run=dry_run)
        return f"Messages {'to move' if dry_run else 'that SQS moves now'}: about {waiting}"

    return work_off


def _put_back(client: Client, found: Outputs, dry_run: bool) -> str:  # noqa: FBT001 - one of `_Letters`
    queues = (found["DeadNotificationsUrl"], found["NotificationsQueueUrl"])
    functions = client("lambda", read_timeout=_LONGEST, retries={"total_max_attempts": 1})
    parts = Positions(client("dynamodbstreams"), functions, f"{found['NotificationsFunctionName']}:live")
    done = notifications.redrive(client("sqs"), *queues, parts.work_off, dry_run=dry_run)
    said = [f"Notifications {'to put' if dry_run else 'put'} back into the queue: {done.sent}"]
    if done.parts:
        said.append(f"Parts of the stream {'to work' if dry_run else 'worked'} off: {done.parts}")
    if done.left:
        said.append(f"Messages that stay: {done.left} (docs/operations.md, Failed deliveries)")
    return "\n".join(said)


def _published(client: Client, found: Outputs, dry_run: bool) -> str:  # noqa: FBT001 - one of `_Letters`
    places = (found["DeadCrmEventsUrl"], found["EventBusName"])
    done = webhook.redrive(client("sqs"), client("events"), *places, dry_run=dry_run)
    return f"Events {'to publish' if dry_run else 'published'} again: {done}"


def _started(client: Client, found: Outputs, dry_run: bool) -> str:  # noqa: FBT001 - one of `_Letters`
    """Begin an import for each file: one of a file that was imported meanwhile ends at once."""
    states, machine = client("stepfunctions"), found["ImportStateMachineArn"]
    done = hand_on(
        client("sqs"),
        found["DeadImportsUrl"],
        lambda event: states.start_execution(stateMachineArn=machine, input=event),
        dry_run=dry_run,
    )
    return f"Imports {'to begin' if dry_run else 'begun'} again: {done}"


QUEUES = {  # outputs of the stack: from where, to where
    "customer-changes": ("DeadCustomerChangesUrl", "CustomerChangesQueueUrl"),
    "email-feedback": ("DeadEmailFeedbackUrl", "EmailFeedbackQueueUrl"),
}
_LETTERS = {
    "notifications": _Letters("DeadNotificationsUrl", "", _put_back),
    **{which: _Letters(names[0], "SenderEmail", _moved(*names)) for which, names in QUEUES.items()},
    "webhook": _Letters("DeadCrmEventsUrl", "CrmWebhookUrl", _published),
    "imports": _Letters("DeadImportsUrl", "", _started),
}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.redrive", description=__doc__)
    parser.add_argument("which", choices=_LETTERS, help="whose dead letters")
    add_deployment(parser)
    parser.add_argument("--dry-run", action="store_true", help="only count")
    return parser.parse_args(arguments)
