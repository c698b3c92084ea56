"""The stream of the Customers table, and the accounts that follow it."""

from typing import Any

import pytest

from customer_sync import app
from customer_sync.flow import follow
from tests.unit.flows.fixtures import MARIO, Flows, new_flows, register_mario
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import marshal
from utenza.tables.customers import to_item

MARRIED = MARIO._replace(last_name="Verdi")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Flows:
    here = register_mario(new_flows())
    monkeypatch.setattr(app, "accounts", lambda: here.accounts)
    return here


def _shown(here: Flows) -> CustomerSummary:
    [account] = here.accounts.accounts.values()
    [summary_of] = account.summaries
    return summary_of


def _event(**images: Any) -> dict[str, Any]:
    images = {name: marshal(to_item(customer)) for name, customer in images.items()}
    return {"Records": [{"eventID": "1", "dynamodb": images}]}


def test_an_account_begins_with_what_the_record_says(here: Flows) -> None:
    assert _shown(here) == CustomerSummary(MARIO.code, "person", "Mario Rossi", "active")


def test_an_account_follows_its_customers_record(here: Flows) -> None:
    app.handler(_event(OldImage=MARIO, NewImage=MARRIED), None)
    assert _shown(here).name == "Mario Verdi"


def test_a_record_that_is_gone_is_shown_as_closed(here: Flows) -> None:
    app.handler(_event(OldImage=MARIO), None)
    assert _shown(here) == CustomerSummary(MARIO.code, "person", "Mario Rossi", "closed")


def test_a_company_is_shown_by_its_name_and_a_sole_trader_by_their_own(here: Flows) -> None:
    follow(MARIO._replace(company_name="Officina Rossi"), here.accounts)
    assert _shown(here).name == "Mario Rossi"
    follow(MARIO._replace(kind="company", company_name="Officina Rossi"), here.accounts)
    assert _shown(here) == CustomerSummary(MARIO.code, "company", "Officina Rossi", "active")


def test_a_customer_without_an_account_changes_nothing(here: Flows) -> None:
    assert follow(MARRIED._replace(code="1"), here.accounts) is None
    assert follow(MARRIED._replace(supplier="luce"), here.accounts) is None
    assert _shown(here).name == "Mario Rossi"
