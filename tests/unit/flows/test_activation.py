"""Adding a supply with an operator's activation code, on fakes: counted first, spent once, and by the right role."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from account import activation
from account.flow import read
from account.schemas import AddByCodeRequest
from login.flow import LoginResult
from tests.unit.flows.fixtures import (
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    new_flows,
    register_mario,
    submitted,
    valid,
)
from tests.unit.flows.test_supplies import HOUSE, MOTHER, _add, _log_in, _register, _remove
from utenza.customers.record import Customer
from utenza.dynamodb import Reason, TransactionCancelled
from utenza.errors import (
    AccessTokenInvalid,
    AlreadyRegistered,
    CodeInvalid,
    InvalidRequest,
    TooManyAttempts,
    TooManyCustomers,
    Unavailable,
)
from utenza.limits.limit import Limit
from utenza.tables.accounts import Account
from utenza.tables.activation_codes import LIFETIME
from utenza.tables.supplies import MOST


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows(MARIO, HOUSE, MOTHER))


@pytest.fixture
def session(flows: Flows) -> LoginResult:
    return _log_in(flows)


def _issue(flows: Flows, record: Customer = HOUSE, *, now: int = NOW) -> str:
    return flows.activation_codes.issue("gas", record.code, now=now)


def _use(flows: Flows, session: LoginResult, code: str, *, supplier: str = "gas", now: int = NOW) -> Account:
    request = valid(AddByCodeRequest, {"supplier": supplier, "activation_code": code})
    access = session.access_token
    return activation.add(request, access, flows.account, issuer=ISSUER, source=SOURCE, now=now).account


def _shown(flows: Flows, session: LoginResult) -> list[tuple[str, str]]:
    account = read(session.access_token, flows.account, issuer=ISSUER, now=NOW).account
    return [(summary.code, summary.role) for summary in account.summaries]


def test_a_supply_of_the_same_tax_code_is_linked_as_its_holders(flows: Flows, session: LoginResult) -> None:
    linked = _use(flows, session, _issue(flows).lower().replace("-", " "))
    assert linked.customers == (MARIO.code, HOUSE.code)
    assert _shown(flows, session) == [(MARIO.code, "holder"), (HOUSE.code, "holder")]
    assert [each.kind for each in flows.activity.of("gas", session.account_id)] == ["login", "supply_linked"]


def test_anybody_elses_makes_a_delegate_and_the_holder_can_end_it(flows: Flows, session: LoginResult) -> None:
    _use(flows, session, _issue(flows, MOTHER))
    assert _shown(flows, session) == [(MARIO.code, "holder"), (MOTHER.code, "delegate")]
    flows.customers.add(MOTHER._replace(code="0123450004"))
    holder = _register(flows, MOTHER._replace(code="0123450004"), "anna@example.org")
    _remove(flows, holder, MOTHER.code)
    assert _shown(flows, session) == [(MARIO.code, "holder")]


def test_a_repeat_is_answered_as_the_first_call_and_by_nobody_else(flows: Flows, session: LoginResult) -> None:
    code = _issue(flows)
    linked = _use(flows, session, code)
    assert _use(flows, session, code) == linked
    other = _register(flows, MOTHER, "anna@example.org")
    with pytest.raises(CodeInvalid):
        _use(flows, other, code)
    _remove(flows, session, HOUSE.code)
    with pytest.raises(CodeInvalid):  # it is good once
        _use(flows, session, code)
    assert flows.attempts.used("activation-account", flows.account.per_code, NOW) == 2  # the two that were refused


def test_one_that_is_linked_already_leaves_the_code_for_nobody(flows: Flows, session: LoginResult) -> None:
    code = _issue(flows)
    linked = _add(flows, session, HOUSE)
    assert _use(flows, session, code) == linked
    other = _register(flows, MOTHER, "anna@example.org")
    with pytest.raises(AlreadyRegistered):
        _use(flows, other, code)


@pytest.mark.parametrize("what", ["wrong", "expired", "replaced", "withdrawn", "closed", "gone"])
def test_whatever_is_wrong_is_refused_alike_and_counted(flows: Flows, session: LoginResult, what: str) -> None:
    code, now = _issue(flows), NOW
    match what:
        case "wrong":
            code = "CCCC-CCCC-CCCC"
        case "expired":
            code = _issue(flows, now=NOW - LIFETIME)
        case "replaced":
            _issue(flows)
        case "withdrawn":
            flows.activation_codes.withdraw("gas", HOUSE.code, until=NOW)
        case "closed":
            flows.customers.add(HOUSE._replace(status="closed"))
        case "gone":
            flows.customers.records.pop(("gas", HOUSE.code))
    with pytest.raises(CodeInvalid) as refused:
        _use(flows, session, code, now=now)
    assert refused.value.words == "activation_code"
    assert _shown(flows, session) == [(MARIO.code, "holder")]
    assert flows.attempts.used("activation-account", flows.account.per_code, NOW) == 1


def test_attempts_are_counted_before_anything_is_compared(flows: Flows, session: LoginResult) -> None:
    code = _issue(flows)
    for _ in range(flows.account.per_code.capacity):
        with pytest.raises(CodeInvalid):
            _use(flows, session, "CCCC-CCCC-CCCC")
    with pytest.raises(TooManyAttempts):
        _use(flows, session, code)
    assert _shown(flows, session) == [(MARIO.code, "holder")]


def test_the_source_is_that_of_step_one(flows: Flows, session: LoginResult) -> None:
    narrow = flows._replace(account=flows.account._replace(per_verifying_source=Limit(2, 900)))
    with pytest.raises(CodeInvalid):
        _use(narrow, session, "CCCC-CCCC-CCCC")
    with pytest.raises(TooManyAttempts):
        _add(narrow, session, HOUSE)


def test_a_code_that_somebody_uses_in_this_moment_is_good_once(
    flows: Flows, session: LoginResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registration of the same customer may spend it: the marker, or the code itself, is not there any more."""
    code = _issue(flows)
    real = flows.customers.find

    def overtaken(supplier: str, customer_code: str, *, consistent: bool = False) -> Customer | None:
        flows.activation_codes.withdraw("gas", HOUSE.code, until=NOW)
        return real(supplier, customer_code, consistent=consistent)

    monkeypatch.setattr(flows.customers, "find", overtaken)
    with pytest.raises(CodeInvalid):
        _use(flows, session, code)
    assert _shown(flows, session) == [(MARIO.code, "holder")]


