"""After the outage: what waited is worked off by itself, and what was given up by tools.redrive."""

import time

from tools.chaos.metrics import messages
from tools.local_stack.stack import LocalStack
from tools.redrive.cli import main as redrive

_WAITING = ("NotificationsQueueUrl", "CustomerChangesQueueUrl", "EmailFeedbackQueueUrl")
_DEAD = ("DeadNotificationsUrl", "DeadCustomerChangesUrl", "DeadEmailFeedbackUrl")
_SECONDS_APART, _QUIET = 1.0, 8  # what is put into a queue is seen five seconds later


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
