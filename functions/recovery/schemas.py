"""What the recovery of a password takes and returns."""

from typing import Literal

from pydantic import Field

from utenza.http.addressing import CustomerRequest, SupplierRequest
from utenza.http.requests import CleanText, RequestModel, ResponseModel, Text
from utenza.identifiers.separators import Identifier
from utenza.identifiers.tax_code import TaxCode


class RecoveryRequest(SupplierRequest):
    user_id: Identifier = Field(min_length=1, max_length=254)


class CodeRequest(RequestModel):
    recovery_token: str = Field(
        min_length=1, max_length=4096, description='From POST /recovery, when its "next" is "code".'
    )
    code: CleanText = Field(min_length=1, max_length=40, description="From the mail: the six digits, or the long code.")


class PasswordRequest(RequestModel):
    recovery_token: str = Field(
        min_length=1, max_length=4096, description='From the step before, when its "next" is "answer".'
    )
    answer: Text = Field(min_length=1, max_length=200)
    password: str = Field(
        min_length=1, max_length=1024, description="At most 256 code points after NFC; never trimmed or cut."
    )
    password_repeat: str = Field(min_length=1, max_length=1024)


class UserIdRequest(CustomerRequest):
    tax_code: TaxCode = Field(
        min_length=1, max_length=40, description="Codice fiscale or partita IVA, with or without IT."
    )


class RecoveryResponse(ResponseModel):
    """`expires_in` is in seconds; `question` is null until the code has been given."""

    recovery_token: str
    expires_in: int
    next: Literal["code", "answer"]
    question: str | None


class UserIdResponse(ResponseModel):
    """Nothing: it would say who has an account."""
