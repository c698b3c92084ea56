"""Request bodies: read strictly, checked by pydantic. Every wrong field is reported at once, nothing of the input is.

A model is valid or there is none. `Submitted` is for use cases that also check what a model cannot know, such as a
password against the customer's record, and report all of it together.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from unicodedata import category, normalize

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from utenza.errors import FieldError, InvalidRequest, InvalidValue, MalformedRequest, RequestTooLarge
from utenza.identifiers.separators import clean, clean_text

MOST_BYTES = 16_384
# Only a name that could be a field's is named in a response: nothing else of the input is echoed.
_FIELD_NAME = re.compile(r"[a-z][a-z_]{0,39}")
_CODES = {
    "missing": "required",
    "string_type": "wrong_type",
    "bool_type": "not_boolean",
    "tuple_type": "wrong_type",
    "model_type": "wrong_type",
    "model_attributes_type": "wrong_type",
    "too_long": "too_long",
    "string_too_short": "required",
    "string_too_long": "too_long",
    "extra_forbidden": "unknown_field",
}
# What is wrong only in view of other fields comes last, in this order.
_LAST = ("company_name", "first_name", "last_name", "supplier", "customer_code")


class NeedsOthers(InvalidValue):
    """A value is wrong only in view of other fields, or of this deployment."""


class RequestModel(BaseModel):
    """A request body. Fields that are absent, null and blank mean the same; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ResponseModel(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True)


def _tidy(value: object) -> object:
    """Return a text in NFC without blanks around it, anything else as it is."""
    if not isinstance(value, str):
        return value
    text = normalize("NFC", value).strip()
    if any(category(letter) in ("Cc", "Cs", "Co") for letter in text):
        raise InvalidValue("invalid_characters")
    return text


REQUIRED = object()
"""What a model's own rule puts into an optional field that this request must fill."""


def _optional(value: object) -> object:
    if value is REQUIRED:
        raise NeedsOthers("required")
    return "" if value is None else value


# Length limits count code points and belong to each field. Verbatim texts are plain `str`: passwords and tokens.
# Customer codes, tax codes and addresses are `Identifier`, cleaned but not composed: their own checks must see a Kelvin
# sign before NFC makes a K of it. What is written first runs last.
Text = Annotated[str, BeforeValidator(_tidy)]
CleanText = Annotated[str, BeforeValidator(_tidy), BeforeValidator(clean_text)]
OptionalText = Annotated[str, BeforeValidator(_tidy), BeforeValidator(clean_text), BeforeValidator(_optional)]
OptionalToken = Annotated[str, BeforeValidator(_optional)]


def has_value(data: Mapping[str, Any], field: str) -> bool:
    """Tell whether there is anything in a field, right or wrong."""
    value = data.get(field)
    return clean(value) != "" if isinstance(value, str) else value is not None


def if_given(check: Any) -> AfterValidator:  # noqa: ANN401 - a function from text to text
    """Return the validator that lets an optional text be empty, and has any other checked."""
    return AfterValidator(lambda text: check(text) if text else text)


class Submitted[M: RequestModel]:
    """A body that may be wrong in places. Only `valid` gives the model."""

    def __init__(self, model: type[M], body: str, context: Mapping[str, Any] | None = None) -> None:
        """Read the body; MalformedRequest when it is not one JSON object."""
        self._typed = _json_object(body)
        self._valid: M | None = None
        self._errors: list[FieldError] = []
        try:
            self._valid = model.model_validate_json(body, context=context)
        except ValidationError as error:
            details = error.errors(include_url=False)
            if any(detail["type"] == "json_invalid" for detail in details):  # a lone surrogate, or too deep
                raise MalformedRequest from None
            self._errors = [_field_error(detail) for detail in sorted(details, key=_order)]

    def typed(self, field: str) -> str:
        """Return what was typed into a field that is right by itself, "" for any other."""
        return "" if self.is_wrong(field) else str(self._typed.get(field) or "")

    def given(self, field: str) -> Any:  # noqa: ANN401 - whatever JSON the model takes there
        """Return the JSON of a field that is right by itself, None for any other and where there is none."""
        return None if self.is_wrong(field) else self._typed.get(field)

    def has(self, field: str) -> bool:
        """Tell whether there is anything in a field, right or wrong."""
        return has_value(self._typed, field)

    def is_wrong(self, field: str) -> bool:
        return any(error.field == field for error in self._errors)

    def valid(self, more: Iterable[FieldError] = ()) -> M:
        """Return the model; InvalidRequest with every wrong field, and with `more`, when there is any."""
        errors = [*self._errors, *more]
        if errors or self._valid is None:
            raise InvalidRequest(errors)
        return self._valid


def submitted[M: RequestModel](event: APIGatewayProxyEvent, model: type[M], **context: Any) -> Submitted[M]:  # noqa: ANN401 - what validators need
    """Return the body of a call; MalformedRequest or RequestTooLarge when there is none to be read."""
    media_type, _, parameter = (event.headers.get("content-type") or "").lower().partition(";")
    if media_type.strip() != "application/json" or ("charset" in parameter and "utf-8" not in parameter):
        raise MalformedRequest
    return Submitted(model, _text(event), context)


def read[M: RequestModel](event: APIGatewayProxyEvent, model: type[M], **context: Any) -> M:  # noqa: ANN401 - as above
    """Return the valid body of a call; InvalidRequest with every wrong field, or as `submitted`."""
    return submitted(event, model, **context).valid()


def _text(event: APIGatewayProxyEvent) -> str:
    """Return the body as text, of 16 kB at most.

    The gateway puts U+FFFD in the place of bytes that are not UTF-8. Of a password in Latin-1 it would leave only that:
    è and à would be one.
    """
    if len(event.body or "") > 2 * MOST_BYTES:  # also in base64
        raise RequestTooLarge
    try:
        text = (event.decoded_body or "").removeprefix("\ufeff")  # a byte order mark says only that it is UTF-8
        size = len(text.encode())
    except ValueError:  # no base64, or no UTF-8
        raise MalformedRequest from None
    if size > MOST_BYTES:
        raise RequestTooLarge
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise MalformedRequest
    return text


def _json_object(text: str) -> dict[str, Any]:
    """Return the members of the one object in a text; unlike pydantic, refuse doubled names and NaN."""
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise MalformedRequest from None
    if not isinstance(value, dict):
        raise MalformedRequest
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _refuse(_name: str) -> object:
    raise ValueError


def _order(detail: ErrorDetails) -> int:
    """Return the place of an error: unknown fields first, then each field by itself, then what needs others."""
    if detail["type"] == "extra_forbidden":
        return -1
    cause = detail.get("ctx", {}).get("error")
    return _LAST.index(str(detail["loc"][0])) + 1 if isinstance(cause, NeedsOthers) else 0


def _field_error(detail: ErrorDetails) -> FieldError:
    """Return pydantic's error as the contract words it. Its input, which may be a password, goes no further."""
    field = str(detail["loc"][0])
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, InvalidValue):
        return FieldError(field, cause.code)
    is_null = detail["type"] == "string_type" and detail["input"] is None
    code = "required" if is_null else _CODES[detail["type"]]
    return FieldError(field if _FIELD_NAME.fullmatch(field) else "", code)
