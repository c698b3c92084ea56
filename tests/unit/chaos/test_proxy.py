"""The faulty proxy does to a call what its fault says, as boto3 sees it, and nothing to the others."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from werkzeug.wrappers import Request, Response

from tools.chaos import proxy, workers
from tools.chaos.asked import Asked
from tools.chaos.faults import Fault, Schedule
from tools.local_stack import background
from tools.ports import free_ports

_ANSWERS: dict[str, dict[str, Any]] = {"/": {"Item": {}}, "/v2/email/outbound-emails": {"MessageId": "1"}}
_WRITE: dict[str, Any] = {"Put": {"TableName": "accounts", "Item": {"pk": {"S": "a"}}}}


class Emulator:
    """Answers what it is asked, and remembers it: the host is a part of what is signed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.done: list[tuple[str, str]] = []

    def respond(self, request: Request) -> Response:
        target = request.headers.get("X-Amz-Target", request.path)
        self.done.append((target.rpartition(".")[2], request.headers["Host"]))
        return Response(json.dumps(_ANSWERS[request.path]), mimetype="application/json")


class Broken:
    """AWS behind the proxy, with the faults of a `schedule`."""

    def __init__(self, port: int, emulator: Emulator, schedule: Schedule) -> None:
        self.host, self.emulator, self.schedule = f"127.0.0.1:{port}", emulator, schedule
        self.killed: list[int] = []

    def kill(self, port: int) -> str:
        self.killed.append(port)
        return "login"

    def client(self, service: str) -> Any:
        config = Config(read_timeout=0.3, retries={"mode": "standard", "total_max_attempts": 1})
        session = boto3.Session("key", "secret", region_name="eu-south-1")
        create: Any = session.client
        return create(service, endpoint_url=f"http://{self.host}", config=config)

    @property
    def done(self) -> list[str]:
        return [operation for operation, _ in self.emulator.done]


@pytest.fixture
def aws() -> Iterator[Broken]:
    port, broken = free_ports(2)
    emulator, schedule = Emulator(port), Schedule(16)
    world = Broken(broken, emulator, schedule)
    with (
        background.serving(port, emulator.respond, "emulator"),
        proxy.serving(broken, port, schedule, world.kill),
    ):
        yield world