@pytest.mark.parametrize(("code", "raised"), [("ConditionalCheckFailed", CodeInvalid), ("Other", TransactionCancelled)])
def test_a_transaction_that_is_cancelled_for_another_reason_is_an_outage(
    flows: Flows, session: LoginResult, monkeypatch: pytest.MonkeyPatch, code: str, raised: type[Exception]
) -> None:
    def cancel(*_args: object, **_more: object) -> None:
        raise TransactionCancelled([Reason("None", None), Reason("None", None), Reason(code, None)])

    monkeypatch.setattr(flows.account.supplies, "link", cancel)
    with pytest.raises(raised):
        _use(flows, session, _issue(flows))


def test_an_outage_spends_neither_attempt_nor_code(
    flows: Flows, session: LoginResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = _issue(flows)

    def fail(*_args: object, **_more: object) -> None:
        raise EndpointConnectionError(endpoint_url="x")

    with monkeypatch.context() as patch:
        patch.setattr(flows.customers, "find", fail)
        with pytest.raises(EndpointConnectionError):
            _use(flows, session, code)
    with monkeypatch.context() as patch:
        patch.setattr(flows.account.supplies, "link", lambda *_args, **_more: None)
        with pytest.raises(Unavailable):
            _use(flows, session, code)
    assert flows.attempts.used("activation-account", flows.account.per_code, NOW) == 0
    assert _use(flows, session, code)


def test_who_is_not_logged_in_is_of_another_supplier_or_has_too_many_adds_none(
    flows: Flows, session: LoginResult
) -> None:
    code = _issue(flows)
    with pytest.raises(AccessTokenInvalid):
        _use(flows, session._replace(access_token="x"), code)
    with pytest.raises(InvalidRequest):
        _use(flows, session, code, supplier="luce")
    account = flows.accounts.accounts["gas", session.account_id]
    many = (MARIO.code, *(f"{number:010}" for number in range(MOST - 1)))
    flows.accounts.accounts["gas", session.account_id] = account._replace(customers=many)
    with pytest.raises(TooManyCustomers):
        _use(flows, session, code)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"activation_code": "x", "tax_code": MARIO.codice_fiscale}, [("activation_code", "not_both")]),
        ({"activation_code": "x", "customer_code": 1, "phone": "1"}, [("activation_code", "not_both")]),
        ({"activation_code": "x", "customer_code": " ", "phone": None}, []),
        ({"activation_code": "x", "more": "x"}, [("more", "unknown_field")]),
        ({"activation_code": 1}, [("activation_code", "wrong_type")]),
        ({"activation_code": "x" * 41}, [("activation_code", "too_long")]),
        ({"activation_code": "x", "supplier": "acqua"}, [("supplier", "unknown_supplier")]),
    ],
)
def test_a_body_has_the_code_or_a_bill(typed: dict[str, Any], errors: list[tuple[str, str]]) -> None:
    form = submitted(AddByCodeRequest, {"supplier": "gas"} | typed)
    assert form.has("activation_code")
    assert not form.has("tax_code") or "tax_code" in typed
    if not errors:
        assert form.valid()
        return
    with pytest.raises(InvalidRequest) as refused:
        form.valid()
    assert [(each.field, each.code) for each in refused.value.errors] == errors


@pytest.mark.parametrize("blank", [{}, {"activation_code": None}, {"activation_code": " "}])
def test_a_blank_code_is_none(blank: dict[str, Any]) -> None:
    assert not submitted(AddByCodeRequest, blank).has("activation_code")
