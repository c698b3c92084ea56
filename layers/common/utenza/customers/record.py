"""A customer as the supplier's CRM knows them: what the import writes and step one is compared with."""

from typing import Literal, NamedTuple

Kind = Literal["person", "company"]
Status = Literal["active", "closed"]


class Customer(NamedTuple):
    """One customer record, normalised; a text the CRM does not have is empty.

    `kind` is decided by the record, never by the shape of a tax code. A sole trader is a person with a company name.
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


class CustomerSummary(NamedTuple):
    """What the reserved area shows of a customer: the account keeps it, so that it is read with the account."""

    code: str
    kind: Kind
    name: str
    status: Status


def summary_of(customer: Customer) -> CustomerSummary:
    is_company = customer.kind == "company"
    name = customer.company_name if is_company else f"{customer.first_name} {customer.last_name}"
    return CustomerSummary(customer.code, customer.kind, name, customer.status)