def test_calls_without_a_fault_go_through_as_they_were_signed(aws: Broken) -> None:
    aws.schedule.switch([Fault("failed", "kms")])
    aws.client("dynamodb").get_item(TableName="accounts", Key={"pk": {"S": "a"}})
    aws.client("sesv2").send_email(Content={"Raw": {"Data": b""}})
    assert aws.emulator.done == [("GetItem", aws.host), ("/v2/email/outbound-emails", aws.host)]
    assert aws.schedule.hardly_met() == [Fault("failed", "kms")]


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (Fault("throttled", "dynamodb"), "ProvisionedThroughputExceededException", 400),
        (Fault("failed", "dynamodb"), "InternalServerError", 500),
        (Fault("throttled", "kms"), "ThrottlingException", 400),
        (Fault("failed", "kms"), "KMSInternalException", 500),
        (Fault("failed", "secretsmanager"), "InternalServiceError", 500),
        (Fault("throttled", "ses"), "TooManyRequestsException", 429),
        (Fault("rejected", "ses"), "MessageRejected", 400),
        (Fault("failed", "sqs"), "InternalFailure", 500),
        (Fault("throttled", "events"), "ThrottlingException", 400),
    ],
    ids=str,
)
def test_an_answer_is_the_services_own_and_nothing_is_done(aws: Broken, fault: Fault, code: str, status: int) -> None:
    aws.schedule.switch([fault])
    calls = {
        "dynamodb": lambda: aws.client("dynamodb").get_item(TableName="accounts", Key={"pk": {"S": "a"}}),
        "kms": lambda: aws.client("kms").sign(KeyId="k", Message=b"m", SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256"),
        "secretsmanager": lambda: aws.client("secretsmanager").get_secret_value(SecretId="s"),
        "ses": lambda: aws.client("sesv2").send_email(Content={"Raw": {"Data": b""}}),
        "sqs": lambda: aws.client("sqs").send_message(QueueUrl=f"http://{aws.host}/1/q", MessageBody="m"),
        "events": lambda: aws.client("events").put_events(Entries=[{"Source": "s"}]),
    }
    with pytest.raises(ClientError) as raised:
        calls[fault.service]()
    assert raised.value.response["Error"]["Code"] == code
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert not aws.done
    assert aws.schedule.met == {fault: 1}


def test_a_transaction_is_cancelled_by_the_item_that_throttles(aws: Broken) -> None:
    aws.schedule.switch([Fault("throttled", "dynamodb")])
    with pytest.raises(ClientError) as raised:
        aws.client("dynamodb").transact_write_items(
            TransactItems=[_WRITE, {"Put": {**_WRITE["Put"], "TableName": "activity"}}]
        )
    reasons: Any = raised.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["ThrottlingError", "None"]
    assert aws.schedule.throttles == {("accounts", False): 1}


@pytest.mark.parametrize(("kind", "done"), [("cut", []), ("lost", ["PutItem"]), ("killed", ["PutItem"])])
def test_a_connection_breaks_before_or_after_it_is_done(aws: Broken, kind: Any, done: list[str]) -> None:
    aws.schedule.switch([Fault(kind, "dynamodb", ("PutItem",))])
    with pytest.raises(ConnectionClosedError):
        aws.client("dynamodb").put_item(TableName="accounts", Item={"pk": {"S": "a"}})
    assert aws.done == done
    assert len(aws.killed) == aws.schedule.deaths["login"] == (kind == "killed")


def test_a_slow_call_is_done_although_its_caller_has_given_up(aws: Broken) -> None:
    aws.schedule.switch([Fault("slow", "dynamodb", seconds=0.6)])
    with pytest.raises(ReadTimeoutError):
        aws.client("dynamodb").get_item(TableName="accounts", Key={"pk": {"S": "a"}})
    assert not aws.done


def test_batches_come_back_undone(aws: Broken) -> None:
    aws.schedule.switch([Fault("unprocessed", "dynamodb"), Fault("unprocessed", "events")])
    items: Any = {"customers": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}
    assert aws.client("dynamodb").batch_write_item(RequestItems=items)["UnprocessedItems"] == items
    keys: Any = {"customers": {"Keys": [{"pk": {"S": "a"}}]}}
    assert aws.client("dynamodb").batch_get_item(RequestItems=keys)["UnprocessedKeys"] == keys
    assert aws.client("events").put_events(Entries=[{"Source": "s"}])["FailedEntryCount"] == 1
    assert not aws.done
    assert aws.schedule.throttles == {("customers", False): 1, ("customers", True): 1}


def test_a_fault_that_too_few_calls_met_is_told() -> None:
    schedule, fault = Schedule(16), Fault("cut", "ses", least=2)
    schedule.switch([fault])
    schedule.meet(Asked("ses", "SendEmail"))
    assert schedule.hardly_met() == [fault]
    schedule.meet(Asked("ses", "SendEmail"))
    assert not schedule.hardly_met()


def test_faults_share_the_calls_as_they_say_and_the_same_seed_repeats_them() -> None:
    faults = [Fault("cut", "ses", share=0.3), Fault("lost", "ses", share=0.2)]

    def met(seed: int) -> list[Fault | None]:
        schedule = Schedule(seed)
        schedule.switch(faults)
        return [schedule.meet(Asked("ses", "SendEmail")) for _ in range(1000)]

    first = met(16)
    assert first == met(16) != met(17)
    assert 250 < first.count(faults[0]) < 350
    assert 150 < first.count(faults[1]) < 250


def test_the_process_that_asks_is_found_and_killed(tmp_path: Path) -> None:
    script = tmp_path / "ministack-lambda-utenza-LoginFunction-1A2B-x_y1" / "_worker.py"
    script.parent.mkdir()
    script.write_text(
        "import socket, sys, time; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        process = subprocess.Popen([sys.executable, script, str(server.getsockname()[1])])
        try:
            connection, (_, port) = server.accept()
            assert workers.workers(os.getpid()) == [process.pid]
            assert not workers.workers(os.getpid(), "-VerifyFunction-")
            assert workers.kill_caller(port) == "utenza-LoginFunction-1A2B"
            assert process.wait(5) == -signal.SIGKILL
            connection.close()
            assert not workers.kill_caller(port)
        finally:
            process.kill()
            process.wait()
