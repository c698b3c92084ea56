"""What step two takes and gives."""

from typing import Literal, NotRequired, TypedDict

from utenza.http.schema import Body, text
from utenza.identifiers import email


class CredentialsRequest(Body):
    """User name, password, and the question and answer that help to recover it."""

    step_token: str = text(4096, verbatim=True, doc="From POST /verify.")
    user_id: str = text(254, verbatim=True, check=email.validate, doc="An e-mail address of the customer.")
    password: str = text(1024, verbatim=True, doc="At most 256 code points after NFC; never trimmed or cut.")
    password_repeat: str = text(1024, verbatim=True)
    question: str = text(200)
    answer: str = text(200)
    answer_repeat: str = text(200)


class ConfirmRequest(Body):
    confirmation_token: str = text(4096, verbatim=True, doc='From POST /credentials, "confirmation_required".')
    code: str = text(40, doc="Six digits, from the mail.")


class ResendRequest(Body):
    confirmation_token: str = text(4096, verbatim=True, doc='From POST /credentials, "confirmation_required".')


class CredentialsResponse(TypedDict):
    """`expires_in` is in seconds; it and the token are there when the address has to be confirmed."""

    user_id: str
    status: Literal["active", "confirmation_required"]
    confirmation_token: NotRequired[str]
    expires_in: NotRequired[int]


class ConfirmResponse(TypedDict):
    user_id: str
    status: Literal["active"]


class ResendResponse(TypedDict):
    """Nothing: it would say what the token is good for."""
