"""The stream of the Customers table, and the accounts that follow it."""

from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from customer_sync import app
from customer_sync.flow import synchronise
from tests.unit.flows.fixtures import MARIO, Flows, new_flows, register_mario
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import marshal
from utenza.tables.customers import to_item

MARRIED = MARIO._replace(last_name="Verdi")


@pytest.fixture
def flows(monkeypatch: pytest.MonkeyPatch) -> Flows:
    flows = register_mario(new_flows())
    monkeypatch.setattr(app.Settings, "load", lambda: SimpleNamespace(accounts=flows.accounts))
    return flows


def _summary(flows: Flows) -> CustomerSummary:
    [account] = flows.accounts.accounts.values()
    [summary] = account.summaries
    return summary


def _event(**images: Any) -> dict[str, Any]:
    images = {name: marshal(to_item(customer)) for name, customer in images.items()}
    return {"Records": [{"eventID": "1", "dynamodb": images}]}


def test_an_account_begins_with_what_the_record_says(flows: Flows) -> None:
    assert _summary(flows)[:4] == (MARIO.code, "person", "Mario Rossi", "active")


def test_an_account_follows_its_customers_record(flows: Flows) -> None:
    app.handler(_event(OldImage=MARIO, NewImage=MARRIED), LambdaContext())
    assert _summary(flows).name == "Mario Verdi"


def test_a_record_that_is_gone_is_summary_as_closed(flows: Flows) -> None:
    app.handler(_event(OldImage=MARIO), LambdaContext())
    assert _summary(flows) == CustomerSummary(MARIO.code, "person", "Mario Rossi", "closed")


def test_a_company_is_summary_by_its_name_and_a_sole_trader_by_their_own(flows: Flows) -> None:
    synchronise(MARIO._replace(company_name="Officina Rossi"), flows.accounts)
    assert _summary(flows).name == "Mario Rossi"
    synchronise(MARIO._replace(kind="company", company_name="Officina Rossi"), flows.accounts)
    assert _summary(flows) == CustomerSummary(MARIO.code, "company", "Officina Rossi", "active")


def test_a_customer_without_an_account_changes_nothing(flows: Flows) -> None:
    assert synchronise(MARRIED._replace(code="1"), flows.accounts) is None
    assert synchronise(MARRIED._replace(supplier="luce"), flows.accounts) is None
    assert _summary(flows).name == "Mario Rossi"
