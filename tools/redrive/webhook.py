"""Publishes again the events that the CRM's webhook did not take.

Every rule of the bus gets them again: a receiver knows one by its `change`. The CRM loses nothing without this:
`GET /crm/changes` has it all.
"""

import json
from typing import TYPE_CHECKING, Any

from tools.redrive.events import hand_on

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class NotTaken(Exception):
    """EventBridge did not take an event; the message is its own code."""


def redrive(sqs: "SQSClient", events: Any, queue_url: str, bus: str, *, dry_run: bool) -> int:  # noqa: ANN401 - a client
    """Publish every event again and return how many, or only how many there are; raises ClientError or NotTaken."""
    return hand_on(sqs, queue_url, lambda event: _publish(events, bus, json.loads(event)), dry_run=dry_run)


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
