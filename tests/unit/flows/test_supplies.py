"""Further supplies of an account on fakes: one's own at once, another's with the holder's code, and their end."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from account import closing, reauth, supplies, supply_removal
from account.flow import Caller, read
from account.schemas import AddCustomerRequest, CloseRequest, ConfirmCustomerRequest, RemoveCustomerRequest
from credentials.flow import register
from customer_sync.flow import synchronise
from login.flow import LoginResult, log_in
from tests.unit.flows.fixtures import (
    ANNA,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    new_flows,
    register_mario,
    retyped,
    step_one,
    step_two,
    sync_dependencies,
    typed_login,
    valid,
)
from utenza.customers.record import Customer
from utenza.errors import (
    AccessTokenInvalid,
    AlreadyRegistered,
    CodeInvalid,
    ConfirmationTokenExpired,
    ConfirmationTokenInvalid,
    CustomerNotMatched,
    InvalidRequest,
    LastCustomer,
    ReauthTokenInvalid,
    TooManyAttempts,
    TooManyCustomers,
    Unavailable,
)
from utenza.tables.accounts import Account
from utenza.tables.activity import Entry
from utenza.tables.supplies import MOST
from utenza.tables.supply_links import LIFETIME
from utenza.tokens import email_codes
from verify.flow import verify

HOUSE = MARIO._replace(code="0123450001", email="mario@example.org")  # Mario's other supply
MOTHER = ANNA._replace(code="0123450002")  # somebody else, with an address in the CRM


def _new_flows(*more: Customer, mail: bool = True) -> Flows:
    flows = new_flows(MARIO, HOUSE, MOTHER, *more)
    register_mario(flows)
    return flows._replace(account=flows.account._replace(sends_mail=mail))


@pytest.fixture
def flows() -> Flows:
    return _new_flows()


@pytest.fixture
def session(flows: Flows) -> LoginResult:
    return _log_in(flows)


def _log_in(flows: Flows, *, now: int = NOW) -> LoginResult:
    return log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=now)


def _bill(customer: Customer, **changes: Any) -> AddCustomerRequest:
    typed = {
        "supplier": "gas",
        "customer_code": customer.code,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "tax_code": customer.codice_fiscale,
    }
    return valid(AddCustomerRequest, typed | changes)


def _add(
    flows: Flows, session: LoginResult, customer: Customer, *, now: int = NOW, **changes: Any
) -> Account | tuple[str, int]:
    added = supplies.add(
        _bill(customer, **changes),
        session.access_token,
        flows.account,
        issuer=ISSUER,
        source=SOURCE,
        language="de",
        now=now,
        network="192.0.2.0/24",
    )
    return added.account if isinstance(added, Caller) else added


def _ask(flows: Flows, session: LoginResult, customer: Customer = MOTHER, **changes: Any) -> str:
    asked = _add(flows, session, customer, **changes)
    assert not isinstance(asked, Account)
    assert asked[1] == LIFETIME
    return asked[0]


def _mailed(flows: Flows, now: int = NOW) -> str:
    """Return the code that was mailed, or would be, for the latest request."""
    claims = [*flows.supply_links.open][-1]
    link, _, _ = flows.supply_links.open[claims]
    key = email_codes.key_of(link.code_key, flows.account.keys, now=now)
    assert key
    return email_codes.code_for("supply", claims.link_id, key)


def _confirm(flows: Flows, session: LoginResult, token: str, code: str, *, now: int = NOW) -> Account:
    request = valid(ConfirmCustomerRequest, {"confirmation_token": token, "code": code})
    return supplies.confirm(request, session.access_token, flows.account, issuer=ISSUER, now=now).account


def _remove(flows: Flows, session: LoginResult, code: str, *, token: str = "") -> Account:
    if not token:
        token, _ = reauth.reauthenticate(retyped(), session.access_token, flows.account, issuer=ISSUER, now=NOW)
    request = valid(RemoveCustomerRequest, {"reauth_token": token, "customer_code": code})
    return supply_removal.remove(request, session.access_token, flows.account, issuer=ISSUER, now=NOW).account


def _shown(flows: Flows, session: LoginResult) -> list[tuple[str, str]]:
    account = read(session.access_token, flows.account, issuer=ISSUER, now=NOW).account
    return [(summary.code, summary.role) for summary in account.summaries]


def _register(flows: Flows, customer: Customer, user_id: str) -> LoginResult:
    """Register another customer under another address and log in."""
    bill = {"customer_code": customer.code, "first_name": customer.first_name, "last_name": customer.last_name}
    claim = step_one(**bill, tax_code=customer.codice_fiscale)
    token = verify(claim, flows.verify, source=SOURCE, now=NOW).step_token
    register(step_two(token, user_id=user_id), flows.credentials, source=SOURCE, language="it", now=NOW)
    return log_in(typed_login(user_id=user_id), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)


def test_a_supply_with_the_same_tax_code_is_linked_at_once_and_the_session_goes_on(
    flows: Flows, session: LoginResult
) -> None:
    linked = _add(flows, session, HOUSE)
    assert isinstance(linked, Account)
    assert _shown(flows, session) == [(MARIO.code, "holder"), (HOUSE.code, "holder")]
    assert flows.supply_links.open == {}
    assert flows.activity.of("gas", session.account_id)[-1] == Entry(NOW, "supply_linked", "", "192.0.2.0/24")
    assert _add(flows, session, HOUSE) == linked  # the answer was lost
    with pytest.raises(AlreadyRegistered):
        verify(step_one(customer_code=HOUSE.code), flows.verify, source=SOURCE, now=NOW)


def test_ones_own_tax_code_with_other_data_is_not_matched(flows: Flows, session: LoginResult) -> None:
    typed: list[dict[str, Any]] = [
        {"customer_code": "0999999999"},
        {"first_name": "Luigi"},
        {"customer_code": MOTHER.code},
    ]
    for changes in typed:
        with pytest.raises(CustomerNotMatched):
            _add(flows, session, HOUSE, **changes)
    assert _shown(flows, session) == [(MARIO.code, "holder")]


def test_anothers_supply_is_linked_with_the_code_that_the_holder_got_and_as_a_delegate(
    flows: Flows, session: LoginResult
) -> None:
    token = _ask(flows, session)
    assert _shown(flows, session) == [(MARIO.code, "holder")]
    [link] = [each for each, _, _ in flows.supply_links.open.values()]
    assert (link.account_id, link.customer_code, link.language) == (session.account_id, MOTHER.code, "de")
    with pytest.raises(CodeInvalid):
        _confirm(flows, session, token, "000000")
    linked = _confirm(flows, session, token, _mailed(flows))
    assert _shown(flows, session) == [(MARIO.code, "holder"), (MOTHER.code, "delegate")]
    assert _confirm(flows, session, token, _mailed(flows)) == linked  # the answer was lost
    assert [each.kind for each in flows.activity.of("gas", session.account_id)] == ["login", "supply_linked"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"first_name": "Luigi"},
        {"customer_code": "0999999999"},
        {"customer_code": MARIO.code + "9"},
        {"customer_code": HOUSE.code},
    ],
)
@pytest.mark.parametrize("mail", [True, False])
def test_whatever_is_typed_of_others_is_answered_alike(changes: dict[str, Any], *, mail: bool) -> None:
    flows = _new_flows(mail=mail)
    session = _log_in(flows)
    token = _ask(flows, session, **changes)
    good = mail and not changes
    [link] = [each for each, _, _ in flows.supply_links.open.values()]
    assert link.customer_code == (MOTHER.code if good else "")
    if not good:
        with pytest.raises(CodeInvalid):
            _confirm(flows, session, token, _mailed(flows))
    budget = flows.account.mail_budget
    used = flows.attempts.used("mails-supply-link", budget.per_customer, NOW)
    assert used == (1 if mail else 0)


@pytest.mark.parametrize("address", ["", "no address"])
def test_without_an_address_in_the_crm_no_code_fits(flows: Flows, session: LoginResult, address: str) -> None:
    flows.customers.add(MOTHER._replace(email=address))
    token = _ask(flows, session)
    with pytest.raises(CodeInvalid):
        _confirm(flows, session, token, _mailed(flows))


def test_a_supply_that_is_registered_is_said_only_where_all_of_it_matches(flows: Flows, session: LoginResult) -> None:
    _register(flows, MOTHER, "anna@example.org")
    with pytest.raises(AlreadyRegistered):
        _add(flows, session, MOTHER)
    _ask(flows, session, first_name="Luigi")
    assert flows.accounts.account_of("gas", MOTHER.code) != session.account_id


def test_a_supply_that_was_registered_meanwhile_stays_where_it_is(flows: Flows, session: LoginResult) -> None:
    token = _ask(flows, session)
    _register(flows, MOTHER, "anna@example.org")
    with pytest.raises(AlreadyRegistered):
        _confirm(flows, session, token, _mailed(flows))


def test_a_code_is_of_one_account_one_request_and_one_hour(flows: Flows, session: LoginResult) -> None:
    other = _register(flows, HOUSE, "altro@example.org")
    token = _ask(flows, session)
    with pytest.raises(ConfirmationTokenInvalid):
        _confirm(flows, other, token, _mailed(flows))
    second = _ask(flows, session)
    code = _mailed(flows)
    with pytest.raises(CodeInvalid):
        _confirm(flows, session, token, code)
    with pytest.raises(ConfirmationTokenInvalid):
        _confirm(flows, session, "rubbish", code)
    with pytest.raises(AccessTokenInvalid):
        _confirm(flows, session._replace(access_token="x"), second, code)
    with pytest.raises(ConfirmationTokenExpired):
        _confirm(flows, _log_in(flows, now=NOW + LIFETIME), second, code, now=NOW + LIFETIME)
    assert _confirm(flows, session, second, code)


def test_a_code_has_five_tries(flows: Flows, session: LoginResult) -> None:
    token = _ask(flows, session)
    for _ in range(5):
        with pytest.raises(CodeInvalid):
            _confirm(flows, session, token, "000000")
    with pytest.raises(ConfirmationTokenInvalid):
        _confirm(flows, session, token, _mailed(flows))


@pytest.mark.parametrize(
    "record", [MOTHER._replace(codice_fiscale="VRDLGU70A01H501X"), MOTHER._replace(status="closed")]
)
def test_a_record_that_changed_hands_or_was_closed_is_linked_to_nobody(
    flows: Flows, session: LoginResult, record: Customer
) -> None:
    token = _ask(flows, session)
    flows.customers.add(record)
    with pytest.raises(ConfirmationTokenInvalid):
        _confirm(flows, session, token, _mailed(flows))


def test_attempts_are_those_of_step_one(flows: Flows, session: LoginResult) -> None:
    for _ in range(5):
        with pytest.raises(CustomerNotMatched):
            _add(flows, session, HOUSE, first_name="Luigi")
    with pytest.raises(TooManyAttempts):
        _add(flows, session, HOUSE)
    with pytest.raises(TooManyAttempts):
        verify(step_one(customer_code=HOUSE.code), flows.verify, source=SOURCE, now=NOW)


def test_mails_about_a_customer_have_a_budget_and_answers_stay_the_same(flows: Flows, session: LoginResult) -> None:
    budget = flows.account.mail_budget.per_customer
    account = flows.account._replace(per_code=flows.account.per_code._replace(capacity=100))
    flows = flows._replace(account=account)
    for _ in range(budget.capacity):
        _ask(flows, session)
    _ask(flows, session)
    links = [link.customer_code for link, _, _ in flows.supply_links.open.values()]
    assert links == [MOTHER.code] * budget.capacity + [""]


def test_what_a_delegate_has_makes_nothing_the_delegates_own(flows: Flows, session: LoginResult) -> None:
    flows.customers.add(MOTHER._replace(code="0123450003"))
    _confirm(flows, session, _ask(flows, session), _mailed(flows))
    _ask(flows, session, MOTHER._replace(code="0123450003"))  # a code again, not at once


def test_an_account_has_two_hundred_supplies_at_most(flows: Flows, session: LoginResult) -> None:
    token = _ask(flows, session)
    key = "gas", session.account_id
    many = tuple(f"{number:010}" for number in range(MOST - 1))
    account = flows.accounts.accounts[key]
    flows.accounts.accounts[key] = account._replace(customers=(MARIO.code, *many))
    with pytest.raises(TooManyCustomers):
        _add(flows, session, HOUSE)
    with pytest.raises(TooManyCustomers):
        _confirm(flows, session, token, _mailed(flows))
    flows.accounts.accounts[key] = account._replace(customers=(MARIO.code, *many[1:]))
    assert isinstance(_add(flows, session, HOUSE), Account)


def test_another_suppliers_supply_is_no_supply_of_this_account(flows: Flows, session: LoginResult) -> None:
    with pytest.raises(InvalidRequest):
        _add(flows, session, HOUSE, supplier="luce")


def test_a_supply_is_removed_with_the_password_and_can_be_registered_by_anybody(
    flows: Flows, session: LoginResult
) -> None:
    _add(flows, session, HOUSE)
    with pytest.raises(ReauthTokenInvalid):
        _remove(flows, session, HOUSE.code, token="x")
    _remove(flows, session, HOUSE.code[:4] + " " + HOUSE.code[4:])
    assert _shown(flows, session) == [(MARIO.code, "holder")]
    assert verify(step_one(customer_code=HOUSE.code), flows.verify, source=SOURCE, now=NOW)
    assert flows.activity.of("gas", session.account_id)[-1].kind == "supply_unlinked"
    _remove(flows, session, HOUSE.code)  # a repeat


def test_the_last_supply_stays(flows: Flows, session: LoginResult) -> None:
    with pytest.raises(LastCustomer):
        _remove(flows, session, MARIO.code)
    assert _shown(flows, session) == [(MARIO.code, "holder")]


def test_a_holder_ends_what_a_delegate_has_and_nobody_else_does(flows: Flows, session: LoginResult) -> None:
    mothers = MOTHER._replace(code="0123450004")
    flows.customers.add(mothers)
    stranger = _register(flows, HOUSE, "altro@example.org")
    holder = _register(flows, mothers, "anna@example.org")
    _confirm(flows, session, _ask(flows, session), _mailed(flows))
    assert _shown(flows, session) == [(MARIO.code, "holder"), (MOTHER.code, "delegate")]
    _remove(flows, stranger, MOTHER.code)
    assert len(_shown(flows, session)) == 2
    _remove(flows, holder, MARIO.code)  # no delegate's, though it is somebody's
    assert len(_shown(flows, session)) == 2
    _remove(flows, holder, MOTHER.code)
    assert _shown(flows, session) == [(MARIO.code, "holder")]
    assert isinstance(_add(flows, holder, MOTHER), Account)
    assert _shown(flows, holder) == [(mothers.code, "holder"), (MOTHER.code, "holder")]


def test_nobody_ends_what_a_holder_has(flows: Flows, session: LoginResult) -> None:
    other = _register(flows, HOUSE, "altro@example.org")  # the same person, with two accounts
    _remove(flows, session, HOUSE.code)
    assert _shown(flows, other) == [(HOUSE.code, "holder")]


def test_a_new_holder_takes_the_supply_from_its_delegate(flows: Flows, session: LoginResult) -> None:
    _confirm(flows, session, _ask(flows, session), _mailed(flows))
    sync = sync_dependencies(flows)
    flows.customers.add(MOTHER._replace(phone="+390425284604"))
    followed = synchronise("gas", MOTHER.code, sync, before=None, now=NOW)
    assert followed
    assert followed.outcome == "followed"
    assert _shown(flows, session)[1] == (MOTHER.code, "delegate")  # a record that changes makes no holder
    flows.customers.add(MOTHER._replace(first_name="Luigi", last_name="Verdi", codice_fiscale="VRDLGU70A01H501X"))
    unlinked = synchronise("gas", MOTHER.code, sync, before=None, now=NOW)
    assert unlinked
    assert unlinked.outcome == "unlinked"
    assert flows.accounts.account_of("gas", MOTHER.code) is None


def test_a_closed_account_frees_what_it_had_as_a_delegate(flows: Flows, session: LoginResult) -> None:
    _confirm(flows, session, _ask(flows, session), _mailed(flows))
    token, _ = reauth.reauthenticate(retyped(), session.access_token, flows.account, issuer=ISSUER, now=NOW)
    closing.close(
        valid(CloseRequest, {"reauth_token": token}), session.access_token, flows.account, issuer=ISSUER, now=NOW
    )
    assert _register(flows, MOTHER, "anna@example.org")


def test_an_outage_spends_no_attempt_and_a_change_meanwhile_is_said(
    flows: Flows, session: LoginResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: Any, **more: Any) -> None:
        raise EndpointConnectionError(endpoint_url="x")

    with monkeypatch.context() as patch:
        patch.setattr(flows.supply_links, "begin", fails)
        with pytest.raises(EndpointConnectionError):
            _add(flows, session, MOTHER)
    assert flows.attempts.used("verify-code", flows.account.per_code, NOW) == 0
    with monkeypatch.context() as patch:
        patch.setattr(flows.account.supplies, "link", lambda *given, **more: None)
        with pytest.raises(Unavailable):
            _add(flows, session, HOUSE)
    assert flows.attempts.used("verify-code", flows.account.per_code, NOW) == 0
    token = _ask(flows, session)
    with monkeypatch.context() as patch:
        patch.setattr(flows.account.supplies, "link", lambda *given, **more: None)
        with pytest.raises(Unavailable):
            _confirm(flows, session, token, _mailed(flows))
    assert [tries for _, tries, _ in flows.supply_links.open.values()] == [0]
    _confirm(flows, session, token, _mailed(flows))
    with monkeypatch.context() as patch:
        patch.setattr(flows.account.supplies, "remove", lambda *given, **more: None)
        with pytest.raises(Unavailable):
            _remove(flows, session, MOTHER.code)
