"""The life of a record as its customer sees it: closed, gone, back, reopened, corrected, handed over and back again.

Each record is imported, its change arrives, and the customer logs in and looks.
"""

from datetime import UTC, datetime, timedelta

import pytest

from account.schemas import AccountCustomer
from account.views import customer_of
from credentials.flow import register
from customer_sync.flow import Dependencies, synchronise
from login.flow import log_in, refresh
from tests.unit.flows.fixtures import (
    ANNA,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    new_flows,
    register_mario,
    step_one,
    step_two,
    sync_dependencies,
    typed_login,
)
from tests.unit.flows.fixtures import (
    read_account as read,
)
from utenza.customers.record import Customer
from utenza.errors import AlreadyRegistered, CustomerNotMatched
from verify.flow import verify
from verify.schemas import VerifyRequest

TYPO = MARIO._replace(codice_fiscale="RSSMRA80A01F205X")
FIRM = Customer("gas", MARIO.code, "company", company_name="Officina Rossi S.r.l.", partita_iva="12345678903")


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows())


def _import(flows: Flows, record: Customer | None, *, now: int = NOW) -> None:
    """Write a record, or delete it, and let the change arrive."""
    before = flows.customers.records.pop(("gas", MARIO.code), None)
    if record is not None:
        flows.customers.add(record)
    synchronise("gas", MARIO.code, _sync(flows), before=before, now=now)


def _sync(flows: Flows) -> Dependencies:
    return sync_dependencies(flows)


def _look(flows: Flows, user_id: str = "mario@example.org") -> list[tuple[str, str, str]]:
    """Log in and return kind, name and status of each customer as the reserved area shows them."""
    session = log_in(typed_login(user_id=user_id), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    account = read(session.access_token, flows.account, issuer=ISSUER, now=NOW)
    shown: list[AccountCustomer] = [customer_of(summary, 24) for summary in account.summaries]
    return [(each.kind, each.name, each.status) for each in shown]


def _bill(record: Customer) -> VerifyRequest:
    is_person = record.kind == "person"
    return step_one(
        first_name=record.first_name if is_person else None,
        last_name=record.last_name if is_person else None,
        company_name=None if is_person else record.company_name,
        tax_code=record.codice_fiscale or record.partita_iva,
    )


def _register(flows: Flows, record: Customer, user_id: str) -> str:
    token = verify(_bill(record), flows.verify, source=SOURCE, now=NOW).step_token
    chosen = step_two(token, user_id=user_id)
    return register(chosen, flows.credentials, source=SOURCE, language="it", now=NOW).account_id


def _may_register(flows: Flows, record: Customer) -> str:
    """Return what step one says to whoever has this record's bill."""
    try:
        verify(_bill(record), flows.verify, source=SOURCE, now=NOW)
    except (AlreadyRegistered, CustomerNotMatched) as refused:
        return refused.code
    return "yes"


@pytest.mark.parametrize("record", [MARIO._replace(status="closed"), None])
def test_what_is_closed_or_gone_is_shown_as_closed_and_stays_readable(flows: Flows, record: Customer | None) -> None:
    session = log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    _import(flows, record)
    assert refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW)
    assert _look(flows) == [("person", "Mario Rossi", "closed")]
    assert _may_register(flows, MARIO) == "customer_not_matched"


@pytest.mark.parametrize("record", [MARIO._replace(status="closed"), None])
def test_it_says_until_when_from_the_first_time_it_was_heard_of(flows: Flows, record: Customer | None) -> None:
    assert _until(flows) is None
    _import(flows, record, now=NOW)
    until = _until(flows)
    for later in (MARIO._replace(status="closed", phone=""), None):
        _import(flows, later, now=NOW + 5_000_000)
        assert _until(flows) == until
    closed = datetime.fromtimestamp(NOW, UTC)
    assert until is not None
    years = datetime.fromisoformat(until) - closed
    assert timedelta(days=730) <= years <= timedelta(days=731)
    _import(flows, MARIO, now=NOW + 6_000_000)
    assert _until(flows) is None
    _import(flows, record, now=NOW + 7_000_000)
    assert _until(flows) == (datetime.fromisoformat(until) + timedelta(seconds=7_000_000)).isoformat().replace(
        "+00:00", "Z"
    )


def test_an_account_that_did_not_note_when_notes_it_at_the_next_change(flows: Flows) -> None:
    _import(flows, None)
    [(key, account)] = flows.accounts.accounts.items()
    unnoted = tuple(each._replace(closed_at=0) for each in account.summaries)
    flows.accounts.accounts[key] = account._replace(summaries=unnoted)
    assert _until(flows) is None
    _import(flows, None, now=NOW + 9)
    assert [each.closed_at for each in flows.accounts.accounts[key].summaries] == [NOW + 9]


