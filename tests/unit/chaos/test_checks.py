"""Each check of `make chaos` finds what it is for, and nothing in a world where all is as it should be."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import boto3
import pytest
import urllib3
from moto import mock_aws

from bench import exports
from bench.load.browser import Answer
from bench.load.people import Person
from tools.chaos import alarms, killed_import, mails, metrics, recovery, tables
from tools.chaos.alarms import Alarm
from tools.chaos.asked import Asked, asked
from tools.chaos.belonging import loose_ends
from tools.chaos.bounces import Bounces
from tools.chaos.guesses import Guesser
from tools.chaos.ledger import Counts, Ledger, misworded
from tools.chaos.phases import PHASES
from tools.local_stack.mailbox import Email
from tools.local_stack.stack import LocalStack
from tools.paths import ROOT
from tools.template_yaml import resources

_OPEN = {"supplier": "s", "status": "active", "generation": 2}
_ITEMS: dict[str, dict[str, Any]] = {
    "s#account#1": _OPEN | {"account_id": "1", "customers": ["0100"], "user_id": "Mario@Example.it"},
    "s#email#mario@example.it": {"account_id": "1", "status": "active", "generation": 2},
    "s#customer#0100": {"account_id": "1"},
    "s#accepted#1": {"history": []},
    "s#account#2": {"supplier": "s", "status": "closed", "generation": 1, "account_id": "2", "customers": ["0100"]},
    "s#closed#2": {"user_id": "mario@example.it"},
}


def _items(**changes: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the items, where `changes` replace some of their attributes, or are None for an item that is not there."""
    named = {name.replace("_", "#"): change for name, change in changes.items()}
    all_items = {
        key: _ITEMS.get(key, {}) | (named.get(key) or {}) for key in (*_ITEMS, *(k for k in named if named[k]))
    }
    return [{"pk": key} | item for key, item in all_items.items() if named.get(key, item) is not None]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"s_email_mario@example.it": None}, ["account 1 has no login"]),
        ({"s_email_mario@example.it": {"generation": 1}}, ["account 1 has generation 2, its login 1"]),
        ({"s_email_mario@example.it": {"status": "frozen"}}, ["account 1 has status active, its login frozen"]),
        ({"s_customer_0100": None}, ["account 1 has customer 0100 without its marker"]),
        ({"s_customer_0200": {"account_id": "1"}}, ["s#customer#0200 belongs to no open account"]),
        ({"s_email_luisa@example.it": {"account_id": "2"}}, ["s#email#luisa@example.it belongs to no open account"]),
        ({"s_accepted_2": {"history": []}}, ["s#accepted#2 is left of a closed account"]),
        (
            {
                "s_account_3": _OPEN | {"account_id": "3", "customers": ["0100"], "user_id": "luisa@example.it"},
                "s_email_luisa@example.it": {"account_id": "3", "status": "active", "generation": 2},
            },
            ["account 3 has customer 0100 without its marker", "s#0100 is in 2 accounts"],
        ),
    ],
)
def test_items_that_do_not_belong_together_are_found(changes: Any, found: list[str]) -> None:
    assert loose_ends(_items(**changes)) == found


def _change(number: int, kind: str = "CustomerRegistered", at: int = 0, **more: Any) -> dict[str, Any]:
    return {"pk": "s", "sk": number, "kind": kind, "account_id": "1", "recorded_at": number, "occurred_at": at, **more}


def _ledger(code: str = "0100", perhaps: Any = (), **told: int) -> Ledger:
    ledger = Ledger()
    ledger.acts[code] = Counts(Counter(told), Counter(perhaps))
    ledger.addresses[code] = {"mario@example.it"}
    return ledger


def test_gaps_and_wrong_orders_of_the_changes_are_found() -> None:
    good = [_change(1), _change(2), {"pk": "s#last", "sk": 0}]
    assert not list(tables.of_changes(good))
    assert list(tables.of_changes([_change(1), _change(3)])) == ["the changes of s have gaps in their numbers"]
    [found] = tables.of_changes([_change(1, recorded_at=9), _change(2)])
    assert "not in the order" in found
    assert tables.late_orders([_change(1, at=5), _change(2, "ContactChanged", at=4), _change(3, at=5)]) == 1


@pytest.mark.parametrize(
    ("ledger", "found"),
    [
        (_ledger(registered=1), []),
        (_ledger(registered=1, perhaps={"phone": 1}), []),
        (_ledger(perhaps={"registered": 1}), []),
        (_ledger(), ["0100: CustomerRegistered 1 times, told 0 times, perhaps 0 more"]),
        (_ledger(registered=1, phone=1), ["0100: ContactChanged 0 times, told 1 times, perhaps 0 more"]),
    ],
)
def test_the_crm_learns_each_act_once(ledger: Ledger, found: list[str]) -> None:
    accounts = [{"pk": "s#account#1", "account_id": "1", "customers": ["0100"]}]
    assert list(tables.of_acts(accounts, [_change(1)], ledger)) == found


