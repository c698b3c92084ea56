"""Messages move from the dead-letter queue back to the queue."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tools.redrive.notifications import Redriven, redrive


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield boto3.client("sqs", region_name="eu-south-1")


def _queue(queues: Any, name: str, *bodies: object) -> str:
    url = str(queues.create_queue(QueueName=name)["QueueUrl"])
    for body in bodies:
        queues.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    return url


def _count(queues: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def _nothing_to_work_off(place: object) -> bool:
    raise AssertionError(place)


def test_notifications_move_and_other_messages_stay(queues: Any) -> None:
    notifications = [{"kind": "welcome", "number": number} for number in range(25)]
    dead, waiting = _queue(queues, "dead", *notifications, {"unknown": 1}), _queue(queues, "waiting")
    assert redrive(queues, dead, waiting, _nothing_to_work_off, dry_run=False) == Redriven(sent=25, left=1)
    assert (_count(queues, dead), _count(queues, waiting)) == (1, 25)


def test_a_dry_run_moves_nothing(queues: Any) -> None:
    dead, waiting = _queue(queues, "dead", {"kind": "welcome"}), _queue(queues, "waiting")
    assert redrive(queues, dead, waiting, _nothing_to_work_off, dry_run=True) == Redriven(sent=1)
    assert (_count(queues, dead), _count(queues, waiting)) == (1, 0)
    assert redrive(queues, dead, waiting, _nothing_to_work_off, dry_run=False) == Redriven(sent=1)  # at once


def test_an_empty_queue_is_fine(queues: Any) -> None:
    dead, waiting = _queue(queues, "dead"), _queue(queues, "waiting")
    assert redrive(queues, dead, waiting, _nothing_to_work_off, dry_run=False) == Redriven()


def test_what_is_put_back_begins_again(queues: Any) -> None:
    dead, waiting = _queue(queues, "dead", {"kind": "welcome", "waited": {"tries": 4}}), _queue(queues, "waiting")
    assert redrive(queues, dead, waiting, _nothing_to_work_off, dry_run=False) == Redriven(sent=1)
    [message] = queues.receive_message(QueueUrl=waiting)["Messages"]
    assert json.loads(message["Body"]) == {"kind": "welcome"}


def test_a_part_of_a_stream_goes_once_it_is_worked_off_and_stays_until_then(queues: Any) -> None:
    places = [{"shardId": "done"}, {"shardId": "fails"}]
    dead = _queue(queues, "dead", *({"DDBStreamBatchInfo": place} for place in places))
    waiting = _queue(queues, "waiting")

    def work_off(place: Mapping[str, Any]) -> bool:
        return bool(place["shardId"] == "done")

    assert redrive(queues, dead, waiting, _nothing_to_work_off, dry_run=True) == Redriven(parts=2)
    assert redrive(queues, dead, waiting, work_off, dry_run=False) == Redriven(parts=1, left=1)
    assert redrive(queues, dead, waiting, work_off, dry_run=False) == Redriven(left=1)
    assert (_count(queues, dead), _count(queues, waiting)) == (1, 0)
