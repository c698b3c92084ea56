"""SQS is asked to move dead letters back by itself. Neither moto nor the emulator does: botocore's stub checks it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tools.redrive.move import redrive

_DEAD, _QUEUE = "https://sqs.example/dead", "https://sqs.example/queue"


@pytest.fixture
def sqs() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client("sqs", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def _counts(stub: Stubber, waiting: int) -> None:
    found = {"QueueArn": "arn:aws:sqs:eu-south-1:1:dead", "ApproximateNumberOfMessages": str(waiting)}
    wanted = {"QueueUrl": _DEAD, "AttributeNames": ["QueueArn", "ApproximateNumberOfMessages"]}
    stub.add_response("get_queue_attributes", {"Attributes": found}, wanted)


def test_sqs_moves_what_there_is(sqs: tuple[Any, Stubber]) -> None:
    client, stub = sqs
    _counts(stub, 7)
    arn = "arn:aws:sqs:eu-south-1:1:queue"
    wanted = {"QueueUrl": _QUEUE, "AttributeNames": ["QueueArn"]}
    stub.add_response("get_queue_attributes", {"Attributes": {"QueueArn": arn}}, wanted)
    moved = {"SourceArn": "arn:aws:sqs:eu-south-1:1:dead", "DestinationArn": arn}
    stub.add_response("start_message_move_task", {"TaskHandle": "h"}, moved)
    assert redrive(client, _DEAD, _QUEUE, dry_run=False) == 7


@pytest.mark.parametrize(("waiting", "dry_run"), [(7, True), (0, False)])
def test_a_dry_run_and_an_empty_queue_move_nothing(sqs: tuple[Any, Stubber], waiting: int, *, dry_run: bool) -> None:
    client, stub = sqs
    _counts(stub, waiting)
    assert redrive(client, _DEAD, _QUEUE, dry_run=dry_run) == waiting
