"""With ClaimProof=code, on fakes: whoever holds a bill also has to read the record's address, or was given a code."""

from typing import Any

import pytest

from credentials import flow
from credentials.confirmation import confirm
from tests.unit.flows.fixtures import (
    MARIO,
    NOW,
    SOURCE,
    SUPPLIERS,
    Flows,
    confirmed,
    mailed_claim_code,
    mailed_code,
    new_flows,
    step_one,
    step_two,
)
from utenza.errors import InvalidRequest, UtenzaError
from utenza.suppliers import Suppliers
from utenza.tables.pending import Claim
from verify.flow import verify

ELSE = "else@example.org"
ISSUING = Suppliers([supplier.model_copy(update={"issues_activation_codes": True}) for supplier in SUPPLIERS])


def _flows(crm: str = "crm@example.org", *, issues: bool = False, **settings: Any) -> Flows:
    """Return a deployment whose CRM has this address of Mario."""
    flows = new_flows(MARIO._replace(email=crm), mail=True, proves_claims=True)
    suppliers = ISSUING if issues else SUPPLIERS
    return flows._replace(credentials=flows.credentials._replace(suppliers=suppliers, **settings))


def _choose(flows: Flows, user_id: str = ELSE) -> tuple[str, Claim | None]:
    token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
    request = step_two(token, user_id=user_id)
    registered = flow.register(request, flows.credentials, source=SOURCE, language="it", now=NOW)
    assert registered.confirmation
    return registered.confirmation[0], registered.claim


def _confirm(flows: Flows, token: str, code: str, **more: str) -> str:
    try:
        return confirm(confirmed(token, code, **more), flows.credentials, now=NOW).user_id
    except UtenzaError as refused:
        return refused.code


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize(
    ("crm", "issues", "user_id", "claim"),
    [
        ("crm@example.org", False, ELSE, "code"),
        ("crm@example.org", True, ELSE, "code"),
        ("Else@Example.org", True, ELSE, None),  # the confirmation code proves it
        ("", True, ELSE, "activation_code"),
        ("no address", True, ELSE, "activation_code"),
        ("", False, ELSE, None),
        ("no address", False, ELSE, None),
    ],
)
def test_the_record_decides_what_is_to_be_proven(
    crm: str,
    issues: bool,  # noqa: FBT001
    user_id: str,
    claim: Claim | None,
) -> None:
    flows = _flows(crm, issues=issues)
    token, asked = _choose(flows, user_id)
    assert asked == claim
    if claim is None:
        assert _confirm(flows, token, mailed_code(flows)) == user_id


@pytest.mark.parametrize("settings", [{"proves_claims": False}, {"proves_claims": False, "sends_mail": False}])
def test_nothing_is_asked_for_where_the_deployment_does_not(settings: dict[str, Any]) -> None:
    flows = _flows(issues=True, **settings)
    token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
    request = step_two(token, user_id=ELSE)
    assert flow.register(request, flows.credentials, source=SOURCE, language="it", now=NOW).claim is None


def test_both_codes_make_the_account_and_neither_alone() -> None:
    flows = _flows()
    token, _ = _choose(flows)
    code, claim_code = mailed_code(flows), mailed_claim_code(flows)
    assert code != claim_code
    tries = [
        {"code": code, "claim_code": _wrong(claim_code)},
        {"code": _wrong(code), "claim_code": claim_code},
        {"code": code, "claim_code": code},
        {"code": claim_code, "claim_code": claim_code},
    ]
    assert {_confirm(flows, token, **typed) for typed in tries} == {"code_invalid"}
    assert not flows.accounts.accounts
    assert _confirm(flows, token, code, claim_code=f" {claim_code[:3]}-{claim_code[3:]} ") == ELSE


def test_which_of_the_two_codes_is_wrong_is_not_said() -> None:
    flows = _flows()
    token, _ = _choose(flows)
    code, claim_code = mailed_code(flows), mailed_claim_code(flows)
    words = set()
    for typed in ((_wrong(code), claim_code), (code, _wrong(claim_code)), (_wrong(code), _wrong(claim_code))):
        with pytest.raises(UtenzaError) as refused:
            confirm(confirmed(token, typed[0], claim_code=typed[1]), flows.credentials, now=NOW)
        words.add(tuple(vars(refused.value).items()))
    assert words == {(("words", "two_codes"),)}


