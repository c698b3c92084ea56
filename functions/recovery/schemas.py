"""What the recovery of a password takes and gives."""

from typing import Literal, TypedDict

from utenza.http.addressing import ForCustomer, ForSupplier
from utenza.http.schema import Body, text
from utenza.identifiers import tax_code


class RecoveryRequest(ForSupplier):
    user_id: str = text(254, verbatim=True)


class CodeRequest(Body):
    recovery_token: str = text(4096, verbatim=True, doc='From POST /recovery, when its "next" is "code".')
    code: str = text(40, doc="Six digits, from the mail.")


class PasswordRequest(Body):
    recovery_token: str = text(4096, verbatim=True, doc='From the step before, when its "next" is "answer".')
    answer: str = text(200)
    password: str = text(1024, verbatim=True, doc="At most 256 code points after NFC; never trimmed or cut.")
    password_repeat: str = text(1024, verbatim=True)


class UserIdRequest(ForCustomer):
    tax_code: str = text(
        40, verbatim=True, check=tax_code.validate, doc="Codice fiscale or partita IVA, with or without IT."
    )


class RecoveryResponse(TypedDict):
    """`expires_in` is in seconds; `question` is null until the code has been given."""

    recovery_token: str
    expires_in: int
    next: Literal["code", "answer"]
    question: str | None


class UserIdResponse(TypedDict):
    """Nothing: it would say who has an account."""
