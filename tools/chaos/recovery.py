"""After the outage: what waited is worked off by itself, and what was given up by tools.redrive."""

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tools.chaos.metrics import log_fields, messages
from tools.local_stack.stack import LocalStack
from tools.redrive.cli import main as redrive

_WAITING = ("NotificationsQueueUrl", "CustomerChangesQueueUrl", "EmailFeedbackQueueUrl")
_DEAD = ("DeadNotificationsUrl", "DeadCustomerChangesUrl", "DeadEmailFeedbackUrl")
_SECONDS_APART, _QUIET = 1.0, 8  # what is put into a queue is seen five seconds later


class Left(NamedTuple):
    """What is left when all is over: `findings`, and how many mails `twice` got no answer from SES.

    Of these two copies may have arrived: for a day no third one goes, whoever redrives them (docs/operations.md).
    """

    findings: list[str]
    twice: int


def hurry(stack: LocalStack, seconds: int) -> None:
    """Have what a dead function took come back after some seconds, not minutes: the run is shorter than they are."""
    sqs = stack.client("sqs")
    for name in _WAITING:
        sqs.set_queue_attributes(QueueUrl=stack.outputs[name], Attributes={"VisibilityTimeout": str(seconds)})


def wait_for_queues(stack: LocalStack, patience: float) -> float:
    """Wait until nothing waits to be tried again, and return after how many seconds; `patience` if it never was."""
    began = time.monotonic()
    quiet = 0
    while time.monotonic() - began < patience:
        quiet = 0 if waiting(stack, _WAITING) else quiet + 1
        if quiet == _QUIET:  # a stream that is being read puts more into the queues
            return time.monotonic() - began
        time.sleep(_SECONDS_APART)
    return patience


def waiting(stack: LocalStack, names: tuple[str, ...] = (*_WAITING, *_DEAD)) -> dict[str, int]:
    """Return how many messages there are in each queue that is not empty, by the output that names it."""
    sqs = stack.client("sqs")
    found = {name: messages(sqs, stack.outputs[name], also_taken=True) for name in names}
    return {name: number for name, number in found.items() if number}


def put_back(stack: LocalStack) -> int:
    """Put dead notifications back into their queue, as operators do, and return how many there were."""
    there = waiting(stack, ("DeadNotificationsUrl",)).get("DeadNotificationsUrl", 0)
    if there and redrive(["notifications", "--endpoint", stack.endpoint]):
        raise RuntimeError("tools.redrive failed")
    return there


def left(stack: LocalStack, log_lines: Iterable[str]) -> Left:
    """Look at what is in the queues still. The lines are those of all functions, of the whole run."""
    numbers = waiting(stack)
    there = numbers.pop("DeadNotificationsUrl", 0)
    both_sent = {line["record"] for line in map(log_fields, log_lines) if line.get("error") == "TooManyAttempts"}
    dead = list(_messages(stack, "DeadNotificationsUrl"))
    explained = [message for message in dead if message.get("event_id") in both_sent]
    findings = [f"{queue}: {number} messages are left" for queue, number in numbers.items()]
    findings += [f"a dead notification is left: {message}" for message in dead if message not in explained]
    if there != len(dead):
        findings.append(f"DeadNotificationsUrl: {there} messages are left, {len(dead)} of them to be seen")
    return Left(findings, len(explained))


def _messages(stack: LocalStack, name: str) -> Iterator[Any]:
    """Take all messages out of a queue for half a minute."""
    sqs, url = stack.client("sqs"), stack.outputs[name]
    while taken := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=30).get("Messages"):
        yield from (json.loads(message["Body"]) for message in taken)
