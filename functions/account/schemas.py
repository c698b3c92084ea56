"""What the reserved area takes and shows."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_validator

from utenza.errors import InvalidValue
from utenza.http.accepted import Accepted
from utenza.http.addressing import SupplierRequest
from utenza.http.languages import LANGUAGES
from utenza.http.requests import CleanText, OptionalText, RequestModel, ResponseModel, Text, has_value, if_given
from utenza.http.step_one import Phone, StepOneRequest
from utenza.identifiers.email import EmailAddress

_REAUTH = "From POST /account/reauth, of this session."


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise InvalidValue("unknown_language")
    return text


class ReauthRequest(RequestModel):
    password: str = Field(min_length=1, max_length=1024)


class NewPasswordRequest(RequestModel):
    reauth_token: str = Field(min_length=1, max_length=4096, description=_REAUTH)
    password: str = Field(
        min_length=1, max_length=1024, description="At most 256 code points after NFC; never trimmed or cut."
    )
    password_repeat: str = Field(min_length=1, max_length=1024)


class NewQuestionRequest(RequestModel):
    reauth_token: str = Field(min_length=1, max_length=4096, description=_REAUTH)
    question: Text = Field(min_length=1, max_length=200)
    answer: Text = Field(min_length=1, max_length=200)
    answer_repeat: Text = Field(min_length=1, max_length=200)


class NewUserIdRequest(RequestModel):
    reauth_token: str = Field(min_length=1, max_length=4096, description=_REAUTH)
    user_id: EmailAddress = Field(min_length=1, max_length=254, description="An e-mail address of the customer.")


class UserIdConfirmRequest(RequestModel):
    confirmation_token: str = Field(min_length=1, max_length=4096, description="From POST /account/user-id.")
    code: CleanText = Field(min_length=1, max_length=40, description="Six digits, from the mail to the new address.")


class UndoRequest(RequestModel):
    undo_code: CleanText = Field(
        min_length=1, max_length=200, description="From the mail to the address that was the user id before."
    )


class ContactRequest(RequestModel):
    """What is left out stays as it is."""

    phone: Phone = Field(
        default="", max_length=40, description="Any usual Italian or foreign spelling; null or empty removes it."
    )
    language: Annotated[OptionalText, if_given(_language)] = Field(
        default="", max_length=10, description="it, en or de: the language of mails."
    )


class EndSessionsRequest(RequestModel):
    """One session, or all but the caller's own."""

    session: OptionalText = Field(default="", max_length=64, description="From GET /account/sessions.")
    others: Annotated[StrictBool, BeforeValidator(lambda value: False if value is None else value)] = False


class AcceptedRequest(RequestModel):
    accepted: Accepted = Field(default=(), description="The current versions, from GET /suppliers.")


class ExportRequest(RequestModel):
    reauth_token: str = Field(min_length=1, max_length=4096, description=_REAUTH)


class AddCustomerRequest(StepOneRequest):
    """What is printed on the bill of the further supply, as at step one."""


_ON_THE_BILL = frozenset(StepOneRequest.model_fields) - {"supplier"}
_BOTH = object()


def _alone(value: object) -> object:
    if value is _BOTH:
        raise InvalidValue("not_both")
    return value


class AddByCodeRequest(SupplierRequest):
    """The activation code that the supply's holder has from the supplier, in place of all that is on the bill."""

    activation_code: Annotated[CleanText, BeforeValidator(_alone)] = Field(
        min_length=1, max_length=40, description="From the supplier, by phone or letter; good once."
    )

    @model_validator(mode="before")
    @classmethod
    def _refuse_both(cls, data: Any) -> Any:  # noqa: ANN401 - not validated yet
        if not isinstance(data, dict):
            return data
        rest = {name: value for name, value in data.items() if name not in _ON_THE_BILL}
        has_both = any(has_value(data, name) for name in _ON_THE_BILL)
        return rest | ({"activation_code": _BOTH} if has_both else {})


class ConfirmCustomerRequest(RequestModel):
    confirmation_token: str = Field(min_length=1, max_length=4096, description="From POST /account/customers.")
    code: CleanText = Field(min_length=1, max_length=40, description="Six digits, from the mail to the holder.")


class RemoveCustomerRequest(RequestModel):
    reauth_token: str = Field(min_length=1, max_length=4096, description=_REAUTH)
    customer_code: CleanText = Field(
        min_length=1, max_length=64, description="One of the account's, or one of the caller's own that a delegate has."
    )


class CloseRequest(RequestModel):
    reauth_token: str = Field(min_length=1, max_length=4096, description=_REAUTH)


class AccountCustomer(ResponseModel):
    """`role` is that of the caller; `read_only_until` is when a closed supply leaves the account, null while active."""

    customer_code: str
    kind: Literal["person", "company"]
    name: str
    status: Literal["active", "closed"]
    role: Literal["holder", "delegate"]
    read_only_until: str | None


class AcceptedDocument(ResponseModel):
    document: str
    version: str
    accepted_at: str


class OfferedCustomer(ResponseModel):
    """A supply of the same holder that nobody has registered: how its code ends, and nothing else."""

    customer_code_end: str


class AccountResponse(ResponseModel):
    """Times are ISO 8601 in UTC. `phone` is null where the customer gave none.

    `last_login_at` is the login before the last one, by which customers see whether somebody else was there; at the
    first login there is only that one. `email_status` says whether the last mails to the user id came back, or were
    reported as unwanted. `pending_user_id` is an address that waits for its confirmation. `accepted` has the latest
    version of each document that was accepted. `offered` is what `POST /account/customers` would link at once, with all
    that its bill says: it is there only if there is any, and may be seconds behind.
    """

    account_id: str
    user_id: str
    supplier: str
    language: str
    customers: list[AccountCustomer]
    phone: str | None
    created_at: str
    last_login_at: str | None
    email_status: Literal["ok", "bounced", "complained"]
    pending_user_id: str | None
    accepted: list[AcceptedDocument]
    offered: list[OfferedCustomer] | None = None


class SupplyLinkResponse(ResponseModel):
    """The same whatever was typed; `expires_in` is in seconds. The holder gets a code if the CRM has an address."""

    confirmation_token: str
    expires_in: int


class ActivityEvent(ResponseModel):
    """`attempts` is there with `failed_attempts` alone: the wrong passwords before the login of the same moment.

    `device` is in the language of the request; `network` is an IPv4 /24 or an IPv6 /48. Both are empty where nothing is
    known of them.
    """

    at: str
    kind: Literal[
        "login",
        "failed_attempts",
        "password_changed",
        "password_recovered",
        "question_changed",
        "phone_changed",
        "language_changed",
        "user_id_changed",
        "user_id_undone",
        "sessions_ended",
        "supply_linked",
        "supply_unlinked",
        "document_accepted",
        "exported",
    ]
    device: str
    network: str
    attempts: int | None = None


class ActivityResponse(ResponseModel):
    """The youngest events first; `next` is the `before` of the events behind these, null at the end."""

    events: list[ActivityEvent]
    next: str | None


class ReauthResponse(ResponseModel):
    """`expires_in` is in seconds."""

    reauth_token: str
    expires_in: int


class NewUserIdResponse(ResponseModel):
    """`expires_in` is in seconds; the user id changes when the code from the mail confirms it."""

    confirmation_token: str
    expires_in: int


class SessionEntry(ResponseModel):
    """`seen_on` is the day in UTC of the last login or refresh, `device` in the language of the request."""

    session: str
    current: bool
    device: str
    created_at: str
    seen_on: str


class SessionsResponse(ResponseModel):
    sessions: list[SessionEntry]
