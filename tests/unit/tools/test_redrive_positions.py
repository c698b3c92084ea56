"""What a stream still holds of a dead part of it reaches the function as the event source would have sent it."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from tools.redrive.positions import Positions


class FakeFunctions:
    """Lambda's client, and a function behind it that remembers its records and says what it was told to."""

    def __init__(self, said: dict[str, Any] | None = None, *, fails: bool = False) -> None:
        self.records: list[dict[str, Any]] = []
        self._said = said or {"batchItemFailures": []}
        self._failed = {"FunctionError": "Unhandled"} if fails else {}

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert FunctionName == "notifications:live"
        self.records += json.loads(Payload)["Records"]
        return {"Payload": BytesIO(json.dumps(self._said).encode()), **self._failed}


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Write five items into a table; return the part of its stream that has the second to the fourth."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-south-1")
    with mock_aws():
        table = boto3.client("dynamodb").create_table(
            TableName="Accounts",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]
        arn = table["LatestStreamArn"]
        for number in range(5):
            item: dict[str, Any] = {"pk": {"S": f"pk{number}"}, "raw": {"B": b"\x00\xff"}}
            boto3.client("dynamodb").put_item(TableName="Accounts", Item=item)
        shard = boto3.client("dynamodbstreams").describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in _all(arn, shard["ShardId"])]
        yield {
            "streamArn": arn,
            "shardId": shard["ShardId"],
            "startSequenceNumber": numbers[1],
            "endSequenceNumber": numbers[3],
        }


def _all(arn: str, shard: str) -> list[Any]:
    streams = boto3.client("dynamodbstreams")
    first = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return list(streams.get_records(ShardIterator=first["ShardIterator"])["Records"])


def _work_off(place: dict[str, str], functions: FakeFunctions) -> bool:
    return Positions(boto3.client("dynamodbstreams"), functions, "notifications:live").work_off(place)


def test_the_function_gets_the_records_of_the_part_and_no_others(place: dict[str, str]) -> None:
    functions = FakeFunctions()
    assert _work_off(place, functions)
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in functions.records] == ["pk1", "pk2", "pk3"]
    [first, *_] = functions.records
    assert (first["eventSource"], first["eventSourceARN"]) == ("aws:dynamodb", place["streamArn"])
    assert isinstance(first["dynamodb"]["ApproximateCreationDateTime"], int | float)
    assert first["dynamodb"]["NewImage"]["raw"] == {"B": "AP8="}


@pytest.mark.parametrize(
    "functions", [FakeFunctions({"batchItemFailures": [{"itemIdentifier": "1"}]}), FakeFunctions(fails=True)]
)
def test_what_fails_again_is_not_done(place: dict[str, str], functions: FakeFunctions) -> None:
    assert not _work_off(place, functions)


def test_a_function_that_takes_too_long_does_not_stop_the_others(place: dict[str, str]) -> None:
    class Hanging(FakeFunctions):
        def invoke(self, **_: Any) -> dict[str, Any]:
            raise ReadTimeoutError(endpoint_url="https://lambda.example")

    assert not _work_off(place, Hanging())


def test_what_the_stream_has_dropped_is_not_done(place: dict[str, str]) -> None:
    functions = FakeFunctions()
    assert not _work_off({**place, "streamArn": place["streamArn"].replace("Accounts", "Other")}, functions)
    assert functions.records == []
