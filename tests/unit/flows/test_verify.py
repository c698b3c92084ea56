"""Step one on fakes: who gets a step token, and that all others get one answer."""

from typing import Any

import pytest

from tests.unit.flows.fixtures import MARIO, NOW, SOURCE, new_flows, register_mario, step_one
from utenza.errors import AlreadyRegistered, CustomerNotMatched, FieldError, InvalidRequest, TooManyAttempts
from utenza.tokens.holder import is_held_by
from verify import flow


def _verify(dependencies: flow.Dependencies, *, now: int = NOW, **changes: Any) -> flow.Verified:
    return flow.verify(step_one(**changes), dependencies, source=SOURCE, now=now)


def _wrong_fields(**changes: Any) -> set[FieldError]:
    with pytest.raises(InvalidRequest) as refused:
        _verify(new_flows().verify, **changes)
    return set(refused.value.errors)


def test_a_customer_whose_data_match_gets_a_step_token_for_that_code() -> None:
    flows = new_flows()
    verified = _verify(flows.verify, customer_code=" 0123.456-789 ", phone="333 99 99 999")
    claims = flows.verify.step_tokens.read(verified.step_token, now=NOW)
    assert (claims.supplier, claims.customer_code, claims.phone) == ("gas", MARIO.code, "+393339999999")
    assert (verified.kind, verified.expires_in) == ("person", 900)


def test_a_step_token_says_whose_the_record_is_without_a_tax_code() -> None:
    flows = new_flows(MARIO._replace(partita_iva="12345678903"))
    claims = flows.verify.step_tokens.read(_verify(flows.verify).step_token, now=NOW)
    assert len(claims.holder) == 2
    assert not {MARIO.codice_fiscale, "12345678903"} & {*claims.holder}
    assert is_held_by(claims.holder, MARIO, flows.verify.keys.lasting(now=NOW))


@pytest.mark.parametrize(
    "change",
    [
        {"customer_code": "123456789"},
        {"first_name": "Maria"},
        {"last_name": "Russo"},
        {"tax_code": "RSSMRA80A01H501U".replace("80", "8L")[:15] + "X"},
        {"supplier": "luce"},
        {"first_name": None, "last_name": None, "company_name": "Mario Rossi"},
    ],
)
def test_whatever_differs_it_is_not_matched(change: dict[str, Any]) -> None:
    if "tax_code" in change:
        change = {"tax_code": "RSSMRA80A01F205X"}
    with pytest.raises(CustomerNotMatched):
        _verify(new_flows().verify, **change)


@pytest.mark.parametrize(
    "names",
    [("-", "Singh"), ("Singh", "-"), (" - ", "singh"), ("Singh", "Singh"), ("\u2013", "Singh"), ("--", "Singh")],
)
def test_a_person_with_one_name_gives_a_dash_or_the_name_again(names: tuple[str, str]) -> None:
    flows = new_flows(MARIO._replace(first_name="", last_name="SINGH"))
    assert _verify(flows.verify, first_name=names[0], last_name=names[1]).kind == "person"


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (("-", "-"), ["first_name", "last_name", "company_name"]),
        (("-", ""), ["first_name", "last_name", "company_name"]),
        (("\u2014", "--"), ["first_name", "last_name", "company_name"]),
        (("Singh", ""), ["last_name"]),
        (("Singh", None), ["last_name"]),
    ],
)
def test_a_dash_alone_is_no_name_and_nothing_is_no_dash(names: tuple[str, str | None], missing: list[str]) -> None:
    assert _wrong_fields(first_name=names[0], last_name=names[1]) == {
        FieldError(field, "required") for field in missing
    }


def test_a_closed_customer_is_not_matched() -> None:
    with pytest.raises(CustomerNotMatched):
        _verify(new_flows(MARIO._replace(status="closed")).verify)


def test_the_hint_comes_from_the_input_alone() -> None:
    for dependencies in (new_flows().verify, new_flows(MARIO._replace(code="0000000001")).verify):
        with pytest.raises(CustomerNotMatched) as refused:
            _verify(dependencies, first_name="Luigi")
        assert refused.value.hint == "name_and_tax_code_differ"
    with pytest.raises(CustomerNotMatched) as refused:
        _verify(new_flows().verify, customer_code="0000000001")
    assert refused.value.hint is None


