"""The one table from error code to status, and how an error becomes RFC 9457 `application/problem+json`."""

from importlib import import_module
from typing import Any

from utenza.errors import CustomerNotMatched, InvalidRequest, TooManyAttempts, Unavailable, UtenzaError

LANGUAGES = ("it", "en", "de")  # the first is the default

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
    "code_invalid": 422,
    "answer_invalid": 422,
    "invalid_credentials": 401,
    "refresh_token_invalid": 401,
    "access_token_invalid": 401,
    "origin_refused": 403,
    "already_registered": 409,
    "user_id_taken": 409,
    "too_many_attempts": 429,
    "unavailable": 503,
}

_CHALLENGE = {
    "access_token_invalid": 'Bearer error="invalid_token"',
    "refresh_token_invalid": 'Bearer error="invalid_token"',
}


def render(error: UtenzaError, *, language: str, instance: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Return status, body and headers of the problem; nothing of the request is in it but its id."""
    texts = import_module(f"utenza.http.messages.{language}")  # one language a call: the others are never loaded
    title, detail = texts.PROBLEMS[error.code]
    headers = {"Content-Type": "application/problem+json", "Content-Language": language}
    if isinstance(error, TooManyAttempts | Unavailable):
        headers["Retry-After"] = str(error.retry_after)
        detail = detail.format(wait=texts.wait(error.retry_after))
    if error.code in _CHALLENGE:
        headers["WWW-Authenticate"] = _CHALLENGE[error.code]
    body: dict[str, Any] = {
        "type": f"urn:utenza:problem:{error.code}",
        "title": title,
        "status": STATUS[error.code],
        "detail": detail,
        "instance": instance,
        "code": error.code,
        "errors": [],
    }
    if isinstance(error, InvalidRequest):
        body["errors"] = [
            {"field": field, "code": code, "detail": texts.FIELDS.get(code, texts.FIELDS["invalid"])}
            for field, code in error.errors
        ]
    if isinstance(error, CustomerNotMatched) and error.hint:
        body["hint"] = error.hint
        body["detail"] = f"{detail} {texts.HINTS[error.hint]}"
    return STATUS[error.code], body, headers
