"""The customer record: a copy of the supplier's CRM, written by the import and read by step one."""

from typing import Literal, NamedTuple

Kind = Literal["person", "company"]
Status = Literal["active", "closed"]
Role = Literal["holder", "delegate"]
TaxCodeField = Literal["codice_fiscale", "partita_iva"]


class Customer(NamedTuple):
    """One customer record, normalised; a text that the CRM does not have is empty.

    `kind` comes from the CRM, never from the shape of a tax code. A sole trader is a person with a company name. A
    person with one name, or whose names are in one column of the CRM, has either a first or a last name here.
    """

    supplier: str
    code: str
    kind: Kind
    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    codice_fiscale: str = ""
    partita_iva: str = ""
    phone: str = ""
    email: str = ""
    status: Status = "active"


def has_two_tax_codes(customer: Customer) -> bool:
    """Tell whether a record has a codice fiscale and another partita IVA; whoever knows one may not know the other."""
    return "" not in (customer.codice_fiscale, customer.partita_iva) and customer.codice_fiscale != customer.partita_iva


def without_tax_codes(customer: Customer, *fields: TaxCodeField | None) -> Customer:
    """Return a record without the tax codes in these fields; a None among them means nothing."""
    return customer._replace(
        codice_fiscale="" if "codice_fiscale" in fields else customer.codice_fiscale,
        partita_iva="" if "partita_iva" in fields else customer.partita_iva,
    )


class CustomerSummary(NamedTuple):
    """The part of a record that the reserved area shows. The account has a copy of it, so one read gets both.

    `holder` says whose record it is (`tokens.holder`), and is not shown. A "delegate" looks after the supply of
    somebody else. `closed_at` is when the account first heard that the record is closed or gone, in seconds since 1970;
    0 while it is active.
    """

    code: str
    kind: Kind
    name: str
    status: Status
    holder: tuple[str, ...] = ()
    role: Role = "holder"
    closed_at: int = 0


def summary_of(customer: Customer, holder: tuple[str, ...] = ()) -> CustomerSummary:
    """Return the summary of a record; `name` is the company's, or first and last name of a person."""
    is_company = customer.kind == "company"
    name = customer.company_name if is_company else f"{customer.first_name} {customer.last_name}".strip()
    return CustomerSummary(customer.code, customer.kind, name, customer.status, holder)