def test_every_fault_of_the_request_is_reported_at_once() -> None:
    assert _wrong_fields(supplier="acme", tax_code="X", phone="1", first_name=" ") == {
        FieldError("supplier", "unknown_supplier"),
        FieldError("tax_code", "invalid_tax_code"),
        FieldError("phone", "invalid_phone"),
        FieldError("first_name", "required"),
    }
    assert _wrong_fields(supplier=None, customer_code="?") == {FieldError("supplier", "required")}
    assert _wrong_fields(customer_code="12") == {FieldError("customer_code", "invalid_customer_code")}


def test_a_person_gives_both_names_and_a_company_gives_its_own() -> None:
    assert _wrong_fields(last_name=None) == {FieldError("last_name", "required")}
    assert _wrong_fields(first_name="?", last_name=None) == {
        FieldError("first_name", "invalid_name"),
        FieldError("last_name", "required"),
    }
    assert _wrong_fields(first_name=None, last_name=None) == {
        FieldError("first_name", "required"),
        FieldError("last_name", "required"),
        FieldError("company_name", "required"),
    }


@pytest.mark.parametrize(
    "names",
    [
        {"company_name": None},
        {"first_name": None, "last_name": None},
        {},
        {"first_name": None},
        {"last_name": "Russo"},
    ],
)
def test_a_sole_trader_may_give_both_names_and_one_of_them_is_enough(names: dict[str, Any]) -> None:
    dependencies = new_flows(MARIO._replace(company_name="Idraulica Rossi")).verify
    assert _verify(dependencies, **({"company_name": "IDRAULICA ROSSI"} | names)).kind == "person"


def test_a_registered_customer_is_told_so_only_when_everything_matches() -> None:
    flows = register_mario(new_flows())
    with pytest.raises(AlreadyRegistered):
        _verify(flows.verify)
    with pytest.raises(CustomerNotMatched):
        _verify(flows.verify, first_name="Luigi")


def test_wrong_guesses_at_a_code_lead_to_a_wait_that_the_right_data_do_not_shorten() -> None:
    dependencies = new_flows(free=3).verify
    for _ in range(3):
        with pytest.raises(CustomerNotMatched):
            _verify(dependencies, first_name="Luigi")
    guesses: list[dict[str, Any]] = [{"first_name": "Luigi"}, {}]
    for changes in guesses:
        with pytest.raises(TooManyAttempts) as refused:
            _verify(dependencies, **changes)
        assert refused.value.retry_after == 900
    assert _verify(dependencies, now=NOW + 900).kind == "person"


def test_unknown_codes_are_counted_alike() -> None:
    dependencies = new_flows(free=2).verify
    for _ in range(2):
        with pytest.raises(CustomerNotMatched):
            _verify(dependencies, customer_code="0000000001")
    with pytest.raises(TooManyAttempts):
        _verify(dependencies, customer_code="0000000001")


def test_a_source_is_counted_over_all_codes() -> None:
    dependencies = new_flows().verify._replace(per_source=new_flows(free=4).verify.per_code)
    for number in range(4):
        with pytest.raises(CustomerNotMatched):
            _verify(dependencies, customer_code=f"000000000{number}")
    with pytest.raises(TooManyAttempts):
        _verify(dependencies)


def test_who_matches_was_not_guessing() -> None:
    flows = new_flows(free=2)
    dependencies = flows.verify._replace(per_source=flows.verify.per_code)
    for _ in range(5):
        assert _verify(dependencies).kind == "person"
    assert {flows.attempts.used(kind, dependencies.per_code, NOW) for kind in ("verify-code", "verify-source")} == {0}


def test_a_faulty_request_is_not_counted() -> None:
    flows = new_flows()
    with pytest.raises(InvalidRequest):
        _verify(flows.verify, tax_code="X")
    assert not flows.attempts.buckets
