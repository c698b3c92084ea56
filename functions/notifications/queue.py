"""The queue of notifications that wait for another try, and the dead letters of those that were given up."""

import json
from typing import Any

from notifications.changes import Notification
from notifications.retries import NEW, Waiting
from utenza.tables.reading import reader

_WAITED = "waited"  # beside what the notification says
_notification, _waiting = reader(Notification), reader(Waiting)


def body_of(notification: Notification, waiting: Waiting = NEW) -> str:
    """Return a message with a notification; with what is known of its waiting, unless that is nothing."""
    waited = {_WAITED: waiting._asdict()} if waiting != NEW else {}
    return json.dumps({**notification._asdict(), **waited})


def read(body: str) -> tuple[Notification, Waiting]:
    """Return what a message says. One without a word on its waiting, of a redrive or an earlier version, begins.

    What a later version added is passed over.
    """
    said = json.loads(body)
    return _notification(said), _waiting(said.get(_WAITED, {}))


class Queue:
    """`sqs` is boto3's client, `waiting` and `dead` are the addresses of the queues."""

    def __init__(self, sqs: Any, waiting: str, dead: str) -> None:  # noqa: ANN401 - boto3's clients
        self._sqs = sqs
        self._waiting = waiting
        self._dead = dead

    def put(self, notification: Notification, waiting: Waiting, *, delay: int) -> None:
        """Have a notification tried in so many seconds, 900 at most; botocore's errors are passed on."""
        body = body_of(notification, waiting)
        self._sqs.send_message(QueueUrl=self._waiting, MessageBody=body, DelaySeconds=delay)

    def give_up(self, notification: Notification) -> None:
        """Leave a notification to the operators; botocore's errors are passed on."""
        self._sqs.send_message(QueueUrl=self._dead, MessageBody=body_of(notification))
