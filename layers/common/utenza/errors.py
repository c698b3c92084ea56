"""What can go wrong, each with the stable code of the contract. Status and texts are in `problems`."""

from collections.abc import Sequence
from typing import ClassVar, Literal, NamedTuple


class InvalidValue(ValueError):
    """A text is not what it should be; `code` names the field error, the text itself is never carried."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FieldError(NamedTuple):
    field: str
    code: str


class UtenzaError(Exception):
    """`words` may name other words than those of the code, where the same code has another way on."""

    code: ClassVar[str]
    words: str = ""


class MalformedRequest(UtenzaError):
    code = "malformed_request"


class RequestTooLarge(UtenzaError):
    code = "request_too_large"


class OriginRefused(UtenzaError):
    code = "origin_refused"


class NotFound(UtenzaError):
    """No such path, or not with this method."""

    code = "not_found"


class InvalidRequest(UtenzaError):
    """Every wrong field at once."""

    code = "invalid_request"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(self.code)
        self.errors = tuple(errors)


class CustomerNotMatched(UtenzaError):
    """`hint` is worked out from the input alone, never from a record."""

    code = "customer_not_matched"

    def __init__(self, hint: str | None = None) -> None:
        super().__init__(self.code)
        self.hint = hint


class AlreadyRegistered(UtenzaError):
    code = "already_registered"


class UserIdTaken(UtenzaError):
    code = "user_id_taken"


class StepTokenInvalid(UtenzaError):
    code = "step_token_invalid"


class StepTokenExpired(UtenzaError):
    code = "step_token_expired"


class ConfirmationTokenInvalid(UtenzaError):
    code = "confirmation_token_invalid"


class ConfirmationTokenExpired(UtenzaError):
    code = "confirmation_token_expired"


class NewUserIdInvalid(ConfirmationTokenInvalid):
    """No change of a user id that waits."""

    words = "new_user_id_invalid"


class NewUserIdExpired(ConfirmationTokenExpired):
    words = "new_user_id_expired"


class RecoveryTokenInvalid(UtenzaError):
    code = "recovery_token_invalid"


class RecoveryTokenExpired(UtenzaError):
    code = "recovery_token_expired"


class ReclaimTokenInvalid(UtenzaError):
    code = "reclaim_token_invalid"


class ReclaimTokenExpired(UtenzaError):
    code = "reclaim_token_expired"


class ReauthFailed(UtenzaError):
    """Not the password of the account that the caller is logged in to."""

    code = "reauth_failed"


class LastCustomer(UtenzaError):
    """An account is closed, not emptied."""

    code = "last_customer"


class TooManyCustomers(UtenzaError):
    code = "too_many_customers"


class ReauthTokenInvalid(UtenzaError):
    code = "reauth_token_invalid"


class ReauthTokenExpired(UtenzaError):
    code = "reauth_token_expired"


class CodeInvalid(UtenzaError):
    """Not the code from the mail; without `words`, six digits from one mail."""

    code = "code_invalid"

    def __init__(
        self, words: Literal["", "two_codes", "objection_code", "long_code", "undo_code", "activation_code"] = ""
    ) -> None:
        super().__init__(self.code)
        self.words = words


class AnswerInvalid(UtenzaError):
    code = "answer_invalid"


class InvalidCredentials(UtenzaError):
    code = "invalid_credentials"


class RefreshTokenInvalid(UtenzaError):
    code = "refresh_token_invalid"


class AccessTokenInvalid(UtenzaError):
    code = "access_token_invalid"


class TooManyAttempts(UtenzaError):
    """`retry_after` is in seconds, at least 1; `until_recovery`: no wait helps, a recovery of the password does."""

    code = "too_many_attempts"

    def __init__(self, retry_after: int, *, until_recovery: bool = False) -> None:
        super().__init__(self.code)
        self.retry_after = retry_after
        self.until_recovery = until_recovery


class Unavailable(UtenzaError):
    """A dependency is down or throttles; nothing is half done. `retry_after` is in seconds."""

    code = "unavailable"

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(self.code)
        self.retry_after = retry_after


class Stopped(Exception):
    """AWS or the network failed in work that can be begun again; the message is one line and quotes no customer."""
