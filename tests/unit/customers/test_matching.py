# ruff: noqa: RUF001 - look-alikes are what is tested
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utenza.customers import company_names, person_names
from utenza.customers.matching import Claim, matches, name_and_tax_code_differ, unproved_tax_code
from utenza.customers.record import Customer

_PERSON = Customer("unogas", "1", "person", "NICOLÒ", "D'ANGELO", codice_fiscale="DNGNCL85T10A562S")
_TRADER = _PERSON._replace(company_name="EDIL D'ANGELO DI D'ANGELO NICOLÒ", partita_iva="00743110157")
_COMPANY = Customer(
    "unogas", "2", "company", company_name="ROSSI & C. S.R.L.", codice_fiscale="59290810015", partita_iva="11742181008"
)
_CONDOMINIUM = Customer("unogas", "3", "company", company_name="COND. VIA ROMA 16", codice_fiscale="86416700820")
_PROVISIONAL = Customer("unogas", "4", "person", "AMINA", "EL KHATIB", codice_fiscale="86416700820")
_RECORDS = [_PERSON, _TRADER, _COMPANY, _CONDOMINIUM, _PROVISIONAL]


def _recording(calls: list[str], name: str, forms: Callable[[str], frozenset[str]]) -> Callable[[str], frozenset[str]]:
    def recorded(text: str) -> frozenset[str]:
        calls.append(name)
        return forms(text)

    return recorded


def _claim_of(record: Customer) -> Claim:
    tax_code = record.codice_fiscale or record.partita_iva
    if record.kind == "person":
        return Claim(record.first_name, record.last_name, tax_code=tax_code)
    return Claim(company_name=record.company_name, tax_code=tax_code)


@pytest.mark.parametrize("record", _RECORDS)
def test_a_customer_matches_as_printed_on_the_bill(record: Customer) -> None:
    assert matches(_claim_of(record), record)


@pytest.mark.parametrize("record", _RECORDS)
def test_a_closed_record_never_matches(record: Customer) -> None:
    assert not matches(_claim_of(record), record._replace(status="closed"))


@pytest.mark.parametrize("record", _RECORDS)
def test_an_unknown_customer_never_matches(record: Customer) -> None:
    assert not matches(_claim_of(record), None)


@pytest.mark.parametrize("record", _RECORDS)
def test_every_field_must_match(record: Customer) -> None:
    claim = _claim_of(record)
    for field in Claim._fields:
        if getattr(claim, field):
            assert not matches(claim._replace(**{field: "Altro"}), record), field
            assert not matches(claim._replace(**{field: ""}), record), field


@pytest.mark.parametrize(
    ("first_name", "last_name"),
    [("Nicolo'", "Dangelo"), ("D’ANGELO", "NICOLÒ"), ("nicolò", "d angelo"), ("D ANGELO", "NICOLO`")],
)
def test_person_names_match_in_any_spelling_and_either_order(first_name: str, last_name: str) -> None:
    assert matches(Claim(first_name, last_name, tax_code=_PERSON.codice_fiscale), _PERSON)


@pytest.mark.parametrize(("first_name", "last_name"), [("Nicolò", "Nicolò"), ("D'Angelo", "D'Angelo"), ("Nicolò", "-")])
def test_one_name_does_not_match_both(first_name: str, last_name: str) -> None:
    assert not matches(Claim(first_name, last_name, tax_code=_PERSON.codice_fiscale), _PERSON)


def test_a_sole_trader_matches_as_person_or_by_company_name_with_either_code() -> None:
    for tax_code in (_TRADER.codice_fiscale, _TRADER.partita_iva):
        assert matches(Claim("Nicolò", "D'Angelo", tax_code=tax_code), _TRADER)
        assert matches(Claim(company_name="Edil D’Angelo di D’Angelo Nicolo'", tax_code=tax_code), _TRADER)
        assert not matches(Claim(company_name="Edil D'Angelo", tax_code=tax_code), _TRADER)


def test_a_company_matches_with_codice_fiscale_or_partita_iva() -> None:
    for tax_code in (_COMPANY.codice_fiscale, _COMPANY.partita_iva):
        assert matches(Claim(company_name="Rossi e C. Società a responsabilità limitata", tax_code=tax_code), _COMPANY)


def test_names_of_the_other_kind_do_not_match() -> None:
    stray = _COMPANY._replace(first_name="Mario", last_name="Rossi")

    assert not matches(Claim("Mario", "Rossi", tax_code=stray.codice_fiscale), stray)
    assert not matches(Claim(company_name="Nicolò D'Angelo", tax_code=_PERSON.codice_fiscale), _PERSON)
    assert not matches(Claim("COND. VIA", "ROMA 16", tax_code=_CONDOMINIUM.codice_fiscale), _CONDOMINIUM)


def test_an_omocode_is_another_person() -> None:
    record = _PERSON._replace(codice_fiscale="RSSMRA85T10A562S")

    assert not matches(Claim("Nicolò", "D'Angelo", tax_code="RSSMRA85T10A56NH"), record)


