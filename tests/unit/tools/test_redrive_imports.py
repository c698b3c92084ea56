"""Files for which no import began: each begins one, by the command."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tools.redrive import cli

MACHINE = "arn:aws:states:eu-south-1:123456789012:stateMachine:utenza-import"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")


@mock_aws
def test_each_file_begins_an_import_of_that_very_version(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sqs = boto3.client("sqs", region_name="eu-south-1")
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    events = [
        {"source": "aws.s3", "detail": {"object": {"key": "incoming/a/full/x.csv", "version-id": v}}} for v in "12"
    ]
    for event in events:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
    begun: list[dict[str, Any]] = []
    states = SimpleNamespace(start_execution=lambda **given: begun.append(given))
    clients = {"sqs": sqs, "stepfunctions": states, "cloudformation": None}
    monkeypatch.setattr(cli, "chosen_aws", lambda _: SimpleNamespace(client=clients.get, place="AWS"))
    monkeypatch.setattr(cli, "existing_stack", lambda *_: {})
    monkeypatch.setattr(cli, "outputs", lambda _: {"DeadImportsUrl": url, "ImportStateMachineArn": MACHINE})
    assert cli.main(["imports", "--aws", "--dry-run"]) == 0
    assert (begun, capsys.readouterr().out) == ([], "Imports to begin again: 2\n")
    assert cli.main(["imports", "--aws"]) == 0
    assert capsys.readouterr().out == "Imports begun again: 2\n"
    assert {each["stateMachineArn"] for each in begun} == {MACHINE}
    assert sorted((json.loads(each["input"]) for each in begun), key=str) == events
    assert cli.main(["imports", "--aws"]) == 0
    assert len(begun) == 2
