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
