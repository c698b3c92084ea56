"""A mail whose answer from SES is lost: sent by the handler as deployed, with its client of SES, counted at SES."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.config import Config

from notifications import app, flow
from notifications.budgets import Budgets
from notifications.changes import Notification
from notifications.dependencies import Dependencies
from notifications.senders import SesSender
from tests.fakes.changes import FakeChanges
from tests.fakes.closures import FakeClosures
from tests.fakes.hourly import FakeHourlyBudget
from tests.unit.flows.fixtures import Flows, new_flows, register_mario
from tests.unit.notifications.test_delivery import FakeBus
from tests.unit.service import Reply, Request, Service
from utenza import clients
from utenza.dynamodb import DynamoDb, marshal
from utenza.limits.counter import Attempts

LOST = Reply(0, b"")
TAKEN = Reply(200, {"MessageId": "1"})
_FAILS = {"__type": "Failure", "message": "mario@example.org"}


class _Queue:
    """What could not be delivered at once; SQS gives it to the handler five times, `redrive` again."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803 - boto3's names
        self.bodies.append(MessageBody)


class Deployed(NamedTuple):
    ses: Service
    queue: _Queue
    flows: Flows

    def change(self) -> dict[str, Any]:
        """Return a record of the stream: Mario has a new password."""
        [account] = self.flows.accounts.accounts.values()
        login = {
            "pk": "gas#email#mario@example.org",
            "account_id": account.account_id,
            "status": "active",
            "question": "q",
            "answer_hash": "a",
        }
        images = {
            "OldImage": marshal(login | {"generation": 0, "password_hash": "old"}),
            "NewImage": marshal(login | {"generation": 1, "password_hash": "new"}),
        }
        return {
            "eventID": "event-1",
            "eventName": "MODIFY",
            "eventSource": "aws:dynamodb",
            "dynamodb": images | {"SequenceNumber": "1", "ApproximateCreationDateTime": 1_800_000_000},
        }

    def deliver(self) -> int:
        """Deliver by the stream and, where that fails, by the queue until it gives up; return its failures."""
        self.handle(self.change())
        return sum(not self._again(body) for body in self.queue.bodies for _ in range(5))

    def handle(self, record: dict[str, Any]) -> None:
        context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 1, function_name="n", memory_limit_in_mb=1)
        context.invoked_function_arn = context.aws_request_id = "n"
        app.handler({"Records": [record]}, context)

    def _again(self, body: str) -> bool:
        try:
            self.handle({"eventSource": "aws:sqs", "body": body})
        except app.NotDelivered:
            return False
        return True

    @property
    def sent(self) -> int:
        return len(self.ses.requests)


@pytest.fixture
def deployed(dynamodb: Any, new_table: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    flows, queue = register_mario(new_flows(mail=False)), _Queue()
    with Service() as ses:
        session = boto3.Session("test", "test", region_name="eu-south-1")
        quick = clients._CONFIGS["sesv2"].merge(Config(read_timeout=0.5))  # noqa: SLF001 - else as deployed
        client: Any = session.client("sesv2", endpoint_url=ses.address, config=quick)
        attempts = Attempts(DynamoDb(dynamodb), new_table())
        dependencies = Dependencies(
            flows.verify.suppliers,
            flows.customers,
            flows.accounts,
            flows.pending,
            flows.recoveries,
            flows.reclaims,
            flows.objections,
            flows.credentials.keys,
            SesSender(client, "utenza@example.com", "mail"),
            FakeBus(),
            FakeClosures(flows.accounts),
            Budgets(attempts, flows.recovery.mail_budget, FakeHourlyBudget(1000)),
            flows.account.pending_user_ids,
            flows.account.user_ids,
            flows.activity,
            flows.supply_links,
            FakeChanges(),
        )
        made = {"dynamodb": dynamodb, "sqs": queue}
        settings = SimpleNamespace(deliveries_table=new_table(), notifications_queue="queue")
        monkeypatch.setattr(app, "client", made.__getitem__)
        monkeypatch.setattr(app, "dependencies", lambda: dependencies)
        monkeypatch.setattr(app.Settings, "load", lambda: settings)
        app._deliver_once.cache_clear()  # noqa: SLF001 - it keeps the table
        yield Deployed(ses, queue, flows)
        app._deliver_once.cache_clear()  # noqa: SLF001


def _answers(*replies: Reply, then: Reply) -> Callable[[Request], Reply]:
    numbers = count()

    def answer(_: Request) -> Reply:
        number = next(numbers)
        return replies[number] if number < len(replies) else then

    return answer


def test_a_mail_that_is_taken_is_sent_once(deployed: Deployed) -> None:
    deployed.ses.unordered = _answers(then=TAKEN)
    assert deployed.deliver() == 0
    deployed.handle(deployed.change())
    assert deployed.sent == 1


@pytest.mark.parametrize(
    "lost",
    [LOST, Reply(200, {"MessageId": "1"}, after=1), Reply(500, _FAILS)],
    ids=["hung up", "too late", "failed"],
)
def test_when_all_answers_are_lost_two_copies_go_and_no_more(deployed: Deployed, lost: Reply) -> None:
    deployed.ses.unordered = _answers(then=lost)
    assert deployed.deliver() == 5  # after the second copy SES is not asked again; the dead-letter queue has it
    assert deployed.sent == 2


def test_when_the_first_answer_is_lost_a_second_copy_is_the_last(deployed: Deployed) -> None:
    deployed.ses.unordered = _answers(LOST, then=TAKEN)
    assert deployed.deliver() == 0
    deployed.handle(deployed.change())
    assert deployed.sent == 2


@pytest.mark.parametrize("status", [400, 429, 503])
def test_what_ses_refuses_is_tried_until_it_is_taken(deployed: Deployed, status: int) -> None:
    deployed.ses.unordered = _answers(*[Reply(status, _FAILS)] * 5, then=TAKEN)
    assert deployed.deliver() == 4
    assert deployed.sent == 6


def test_what_was_refused_until_the_queue_gave_up_is_sent_by_a_redrive(deployed: Deployed) -> None:
    deployed.ses.unordered = _answers(*[Reply(400, _FAILS)] * 6, then=TAKEN)
    assert deployed.deliver() == 5
    body = json.loads(deployed.queue.bodies[0])
    deployed.handle({"eventSource": "aws:sqs", "body": json.dumps(body)})
    assert deployed.sent == 7


def test_a_crash_after_each_copy_sends_two(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever dies after SES took a mail could not note it; the copies were counted before."""
    deployed.ses.unordered = _answers(then=TAKEN)
    real = flow.deliver

    def deliver_and_die(notification: Notification, *args: Any, **options: Any) -> str:
        outcome = real(notification, *args, **options)
        if notification.is_event:
            return outcome
        raise RuntimeError("killed")

    monkeypatch.setattr(flow, "deliver", deliver_and_die)
    assert deployed.deliver() == 5
    assert deployed.sent == 2
