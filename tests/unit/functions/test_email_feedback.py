"""What SES publishes of our mails, and which of it marks an account."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from email_feedback import app
from email_feedback.flow import mark
from tests.unit.flows.fixtures import Flows, new_flows, register_mario


def _event(kind: str = "Bounce", bounce: str = "Permanent", **tags: str) -> dict[str, Any]:
    mail = {"tags": {name: [value] for name, value in tags.items()}, "destination": ["Mario@example.org"]}
    event: dict[str, Any] = {"eventType": kind, "mail": mail}
    return event | ({"bounce": {"bounceType": bounce}} if kind == "Bounce" else {})


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows())


def _id(flows: Flows) -> str:
    return next(iter(flows.accounts.accounts.values())).account_id


@pytest.mark.parametrize(("kind", "status"), [("Bounce", "bounced"), ("Complaint", "complained")])
def test_a_bounce_for_good_and_a_complaint_mark_the_account(flows: Flows, kind: str, status: str) -> None:
    assert mark(_event(kind, supplier="gas", account=_id(flows)), flows.accounts) == status
    [account] = flows.accounts.accounts.values()
    assert account.email_status == status


@pytest.mark.parametrize("bounce", ["Transient", "Undetermined"])
def test_what_will_pass_marks_nobody(flows: Flows, bounce: str) -> None:
    assert mark(_event(bounce=bounce, supplier="gas", account=_id(flows)), flows.accounts) is None
    [account] = flows.accounts.accounts.values()
    assert account.email_status == "ok"


def test_what_is_of_no_account_marks_nobody(flows: Flows) -> None:
    for tags in ({}, {"supplier": "gas"}, {"account": _id(flows)}):
        assert mark(_event(**tags), flows.accounts) is None
    assert mark(_event("Delivery", supplier="gas", account=_id(flows)), flows.accounts) is None
    assert mark(_event(supplier="gas", account="gone"), flows.accounts) is None
    [account] = flows.accounts.accounts.values()
    assert account.email_status == "ok"


def test_a_mail_to_an_address_before_says_nothing_of_the_one_after(flows: Flows) -> None:
    [(key, account)] = flows.accounts.accounts.items()
    flows.accounts.accounts[key] = account._replace(user_id="new@example.org")
    assert mark(_event(supplier="gas", account=_id(flows)), flows.accounts) is None
    assert flows.accounts.accounts[key].email_status == "ok"


def _received(*bodies: str) -> dict[str, Any]:
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    return {"Records": [{**each, "eventSource": "aws:sqs"} for each in records]}


@pytest.fixture
def settings(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    settings = SimpleNamespace(accounts=flows.accounts)
    monkeypatch.setattr(app.Settings, "load", lambda: settings)
    return settings


@pytest.mark.usefixtures("settings")
def test_the_sentence_that_ses_greets_a_topic_with_is_no_failure(flows: Flows) -> None:
    greeting = "Successfully validated SNS topic for Amazon SES event publishing."
    good = json.dumps(_event(supplier="gas", account=_id(flows)))
    assert app.handler(_received(greeting, good), LambdaContext()) == {"batchItemFailures": []}
    [account] = flows.accounts.accounts.values()
    assert account.email_status == "bounced"


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("malformed", ["5", "[]", "{}", '{"mail": 1}', '{"mail": {"tags": null}}'])
def test_what_is_no_event_of_ses_comes_again_alone(flows: Flows, malformed: str) -> None:
    good = json.dumps(_event(supplier="gas", account=_id(flows)))
    failed = {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert app.handler(_received(malformed, good), LambdaContext()) == failed
    [account] = flows.accounts.accounts.values()
    assert account.email_status == "bounced"


def test_when_all_fail_each_comes_again_and_no_address_is_logged(
    flows: Flows, settings: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    del settings.accounts
    event = json.dumps(_event(supplier="gas", account=_id(flows)))
    answer = app.handler(_received(event, event), LambdaContext())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "1"}]}
    logged = str([vars(line) for line in caplog.records])
    assert "failed" in logged
    assert "example.org" not in logged