@pytest.mark.parametrize("record", _RECORDS)
def test_an_empty_tax_code_never_matches(record: Customer) -> None:
    bare = record._replace(codice_fiscale="", partita_iva="")

    assert not matches(_claim_of(record)._replace(tax_code=""), bare)


@pytest.mark.parametrize("empty", ["", " ", "'", "-", "\u0301"])
def test_a_name_empty_after_folding_never_matches_on_either_side(empty: str) -> None:
    person = _PERSON._replace(first_name=empty, last_name=empty)
    company = _COMPANY._replace(company_name=empty)

    assert not matches(Claim(empty, empty, tax_code=person.codice_fiscale), person)
    assert not matches(Claim(empty, _PERSON.last_name, tax_code=person.codice_fiscale), _PERSON)
    assert not matches(Claim(company_name=empty, tax_code=company.codice_fiscale), company)


_IN_ONE_PLACE = _PERSON._replace(first_name="", last_name="COSTA CHERUBINA MARIA GRAZIA")
_ONE_NAME = _PERSON._replace(first_name="", last_name="SINGH")


@pytest.mark.parametrize(
    ("first", "last", "record"),
    [
        ("Maria Grazia", "Costa Cherubina", _IN_ONE_PLACE),
        ("Costa Cherubina", "Maria Grazia", _IN_ONE_PLACE),
        ("Cherubina Maria Grazia", "Costa", _IN_ONE_PLACE),
        ("", "Singh", _ONE_NAME),
        ("Singh", "", _ONE_NAME),
        ("Singh", "Singh", _ONE_NAME),
        ("", "Kaur", _ONE_NAME._replace(first_name="KAUR", last_name="")),
    ],
)
def test_a_record_with_all_names_in_one_place_matches_what_is_typed_apart(
    first: str, last: str, record: Customer
) -> None:
    assert matches(Claim(first, last, tax_code=record.codice_fiscale), record)


@pytest.mark.parametrize(
    ("first", "last", "record"),
    [
        ("Maria", "Costa Cherubina", _IN_ONE_PLACE),
        ("Maria Grazia Costa", "Cherubina", _IN_ONE_PLACE),
        ("Costa", "Costa", _IN_ONE_PLACE),
        ("Kaur", "Singh", _ONE_NAME),
        ("Kaur", "Kaur", _ONE_NAME),
        ("", "D'Angelo", _PERSON),
        ("Nicolòd", "Angelo", _PERSON),
        ("", "", _ONE_NAME._replace(last_name="")),
    ],
)
def test_it_matches_nothing_less_and_no_record_with_names_apart(first: str, last: str, record: Customer) -> None:
    assert not matches(Claim(first, last, tax_code=record.codice_fiscale), record)


@given(typed=st.sampled_from(_RECORDS), record=st.sampled_from(_RECORDS), closed=st.booleans(), absent=st.booleans())
def test_known_and_unknown_customers_take_the_same_work(
    typed: Customer, record: Customer, *, closed: bool, absent: bool
) -> None:
    compared: list[str] = []
    customer = None if absent else record._replace(status="closed" if closed else "active")
    with pytest.MonkeyPatch.context() as patch:
        for module in (person_names, company_names):
            patch.setattr(module, "forms", _recording(compared, module.__name__, module.forms))
        matches(_claim_of(typed), customer)

    assert sorted(compared) == ["utenza.customers.company_names"] * 2 + ["utenza.customers.person_names"] * 7


@pytest.mark.parametrize(
    ("claim", "differ"),
    [
        (Claim("Mario", "Rossi", tax_code="RSSMRA85T10A562S"), False),
        (Claim("ROSSI", "MARIO", tax_code="RSSMRA85T10A562S"), False),
        (Claim("Luigi", "Rossi", tax_code="RSSMRA85T10A562S"), True),
        (Claim("Luigi", "Rossi", tax_code="86416700820"), False),
        (Claim("Luigi", "Rossi"), False),
        (Claim(company_name="Bianchi S.r.l.", tax_code="RSSMRA85T10A562S"), False),
        (Claim("Luigi", "-", tax_code="RSSMRA85T10A562S"), False),
    ],
)
def test_the_hint_depends_on_the_claim_alone(claim: Claim, differ: bool) -> None:  # noqa: FBT001
    assert name_and_tax_code_differ(claim) is differ


def test_of_two_tax_codes_the_one_that_was_not_typed_is_unproved() -> None:
    assert unproved_tax_code(Claim(tax_code=_TRADER.codice_fiscale), _TRADER) == "partita_iva"
    assert unproved_tax_code(Claim(tax_code=_TRADER.partita_iva), _TRADER) == "codice_fiscale"
    assert unproved_tax_code(Claim(tax_code=_PERSON.codice_fiscale), _PERSON) is None
    same = _COMPANY._replace(codice_fiscale=_COMPANY.partita_iva)
    assert unproved_tax_code(Claim(tax_code=same.partita_iva), same) is None
