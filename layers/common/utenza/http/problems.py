"""The one table from error code to status, and how an error becomes RFC 9457 `application/problem+json`."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from utenza.errors import CustomerNotMatched, InvalidRequest, TooManyAttempts, Unavailable, UtenzaError
from utenza.http.messages import messages_in

STATUS = {
    "malformed_request": 400,
    "request_too_large": 413,
    "invalid_request": 422,
    "customer_not_matched": 422,
    "step_token_invalid": 401,
    "step_token_expired": 401,
    "confirmation_token_invalid": 401,
    "confirmation_token_expired": 401,
    "recovery_token_invalid": 401,
    "recovery_token_expired": 401,
    "reclaim_token_invalid": 401,
    "reclaim_token_expired": 401,
    "reauth_token_invalid": 401,
    "reauth_token_expired": 401,
    "reauth_failed": 422,
    "last_customer": 422,
    "too_many_customers": 422,
    "code_invalid": 422,
    "answer_invalid": 422,
    "invalid_credentials": 401,
    "refresh_token_invalid": 401,
    "access_token_invalid": 401,
    "origin_refused": 403,
    "not_found": 404,
    "already_registered": 409,
    "user_id_taken": 409,
    "too_many_attempts": 429,
    "unavailable": 503,
}

_CHALLENGE = {
    "access_token_invalid": 'Bearer error="invalid_token"',
    "refresh_token_invalid": 'Bearer error="invalid_token"',
}
CHALLENGED = frozenset(_CHALLENGE)
"""The codes whose answers say how to authenticate."""


class FieldProblem(BaseModel):
    """One wrong field of a request; `field` is empty where its name could be anything."""

    model_config = ConfigDict(extra="forbid")

    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457; `code` is stable, the texts are for people. `errors` are there with `invalid_request`."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="The id of the request.")
    code: str
    errors: list[FieldProblem]
    hint: str | None = Field(default=None, description="With `customer_not_matched` at most.")


class ProblemResponse(NamedTuple):
    """`body` is JSON; the media type is application/problem+json."""

    status: int
    body: str
    headers: dict[str, str]


def render(error: UtenzaError, *, language: str, instance: str) -> ProblemResponse:
    """Return an error as its problem; nothing of the request is in it but its id."""
    messages = messages_in(language)
    text = messages.problems[error.code]
    detail = text.detail
    headers = {"Content-Language": language}
    if error.words:
        detail = messages.details[error.words]
    if isinstance(error, TooManyAttempts | Unavailable):
        headers["Retry-After"] = str(error.retry_after)
        detail = detail.format(wait=messages.wait.in_words(error.retry_after))
    if isinstance(error, TooManyAttempts) and error.until_recovery:
        detail = messages.hints["recover_password"]
    if error.code in _CHALLENGE:
        headers["WWW-Authenticate"] = _CHALLENGE[error.code]
    fields = error.errors if isinstance(error, InvalidRequest) else ()
    problem = Problem(
        type=f"urn:utenza:problem:{error.code}",
        title=text.title,
        status=STATUS[error.code],
        detail=detail,
        instance=instance,
        code=error.code,
        errors=[FieldProblem(field=field, code=code, detail=messages.of_field(field, code)) for field, code in fields],
    )
    if isinstance(error, CustomerNotMatched) and error.hint:
        problem.hint = error.hint
        problem.detail = f"{detail} {messages.hints[error.hint]}"
    return ProblemResponse(problem.status, problem.model_dump_json(exclude_unset=True), headers)