def _until(flows: Flows) -> str | None:
    [account] = flows.accounts.accounts.values()
    [summary] = account.summaries
    return customer_of(summary, 24).read_only_until


@pytest.mark.parametrize("record", [MARIO._replace(status="closed"), None])
@pytest.mark.parametrize("back", [MARIO, MARIO._replace(last_name="Rossi-Verdi"), TYPO])
def test_what_comes_back_or_is_reopened_is_the_same_customers(
    flows: Flows, record: Customer | None, back: Customer
) -> None:
    for _ in range(2):
        _import(flows, record)
        _import(flows, back)
    assert _look(flows) == [("person", f"{back.first_name} {back.last_name}", "active")]
    assert _may_register(flows, back) == "already_registered"


@pytest.mark.parametrize("record", [MARIO._replace(status="closed"), None])
def test_what_comes_back_with_another_holder_is_theirs_alone(flows: Flows, record: Customer | None) -> None:
    _import(flows, record)
    _import(flows, ANNA)
    assert _look(flows) == []
    assert (_may_register(flows, ANNA), _may_register(flows, MARIO)) == ("yes", "customer_not_matched")


def test_a_supply_that_was_closed_for_its_old_holder_and_is_gone_stays_as_it_was_last_seen(flows: Flows) -> None:
    _import(flows, MARIO._replace(last_name="Rossi-Verdi", status="closed"))
    _import(flows, None)
    assert _look(flows) == [("person", "Mario Rossi-Verdi", "closed")]


def test_a_mistyped_tax_code_that_is_corrected_changes_nothing_for_itscustomer_of() -> None:
    flows = new_flows(TYPO)
    _register(flows, TYPO, "mario@example.org")
    session = log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    _import(flows, MARIO)
    assert refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW)
    assert _look(flows) == [("person", "Mario Rossi", "active")]
    assert (_may_register(flows, MARIO), _may_register(flows, TYPO)) == ("already_registered", "customer_not_matched")


@pytest.mark.parametrize(
    "record",
    [
        FIRM._replace(company_name="Officina Rossi S.p.A."),
        FIRM._replace(company_name="Officina Rossi S.r.l. in liquidazione", status="closed"),
        FIRM._replace(company_name="Autofficina Bianchi S.n.c.", codice_fiscale="80012345676"),
        FIRM._replace(kind="person", company_name="Officina Rossi", first_name="Mario", last_name="Rossi"),
    ],
)
def test_a_new_legal_form_or_company_name_with_the_same_tax_code_is_the_samecustomer_of(record: Customer) -> None:
    flows = new_flows(FIRM)
    _register(flows, FIRM, "mario@example.org")
    session = log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    _import(flows, record)
    assert refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW)
    name = record.company_name if record.kind == "company" else "Mario Rossi"
    assert _look(flows) == [(record.kind, name, record.status)]


def test_a_sole_trader_who_founds_a_firm_with_another_tax_code_hands_the_supply_over(flows: Flows) -> None:
    trader = MARIO._replace(company_name="Officina Rossi", partita_iva="00743110157")
    _import(flows, trader)
    _import(flows, FIRM)
    assert _look(flows) == []
    assert _may_register(flows, FIRM) == "yes"


def test_from_one_holder_to_another_and_back_each_has_what_is_theirs(flows: Flows) -> None:
    _import(flows, ANNA)
    _register(flows, ANNA, "anna@example.org")
    _import(flows, MARIO)
    assert _look(flows, "anna@example.org") == []
    assert _look(flows) == []  # it does not come back by itself
    assert _may_register(flows, MARIO) == "yes"
    _register(flows, MARIO, "mario.rossi@example.net")
    assert _look(flows, "mario.rossi@example.net") == [("person", "Mario Rossi", "active")]
    _import(flows, ANNA)
    assert _look(flows, "mario.rossi@example.net") == []
    assert _may_register(flows, ANNA) == "yes"


def test_there_and_back_between_two_imports_is_seen_by_nobody(flows: Flows) -> None:
    session = log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    for record in (ANNA, MARIO):
        flows.customers.add(record)
    for before in (MARIO, ANNA):
        synchronise("gas", MARIO.code, _sync(flows), before=before, now=NOW)
    assert refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW)
    assert _look(flows) == [("person", "Mario Rossi", "active")]


def test_a_closed_account_is_not_touched_by_what_becomes_of_its_record(flows: Flows) -> None:
    flows.accounts.close("gas", "mario@example.org")
    closed = dict(flows.accounts.accounts)
    for record in (MARIO._replace(status="closed"), ANNA, None, MARIO):
        _import(flows, record)
        assert flows.accounts.accounts == closed
    assert _may_register(flows, MARIO) == "yes"