def test_five_tries_of_either_code_and_no_more() -> None:
    flows = _flows()
    token, _ = _choose(flows)
    code, claim_code = mailed_code(flows), mailed_claim_code(flows)
    outcomes = [_confirm(flows, token, code, claim_code=_wrong(claim_code)) for _ in range(6)]
    assert outcomes == ["code_invalid"] * 5 + ["confirmation_token_invalid"]
    assert _confirm(flows, token, code, claim_code=claim_code) == "confirmation_token_invalid"
    assert not flows.accounts.accounts


@pytest.mark.parametrize(("crm", "field"), [("crm@example.org", "claim_code"), ("", "activation_code")])
def test_a_code_that_is_not_sent_is_required_and_costs_no_try(crm: str, field: str) -> None:
    flows = _flows(crm, issues=True)
    token, _ = _choose(flows)
    for code in (mailed_code(flows), _wrong(mailed_code(flows))):
        for typed in ({}, {field: " "}):
            with pytest.raises(InvalidRequest) as refused:
                confirm(confirmed(token, code, **typed), flows.credentials, now=NOW)
            assert refused.value.errors == ((field, "required"),)
    assert flows.pending.waiting["gas", MARIO.code].tries == 0


@pytest.mark.parametrize("crm", ["crm@example.org", ""])
def test_a_taken_address_gets_the_same_answers(crm: str) -> None:
    flows = _flows(crm, issues=True)
    other = MARIO._replace(code="0123456780", email=ELSE)
    flows.customers.add(other)
    step = verify(step_one(customer_code=other.code), flows.verify, source=SOURCE, now=NOW).step_token
    begun = flow.register(step_two(step, user_id=ELSE), flows.credentials, source=SOURCE, language="it", now=NOW)
    assert begun.confirmation
    assert _confirm(flows, begun.confirmation[0], mailed_code(flows, other.code)) == ELSE

    free, taken = _flows(crm, issues=True), flows
    claims = []
    for each in (free, taken):
        token, claim = _choose(each)
        claims.append(claim)
        assert _confirm(each, token, "x", claim_code="x", activation_code="x") == "code_invalid"
    assert claims[0] == claims[1]
    right = {"claim_code": mailed_claim_code(flows), "activation_code": _issue(flows)}
    assert _confirm(flows, token, mailed_code(flows), **right) == "code_invalid"
    assert flows.activation_codes.fits("gas", MARIO.code, right["activation_code"], now=NOW)


def _issue(flows: Flows, customer_code: str = MARIO.code) -> str:
    return flows.activation_codes.issue("gas", customer_code, now=NOW)


def test_an_activation_code_makes_the_account_and_is_spent() -> None:
    flows = _flows("", issues=True)
    token, claim = _choose(flows)
    assert claim == "activation_code"
    code, activation_code = mailed_code(flows), _issue(flows)
    others = _issue(flows, "0123456780")
    for typed in (others, "CCCC-CCCC-CCCC", code):
        assert _confirm(flows, token, code, activation_code=typed) == "code_invalid"
    assert _confirm(flows, token, _wrong(code), activation_code=activation_code) == "code_invalid"
    assert flows.activation_codes.fits("gas", MARIO.code, activation_code, now=NOW)
    assert _confirm(flows, token, code, activation_code=activation_code.lower().replace("-", " ")) == ELSE
    assert not flows.activation_codes.fits("gas", MARIO.code, activation_code, now=NOW)


def test_an_activation_code_does_not_stand_for_the_code_to_the_records_address() -> None:
    flows = _flows(issues=True)
    token, _ = _choose(flows)
    typed = {"claim_code": _wrong(mailed_claim_code(flows)), "activation_code": _issue(flows)}
    assert _confirm(flows, token, mailed_code(flows), **typed) == "code_invalid"


def test_an_activation_code_of_a_registration_that_needs_none_is_not_spent() -> None:
    flows = _flows(ELSE, issues=True)
    token, _ = _choose(flows)
    code = _issue(flows)
    assert _confirm(flows, token, mailed_code(flows), activation_code=code) == ELSE
    assert flows.activation_codes.fits("gas", MARIO.code, code, now=NOW)


def test_what_was_asked_for_is_asked_for_though_the_record_changes_meanwhile() -> None:
    flows = _flows()
    token, _ = _choose(flows)
    flows.customers.add(MARIO._replace(email=""))
    assert _confirm(flows, token, mailed_code(flows)) == "invalid_request"
    assert _confirm(flows, token, mailed_code(flows), claim_code=mailed_claim_code(flows)) == ELSE
