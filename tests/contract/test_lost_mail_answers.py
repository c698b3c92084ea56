"""A mail whose answer from SES is lost: sent by the handler as deployed, with its client of SES, counted at SES."""

import json
import time
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
from notifications.queue import body_of
from notifications.retries import Waiting
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
_SLOW = Reply(200, {"MessageId": "1"}, after=1)


def _refusal(status: int, code: str) -> Reply:
    return Reply(status, {"__type": code, "message": "mario@example.org"})


class _Queues:
    """What could not be delivered at once, and what was given up; `delays` are those of all messages that wait."""

    def __init__(self) -> None:
        self.bodies: dict[str, list[str]] = {"waiting": [], "dead": []}
        self.delays: list[int] = []

    @property
    def received(self) -> int:
        return len(self.delays) + len(self.bodies["dead"])

    def send_message(self, *, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> None:  # noqa: N803 - boto3's
        self.bodies[QueueUrl].append(MessageBody)
        if QueueUrl == "waiting":
            self.delays.append(DelaySeconds)


class Deployed(NamedTuple):
    ses: Service
    queues: _Queues
    flows: Flows

    def change(self, number: int = 1) -> dict[str, Any]:
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
            "eventID": f"event-{number}",
            "eventName": "MODIFY",
            "eventSource": "aws:dynamodb",
            "dynamodb": images | {"SequenceNumber": str(number), "ApproximateCreationDateTime": 1_800_000_000},
        }

    def deliver(self) -> int:
        """Deliver by the stream and, where that fails, by the queue until it gives up; return its failures."""
        self.handle(self.change())
        return self.work_off()

    def work_off(self) -> int:
        """Work off the queue until it is empty; return how many tries failed."""
        before = self.queues.received
        while self.queues.bodies["waiting"]:
            self.again(self.queues.bodies["waiting"].pop(0))
        return self.queues.received - before

    def handle(self, *records: dict[str, Any], left: int = 60_000) -> None:
        """Call the function; `left` are the milliseconds that Lambda says it has."""
        context: Any = SimpleNamespace(
            get_remaining_time_in_millis=lambda: left, function_name="n", memory_limit_in_mb=1
        )
        context.invoked_function_arn = context.aws_request_id = "n"
        app.handler({"Records": [*records]}, context)

    def again(self, body: str) -> None:
        self.handle({"eventSource": "aws:sqs", "body": body})

    @property
    def sent(self) -> int:
        return len(self.ses.requests)


@pytest.fixture
def deployed(dynamodb: Any, new_table: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    flows, queues = register_mario(new_flows(mail=False)), _Queues()
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
        made = {"dynamodb": dynamodb, "sqs": queues}
        settings = SimpleNamespace(
            deliveries_table=new_table(),
            notifications_queue="waiting",
            dead_notifications="dead",
            notification_retry_seconds=60,
            mail_retry_hours=24,
        )
        monkeypatch.setattr(app, "client", made.__getitem__)
        monkeypatch.setattr(app, "dependencies", lambda: dependencies)
        monkeypatch.setattr(app.Settings, "load", lambda: settings)
        app._deliver_once.cache_clear()  # noqa: SLF001 - it keeps the table
        yield Deployed(ses, queues, flows)
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
    assert deployed.deliver() == 4  # after the second copy SES is not asked again; the dead-letter queue has it
    assert deployed.sent == 2
    assert len(deployed.queues.bodies["dead"]) == 1


def test_when_the_first_answer_is_lost_a_second_copy_is_the_last(deployed: Deployed) -> None:
    deployed.ses.unordered = _answers(LOST, then=TAKEN)
    assert deployed.deliver() == 0
    deployed.handle(deployed.change())
    assert deployed.sent == 2


@pytest.mark.parametrize(
    ("status", "code", "throttled"), [(429, "TooManyRequestsException", 7), (503, "ServiceUnavailable", 3)]
)
def test_what_ses_throttles_is_tried_until_it_is_taken(
    deployed: Deployed, status: int, code: str, throttled: int
) -> None:
    deployed.ses.unordered = _answers(*[_refusal(status, code)] * throttled, then=TAKEN)
    assert deployed.deliver() == throttled - 1
    assert deployed.sent == throttled + 1
    assert not deployed.queues.bodies["dead"]


def test_what_ses_rejects_is_not_tried_again_and_is_sent_by_a_redrive(deployed: Deployed) -> None:
    deployed.ses.unordered = _answers(_refusal(400, "MessageRejected"), then=TAKEN)
    assert deployed.deliver() == 0
    [body] = deployed.queues.bodies["dead"]
    assert "waited" not in json.loads(body)
    deployed.again(body)
    assert deployed.sent == 2


def test_a_slow_mail_of_a_batch_neither_holds_up_nor_fails_those_behind_it(deployed: Deployed) -> None:
    deployed.ses.unordered = _answers(_SLOW, then=TAKEN)
    began = time.monotonic()
    deployed.handle(*map(deployed.change, range(1, 6)))
    assert time.monotonic() - began < 5  # one time-out of half a second; SES is not asked by the others
    assert deployed.sent == 1
    assert len(deployed.queues.bodies["waiting"]) == 5
    assert min(deployed.queues.delays[1:]) < min(deployed.queues.delays[:1])  # they need not wait as long
    assert deployed.work_off() == 0
    assert not deployed.queues.bodies["dead"]
    assert deployed.sent == 6


def test_what_there_is_no_time_for_is_set_aside(deployed: Deployed) -> None:
    deployed.ses.unordered = _answers(then=TAKEN)
    deployed.handle(deployed.change(), left=1_000)
    assert deployed.sent == 0
    assert deployed.work_off() == 0
    assert deployed.sent == 1


def test_a_code_that_expired_while_ses_throttled_is_dropped_and_no_dead_letter(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.ses.unordered = _answers(_refusal(429, "TooManyRequestsException"), then=TAKEN)
    subject = {"customer_code": "1", "id": "gone"}
    begun = Notification("confirmation_code", "event-9", int(time.time()) - 86_400, "gas", subject)
    deployed.again(body_of(begun, Waiting(0, 3, begun.at)))
    assert deployed.sent == 0
    assert deployed.queues.bodies == {"waiting": [], "dead": []}
    assert "EmailsExpired" in capsys.readouterr().out


def test_a_code_that_was_throttled_often_comes_back_within_a_minute(deployed: Deployed) -> None:
    begun = Notification("recovery_code", "event-9", int(time.time()), "gas", {"address": "a", "id": "r"})
    for notification in (begun, begun._replace(kind="welcome")):
        app._put_off(notification, Waiting(0, 9, begun.at), "throttled")  # noqa: SLF001
    assert [delay <= 60 for delay in deployed.queues.delays] == [True, False]


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
    assert deployed.deliver() == 4
    assert deployed.sent == 2
