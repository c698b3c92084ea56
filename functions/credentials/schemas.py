"""What step two takes and returns."""

from typing import Literal

from pydantic import Field

from utenza.http.accepted import Accepted
from utenza.http.requests import CleanText, OptionalText, RequestModel, ResponseModel, Text
from utenza.identifiers.email import EmailAddress


class CredentialsRequest(RequestModel):
    """User name, password, and the question and answer that help to recover it."""

    step_token: str = Field(min_length=1, max_length=4096, description="From POST /verify.")
    user_id: EmailAddress = Field(min_length=1, max_length=254, description="An e-mail address of the customer.")
    password: str = Field(
        min_length=1, max_length=1024, description="At most 256 code points after NFC; never trimmed or cut."
    )
    password_repeat: str = Field(min_length=1, max_length=1024)
    question: Text = Field(min_length=1, max_length=200)
    answer: Text = Field(min_length=1, max_length=200)
    answer_repeat: Text = Field(min_length=1, max_length=200)
    accepted: Accepted = Field(default=(), description="The documents of GET /suppliers that the customer accepts.")


class ConfirmRequest(RequestModel):
    confirmation_token: str = Field(
        min_length=1, max_length=4096, description='From POST /credentials, "confirmation_required".'
    )
    code: CleanText = Field(min_length=1, max_length=40, description="Six digits, from the mail.")
    claim_code: OptionalText = Field(
        default="", max_length=40, description='With `"claim": "code"`: six digits, from the mail to the customer.'
    )
    activation_code: OptionalText = Field(
        default="", max_length=40, description='With `"claim": "activation_code"`: from the supplier.'
    )


class ObjectionRequest(RequestModel):
    objection_code: CleanText = Field(
        min_length=1, max_length=200, description="From the notice that an account was created for a customer code."
    )


class ResendRequest(RequestModel):
    confirmation_token: str = Field(
        min_length=1, max_length=4096, description='From POST /credentials, "confirmation_required".'
    )


class CredentialsResponse(ResponseModel):
    """`expires_in` is in seconds; it and the token are there when the address has to be confirmed.

    `claim` is there when the confirmation needs `claim_code` or `activation_code` too.
    """

    user_id: str
    status: Literal["active", "confirmation_required"]
    confirmation_token: str = ""
    expires_in: int = 0
    claim: Literal["code", "activation_code"] | None = None


class ConfirmResponse(ResponseModel):
    user_id: str
    status: Literal["active"]


class ResendResponse(ResponseModel):
    """Nothing: it would say what the token is good for."""
