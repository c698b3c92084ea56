"""Events that the webhook did not take go through the bus again, as they were."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tools.redrive.cli import main
from tools.redrive.webhook import NotTaken, redrive

DETAIL = {"schema_version": 2, "supplier": "gas", "account_id": "a1", "customers": ["0101"], "change": 7}


class _Bus:
    def __init__(self, failing: str = "") -> None:
        self.entries: list[dict[str, str]] = []
        self.failing = failing

    def put_events(self, **request: Any) -> dict[str, Any]:
        if self.failing:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": self.failing}]}
        self.entries += request["Entries"]
        return {"FailedEntryCount": 0}


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
    with mock_aws():
        yield boto3.client("sqs", region_name="eu-south-1")


def _dead(sqs: Any, number: int) -> str:
    url = str(sqs.create_queue(QueueName="dead")["QueueUrl"])
    for change in range(number):
        event = {"id": f"{change}", "source": "utenza", "detail-type": "SupplyLinked", "account": "1", "region": "x"}
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event | {"detail": DETAIL | {"change": change}}))
    return url


def _left(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_events_are_published_as_they_were_and_leave_the_queue(sqs: Any) -> None:
    url, bus = _dead(sqs, 12), _Bus()
    assert redrive(sqs, bus, url, "accounts", dry_run=False) == 12
    assert sorted(json.loads(entry["Detail"])["change"] for entry in bus.entries) == list(range(12))
    assert {key: bus.entries[0][key] for key in ("EventBusName", "Source", "DetailType")} == {
        "EventBusName": "accounts",
        "Source": "utenza",
        "DetailType": "SupplyLinked",
    }
    assert _left(sqs, url) == 0


def test_a_dry_run_publishes_nothing_and_what_is_not_taken_stays(sqs: Any) -> None:
    url = _dead(sqs, 3)
    assert redrive(sqs, _Bus(), url, "accounts", dry_run=True) == 3
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)["Messages"]) == 3
    assert _left(sqs, url) == 3
    other = _dead(sqs, 1)
    with pytest.raises(NotTaken, match="ThrottlingException"):
        redrive(sqs, _Bus("ThrottlingException"), other, "accounts", dry_run=False)
    assert _left(sqs, url) == 4


def test_a_stack_without_a_webhook_has_nothing_to_publish(sqs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["webhook", "--aws"]) == 1
    template = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    boto3.client("cloudformation").create_stack(StackName="utenza", TemplateBody=json.dumps(template))
    assert main(["webhook", "--aws"]) == 1
    said = capsys.readouterr().err
    assert "there is no stack utenza" in said
    assert "CrmWebhookUrl is empty" in said
