"""The stack under test, and the customers in it."""

import contextlib
import json
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bench import exports
from bench.load.people import People, read
from bench.load.post import Post
from tools.chaos import proxy
from tools.chaos.faults import Schedule
from tools.chaos.ledger import Ledger
from tools.chaos.workers import kill_caller
from tools.local_stack import mailbox, samples
from tools.local_stack.places import Places
from tools.local_stack.stack import LocalStack, local_stack
from tools.ports import free_ports

APPLICATION, STAGE = "utenza", "prod"
_CUSTOMERS = 900
_PARAMETERS = {
    "SenderEmail": mailbox.SENDER,
    "MailsPerHour": "100000",
    # Cheap hashes: two processors shall serve as many customers as they can.
    "Argon2MemoryKib": "8192",
    "Argon2Iterations": "1",
    "NotificationRetrySeconds": "30",
}


class World(NamedTuple):
    """`broken` is the address of the faulty proxy, `export` the file with the customers."""

    stack: LocalStack
    schedule: Schedule
    people: People
    post: Post
    ledger: Ledger
    broken: str
    export: Path

    def log_lines(self, since: datetime) -> list[str]:
        """Return what the functions have written since then."""
        logs = self.stack.client("logs")
        groups = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws/lambda/")
        return [
            line
            for page in groups
            for group in page["logGroups"]
            for events in logs.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"], startTime=int(since.timestamp() * 1000)
            )
            for event in events["events"]
            for line in event["message"].splitlines()
        ]


@contextlib.contextmanager
def running(seed: int) -> Iterator[World]:
    """Run a new stack behind a faulty proxy while the block runs; raises StackError."""
    port, stack_port, broken_port = free_ports(3)
    schedule, broken = Schedule(seed), f"http://127.0.0.1:{broken_port}"
    with tempfile.TemporaryDirectory(prefix="utenza-chaos-") as folder:
        export = Path(folder) / "export.csv"
        exports.write(export, _CUSTOMERS)
        places = Places(Path(folder), port, stack_port)
        with (
            proxy.serving(broken_port, stack_port, schedule, kill_caller),
            local_stack(places, {**_PARAMETERS, "AwsEndpointUrl": broken}) as stack,
        ):
            samples.load(stack, export)
            yield World(stack, schedule, People(read(export)), Post(stack_port), Ledger(), broken, export)


def alarm_queue(stack: LocalStack) -> str:
    """Have a queue get what alarms tell their topic, and return its address."""
    sns, sqs = stack.client("sns"), stack.client("sqs")
    url: str = sqs.create_queue(QueueName="chaos-alarms")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
            }
        ],
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(TopicArn=stack.outputs["AlarmTopicArn"], Protocol="sqs", Endpoint=arn)
    return url