def test_who_is_registered_twice_is_found() -> None:
    accounts = [{"pk": f"s#account#{number}", "account_id": str(number), "customers": ["0100"]} for number in (1, 2)]
    assert list(tables.of_acts(accounts, [_change(1)], _ledger(registered=1))) == ["0100 was registered 2 times"]


def _mail(subject: str, to: str = "Mario@example.it") -> Email:
    return Email("", "", to, subject, "", "", 0.0)


def test_mails_that_are_owed_must_have_come_and_twice_at_most() -> None:
    welcome = _mail("Your registration is complete")
    assert mails.look([welcome], _ledger(registered=1)) == (1, 0, [])
    assert mails.look([welcome] * 2, _ledger(registered=1)) == (1, 1, [])
    assert mails.look([], _ledger(registered=1)).wrong
    assert mails.look([welcome] * 3, _ledger(registered=1)).wrong
    assert mails.look([_mail("Your account has been closed")], _ledger(registered=1, closed=1)) == (1, 0, [])
    assert mails.look([welcome], _ledger(registered=1, closed=1)).wrong


@pytest.mark.parametrize(
    ("statistic", "rings"), [(0.02, [True]), (0.01, [False]), (None, [False])], ids=["more", "as much", "no data"]
)
def test_an_alarm_rings_by_its_own_definition(statistic: float | None, rings: list[bool]) -> None:
    definition = {"Period": 300, "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "TreatMissingData": "notBreaching"}
    alarm = Alarm("Api", definition | {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0.01})
    assert [alarm.rings(statistic)] == rings
    assert alarm.minutes == 10


def test_alarms_on_silence_are_not_judged_as_a_phase_is_no_night() -> None:
    named = [
        {"AlarmName": f"utenza-{treated}", "MetricName": "m", "TreatMissingData": treated}
        for treated in ("breaching", "ignore")
    ]
    pages = SimpleNamespace(paginate=lambda: [{"MetricAlarms": named}])
    stack = SimpleNamespace(client=lambda _: SimpleNamespace(get_paginator=lambda _: pages))
    assert [alarm.name for alarm in alarms.deployed(cast(LocalStack, stack))] == ["ignore"]


def test_alarms_get_the_data_of_their_dimensions_alone() -> None:
    class Cloudwatch:
        def get_metric_statistics(self, **asked: Any) -> Any:
            mine = asked["Dimensions"] == [{"Name": "FunctionName", "Value": "login"}]
            return {"Datapoints": [{"Sum": 2.0}] if mine and asked["Statistics"] == ["Sum"] else []}

    def alarm(function: str) -> Alarm:
        dimensions = [{"Name": "FunctionName", "Value": function}]
        metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum", "Dimensions": dimensions}
        return Alarm(function, metric | {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 0})

    class Stack:
        def client(self, _: str) -> Cloudwatch:
            return Cloudwatch()

    stack: Any = Stack()
    assert set(alarms.ringing(stack, [alarm("login"), alarm("verify")], *[None, None])) == {"login"}  # type: ignore[arg-type]


def test_metrics_are_read_from_log_lines_as_cloudwatch_does() -> None:
    directive = {"Namespace": "Utenza", "Dimensions": [["reason"]], "Metrics": [{"Name": "Refused", "Unit": "Count"}]}
    line = json.dumps({"_aws": {"CloudWatchMetrics": [directive]}, "reason": "unavailable", "Refused": [1.0]})
    found = metrics.in_logs([line, "START RequestId", "{broken", "[]"])
    assert list(found) == [("Utenza", "Refused", 1.0, {"reason": "unavailable"})]
    lines = ['{"level": "ERROR", "message": "failed"}', '{"message": "refused"}']
    assert list(metrics.of_failures(lines, "Utenza/s")) == [("Utenza/s", "FailedLines", 1, {})]


@pytest.mark.parametrize(
    ("status", "headers", "body", "wrong"),
    [
        (503, {"Retry-After": "5"}, {"code": "unavailable"}, ""),
        (401, {}, {"code": "invalid_credentials"}, ""),
        (502, {"Retry-After": "5"}, {"code": "unavailable"}, "status 502"),
        (503, {}, {"code": "unavailable"}, "no Retry-After"),
        (503, {"Retry-After": "5"}, {"code": "other"}, "code other"),
        (503, {"Content-Type": "application/json"}, {"message": "Internal server error"}, "no problem+json"),
    ],
)
def test_failures_must_be_told_in_the_words_of_the_contract(status: int, headers: Any, body: Any, wrong: str) -> None:
    sent = {"Content-Type": "application/problem+json", **headers}
    response = urllib3.HTTPResponse(json.dumps(body).encode(), sent, status)
    assert misworded(response) == wrong


def test_what_was_not_answered_clearly_may_be_either_value() -> None:
    ledger, person = Ledger(), Person("s", "0100", {}, "", "mario@example.it")
    ledger.note_value(person, "phone", "+391", Answer(200, {}))
    ledger.note_value(person, "phone", "+392", Answer(503, {}, maybe_done=True))
    ledger.note_value(person, "phone", "+393", Answer(422, {}))
    assert ledger.possible(person, "phone") == ("+391", "+392")
    ledger.note(person, "PATCH /account", Answer(503, {}, maybe_done=True))
    assert not ledger.is_certain(person)
    ledger.note(person, "POST /account/close", Answer(204, {}))
    assert ledger.never_told() == ["password", "phone", "registered", "user id"]


@pytest.mark.parametrize(("compared", "asked", "found"), [(5, 9, ""), (6, 9, "6 guesses were"), (5, 5, "only 5")])
def test_more_guesses_than_the_limit_are_found(compared: int, asked: int, found: str) -> None:
    guesser = Guesser("http://127.0.0.1:1", Person("s", "0100", {}, "", ""), Ledger(), 16)
    guesser.compared, guesser.asked = compared, asked
    assert "".join(guesser.findings(5)).startswith(found)
    assert bool(found) == bool(list(guesser.findings(5)))


@pytest.mark.parametrize(
    ("path", "headers", "body", "expected"),
    [
        (
            "/",
            {"X-Amz-Target": "DynamoDB_20120810.TransactWriteItems"},
            {
                "TransactItems": [
                    {"Put": {"TableName": "a"}},
                    {"Update": {"TableName": "b"}},
                    {"Put": {"TableName": "a"}},
                ]
            },
            Asked("dynamodb", "TransactWriteItems", ("a", "b")),
        ),
        ("/v2/email/outbound-emails", {}, {}, Asked("ses", "SendEmail")),
        ("/bucket/key", {}, {}, Asked("s3", "POST")),
    ],
)
def test_requests_are_told_apart(path: str, headers: dict[str, str], body: Any, expected: Asked) -> None:
    scope = f"Credential=K/20261127/eu-south-1/{expected.service}/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0", **headers}
    assert asked("POST", path, signed, json.dumps(body).encode()) == expected


