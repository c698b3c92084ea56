"""What step one takes and gives."""

from typing import Literal, TypedDict

from utenza.customers import company_names, person_names
from utenza.http.addressing import ForCustomer
from utenza.http.schema import text
from utenza.identifiers import phone, tax_code


class VerifyRequest(ForCustomer):
    """What is printed on the bill. First and last name, or the company name; a sole trader may give both."""

    first_name: str = text(100, optional=True, check=person_names.validate, doc="Natural persons only.")
    last_name: str = text(100, optional=True, check=person_names.validate, doc="Natural persons only.")
    company_name: str = text(200, optional=True, check=company_names.validate, doc="Companies and bodies only.")
    tax_code: str = text(
        40, verbatim=True, check=tax_code.validate, doc="Codice fiscale or partita IVA, with or without IT."
    )
    phone: str = text(40, optional=True, check=phone.validate, doc="Any usual Italian or foreign spelling.")


class VerifiedCustomer(TypedDict):
    kind: Literal["person", "company"]


class VerifyResponse(TypedDict):
    """`expires_in` is in seconds."""

    step_token: str
    expires_in: int
    customer: VerifiedCustomer
