"""What SES publishes of our mails, and which of it marks an account."""

from typing import Any

import pytest

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
