"""Step one of a registration: what is printed on the bill, and what a customer gets whose data all match."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from utenza.customers import company_names, person_names
from utenza.customers.matching import Claim
from utenza.http.addressing import CustomerRequest
from utenza.http.requests import REQUIRED, OptionalText, ResponseModel, has_value, if_given
from utenza.identifiers import phone
from utenza.identifiers.separators import DASHES, clean
from utenza.identifiers.tax_code import TaxCode

_PERSON = ("first_name", "last_name")
_NO_NAME = re.compile(f"[{DASHES}]+")  # in the other field: a person with one name


def _person_name(text: str) -> str:
    return "" if _NO_NAME.fullmatch(text) else person_names.validate(text)


PersonName = Annotated[OptionalText, if_given(_person_name)]
CompanyName = Annotated[OptionalText, if_given(company_names.validate)]
Phone = Annotated[OptionalText, if_given(phone.validate)]


_NAME = "Natural persons only. Who has one name gives `-` as the other."


class StepOneRequest(CustomerRequest):
    """What is printed on the bill. First and last name, or the company name; a sole trader may give all three."""

    first_name: PersonName = Field(default="", max_length=100, description=_NAME)
    last_name: PersonName = Field(default="", max_length=100, description=_NAME)
    company_name: CompanyName = Field(default="", max_length=200, description="Companies and bodies only.")
    tax_code: TaxCode = Field(
        min_length=1, max_length=40, description="Codice fiscale or partita IVA, with or without IT."
    )
    phone: Phone = Field(default="", max_length=40, description="Any usual Italian or foreign spelling.")

    @property
    def claim(self) -> Claim:
        return Claim(self.first_name, self.last_name, self.company_name, self.tax_code)

    @model_validator(mode="before")
    @classmethod
    def _require_a_name(cls, data: Any) -> Any:  # noqa: ANN401 - not validated yet
        """Mark the names that are missing: a company's, or both of a person."""
        if not isinstance(data, dict) or has_value(data, "company_name"):
            return data
        missing = [field for field in _PERSON if not has_value(data, field)]
        if all(field in missing or _is_no_name(data[field]) for field in _PERSON):
            missing = [*_PERSON]
        if len(missing) == len(_PERSON):
            missing.append("company_name")
        return data | dict.fromkeys(missing, REQUIRED)


class VerifiedCustomer(ResponseModel):
    kind: Literal["person", "company"]


class VerifyResponse(ResponseModel):
    """`expires_in` is in seconds."""

    step_token: str
    expires_in: int
    customer: VerifiedCustomer


def _is_no_name(value: object) -> bool:
    return isinstance(value, str) and _NO_NAME.fullmatch(clean(value)) is not None
