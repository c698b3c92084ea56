"""Step one of the registration: does a claim match the customer record.

All comparisons are always made, also when another one has failed, when the record is closed and when there is none. So
the work depends on the texts alone, and the time does not tell a stranger who is a customer.
"""

from typing import NamedTuple

from utenza.customers import company_names, person_names
from utenza.customers.record import Customer, TaxCodeField, has_two_tax_codes
from utenza.customers.tax_code_names import goes_with_name

# Compared with the claim when there is no such customer. It is closed, so it never matches.
_NOBODY = Customer(
    supplier="",
    code="",
    kind="person",
    first_name="Maria Grazia",
    last_name="Degl'Innocenti",
    company_name="Panificio Degl'Innocenti & Figli S.r.l.",
    codice_fiscale="DGLMGR80A41H501A",
    partita_iva="00000000000",
    status="closed",
)


class Claim(NamedTuple):
    """What somebody typed at step one, validated: person names, a company name or both. A missing text is empty."""

    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    tax_code: str = ""


def matches(claim: Claim, customer: Customer | None) -> bool:
    """Tell whether tax code and name are those of an active record.

    Without a record the result is False after the same work.
    """
    record = customer or _NOBODY
    person = _same_person(claim, record)
    company = _share(company_names.forms(claim.company_name), company_names.forms(record.company_name))
    name = (person & (record.kind == "person")) | company
    return _same_tax_code(claim, record) & name & (record.status == "active")


def has_tax_code(tax_code: str, customer: Customer | None) -> bool:
    """Tell whether a record, active or closed, has this tax code.

    Without a record the result is False after the same work.
    """
    return _same_tax_code(Claim(tax_code=tax_code), customer or _NOBODY) & (customer is not None)


def is_name_of(name: str, record: Customer) -> bool:
    """Tell whether a name as `summary_of` shows it is that of the record, by the same folding as at step one."""
    if record.kind == "company":
        return _share(company_names.forms(name), company_names.forms(record.company_name))
    shown = person_names.forms(name)
    straight = person_names.forms(f"{record.first_name} {record.last_name}")
    swapped = person_names.forms(f"{record.last_name} {record.first_name}")
    return _share(shown, straight) or _share(shown, swapped)


def unproved_tax_code(claim: Claim, customer: Customer) -> TaxCodeField | None:
    """Return which tax code of a matching record the claim does not have; None if there is no second one."""
    if not has_two_tax_codes(customer):
        return None
    return "partita_iva" if claim.tax_code == customer.codice_fiscale else "codice_fiscale"


def name_and_tax_code_differ(claim: Claim) -> bool:
    """Tell from the claim alone whether its codice fiscale cannot be that of its person."""
    is_person = bool(person_names.forms(claim.first_name)) and bool(person_names.forms(claim.last_name))
    return is_person and not goes_with_name(claim.tax_code, claim.first_name, claim.last_name)


def _same_tax_code(claim: Claim, record: Customer) -> bool:
    is_equal = (claim.tax_code == record.codice_fiscale) | (claim.tax_code == record.partita_iva)
    return is_equal & (claim.tax_code != "")


def _same_person(claim: Claim, record: Customer) -> bool:
    """Compare first and last name in this order and swapped, because bills print the surname first.

    A record with all names in one place is compared with all that was typed, in either order. Who has one name types
    it twice, or alone.
    """
    first, last = person_names.forms(claim.first_name), person_names.forms(claim.last_name)
    record_first, record_last = person_names.forms(record.first_name), person_names.forms(record.last_name)
    straight = _share(first, record_first) & _share(last, record_last)
    swapped = _share(first, record_last) & _share(last, record_first)
    typed = person_names.forms(f"{claim.first_name} {claim.last_name}")
    turned = person_names.forms(f"{claim.last_name} {claim.first_name}")
    whole = person_names.forms(f"{record.first_name} {record.last_name}")
    in_one_place = (record.first_name == "") | (record.last_name == "")
    return straight | swapped | (_share(typed | turned | (first & last), whole) & in_one_place)


def _share(forms: frozenset[str], others: frozenset[str]) -> bool:
    return not forms.isdisjoint(others)