def _rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter=";"))


def test_an_import_leaves_other_phones_and_the_same_customers(tmp_path: Path) -> None:
    source, again = tmp_path / "export.csv", tmp_path / "again.csv"
    exports.write(source, 12)
    rows = killed_import.write(again, source)
    before, after = (_rows(file) for file in (source, again))
    assert [row["COD_CLIENTE"] for row in after] == [row["COD_CLIENTE"] for row in before] == [row.code for row in rows]
    assert [row["TELEFONO"].replace(" ", "") for row in after] == [row.phone for row in rows]
    assert not {row["TELEFONO"] for row in before} & {row["TELEFONO"] for row in after}


def test_a_bounce_that_was_lost_is_found() -> None:
    class Stack:
        outputs: ClassVar = {"EmailFeedbackTopicArn": "arn"}

        def client(self, _: str) -> Any:
            return self

        def publish(self, **_: str) -> None: ...

    stack: Any = Stack()
    bounces = Bounces(stack)
    accounts = _items()[::-1]
    assert bounces.publish(accounts, 3) == 1  # the other one is closed
    assert bounces.lost(accounts) == ["s#account#1: its bounce was lost"]
    assert not bounces.lost([account | {"email_status": "bounced"} for account in accounts])
    assert not bounces.lost([account | {"user_id": "luisa@example.it"} for account in accounts])


def test_the_alarms_that_have_to_ring_are_in_the_template() -> None:
    monitoring = set(resources(ROOT / "stacks" / "monitoring.yaml"))
    assert {name for phase in PHASES for name in phase.alarms} <= monitoring
    assert all(phase.alarms for phase in PHASES if phase.faults)


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Six empty queues, by the outputs that name them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    names = [
        f"{dead}{queue}" for queue in ("Notifications", "CustomerChanges", "EmailFeedback") for dead in ("", "Dead")
    ]
    with mock_aws():
        sqs = boto3.client("sqs", region_name="eu-south-1")
        outputs = [f"{name}Url" if name.startswith("Dead") else f"{name}QueueUrl" for name in names]
        yield {output: sqs.create_queue(QueueName=output)["QueueUrl"] for output in outputs}


def test_only_a_dead_mail_of_which_two_copies_may_have_arrived_may_be_left(queues: dict[str, str]) -> None:
    sqs = boto3.client("sqs", region_name="eu-south-1")
    stack = cast(LocalStack, SimpleNamespace(client=lambda _: sqs, outputs=queues))
    lines = ["text", json.dumps({"message": "failed", "error": "TooManyAttempts", "record": "both"})]
    for name, body in (
        ("DeadNotificationsUrl", {"kind": "welcome", "event_id": "both"}),
        ("DeadNotificationsUrl", {"kind": "welcome", "event_id": "none"}),
        ("EmailFeedbackQueueUrl", {}),
    ):
        sqs.send_message(QueueUrl=queues[name], MessageBody=json.dumps(body))
    findings, twice = recovery.left(stack, lines)
    assert twice == 1
    assert findings == [
        "EmailFeedbackQueueUrl: 1 messages are left",
        "a dead notification is left: {'kind': 'welcome', 'event_id': 'none'}",
    ]
