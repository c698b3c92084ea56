"""What SES publishes of our mails, and which of it marks an account."""

from typing import Any

import pytest

from email_feedback.flow import mark
from tests.unit.flows.fixtures import Flows, new_flows, register_mario


def _event(kind: str = "Bounce", bounce: str = "Permanent", **tags: str) -> dict[str, Any]:
    event: dict[str, Any] = {"eventType": kind, "mail": {"tags": {name: [value] for name, value in tags.items()}}}
    return event | ({"bounce": {"bounceType": bounce}} if kind == "Bounce" else {})


@pytest.fixture
def here() -> Flows:
    return register_mario(new_flows())


def _id(here: Flows) -> str:
    return next(iter(here.accounts.accounts.values())).account_id


@pytest.mark.parametrize(("kind", "status"), [("Bounce", "bounced"), ("Complaint", "complained")])
def test_a_bounce_for_good_and_a_complaint_mark_the_account(here: Flows, kind: str, status: str) -> None:
    assert mark(_event(kind, supplier="gas", account=_id(here)), here.accounts) == status
    [account] = here.accounts.accounts.values()
    assert account.email_status == status


@pytest.mark.parametrize("bounce", ["Transient", "Undetermined"])
def test_what_will_pass_marks_nobody(here: Flows, bounce: str) -> None:
    assert mark(_event(bounce=bounce, supplier="gas", account=_id(here)), here.accounts) is None
    [account] = here.accounts.accounts.values()
    assert account.email_status == "ok"


def test_what_is_of_no_account_marks_nobody(here: Flows) -> None:
    for tags in ({}, {"supplier": "gas"}, {"account": _id(here)}):
        assert mark(_event(**tags), here.accounts) is None
    assert mark(_event("Delivery", supplier="gas", account=_id(here)), here.accounts) is None
    assert mark(_event(supplier="gas", account="gone"), here.accounts) == "bounced"
    [account] = here.accounts.accounts.values()
    assert account.email_status == "ok"
