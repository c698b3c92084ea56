"""What step one takes and gives."""

from typing import Literal, TypedDict

from utenza import company_names, names
from utenza.identifiers import phone, tax_code
from utenza.schema import Body, text


class VerifyRequest(Body):
    """What is printed on the bill. Either first and last name, or the company name."""

    supplier: str = text(40, optional=True, doc="May be left out when the deployment has one supplier.")
    customer_code: str = text(64, verbatim=True, doc="NIC/CE/Cod. cliente, with its leading zeros.")
    first_name: str = text(100, optional=True, check=names.validate, doc="Natural persons only.")
    last_name: str = text(100, optional=True, check=names.validate, doc="Natural persons only.")
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
