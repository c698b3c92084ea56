"""What a mail costs that SES does not take: nothing, however often it is tried, or those of others were withheld."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from notifications.budgets import Budgets
from notifications.changes import Notification
from tests.fakes.hourly import FakeHourlyBudget
from tests.unit.flows.deployed import mail_budget
from tests.unit.flows.fixtures import NOW, new_flows

CODE = Notification("recovery_code", "event-1", NOW, "gas", {"address": "a", "id": "r"})


def _throttles() -> None:
    response = {"Error": {"Code": "TooManyRequestsException"}, "ResponseMetadata": {"HTTPStatusCode": 429}}
    raise ClientError(response, "SendEmail")  # type: ignore[arg-type]


def _hangs() -> None:
    raise ReadTimeoutError(endpoint_url="https://ses.example")


@pytest.fixture
def budgets() -> Budgets:
    return Budgets(new_flows().attempts, mail_budget(), FakeHourlyBudget(2))


def test_a_mail_that_is_throttled_ten_times_leaves_the_hour_to_others(budgets: Budgets) -> None:
    for second in range(10):
        with pytest.raises(ClientError):
            budgets.send(CODE, "a@example.org", _throttles, now=NOW + second)
    others = [CODE._replace(event_id=f"event-{number}") for number in (2, 3, 4)]
    sent = [budgets.send(each, "b@example.org", lambda: None, now=NOW + 60) for each in others]
    assert sent == [None, None, "deployment"]


def test_a_mail_that_may_have_gone_is_counted_once(budgets: Budgets) -> None:
    with pytest.raises(ReadTimeoutError):
        budgets.send(CODE, "a@example.org", _hangs, now=NOW)
    assert budgets.send(CODE, "a@example.org", lambda: None, now=NOW + 60) is None
    others = [CODE._replace(event_id=f"event-{number}") for number in (2, 3)]
    assert [budgets.send(each, "b@example.org", lambda: None, now=NOW + 60) for each in others] == [None, "deployment"]
