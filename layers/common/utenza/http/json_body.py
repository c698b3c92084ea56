"""The body of a request, from whatever the gateway hands over to one JSON object, or a clear refusal."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from utenza.errors import MalformedRequest, RequestTooLarge

MAX_BYTES = 16_384


def json_object(event: Mapping[str, Any], content_type: str) -> dict[str, object]:
    """Parse strictly: UTF-8 without lone surrogates, one object, no name twice, no NaN."""
    media_type, _, parameter = content_type.lower().partition(";")
    if media_type.strip() != "application/json" or ("charset" in parameter and "utf-8" not in parameter):
        raise MalformedRequest
    raw = _body_bytes(event)
    try:
        value = json.loads(_text(raw), object_pairs_hook=_unique, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # finds the lone surrogates that escapes can smuggle in
    except (ValueError, RecursionError):
        raise MalformedRequest from None
    if not isinstance(value, dict):
        raise MalformedRequest
    return value


def _body_bytes(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        # The gateway passes text on as it is; a lone surrogate can only come from a caller that is not the gateway.
        raw = body.encode("utf-8", "surrogatepass")
    elif len(body) > MAX_BYTES * 2:
        raise RequestTooLarge
    else:
        try:
            raw = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise MalformedRequest from None
    if len(raw) > MAX_BYTES:
        raise RequestTooLarge
    return raw


def _text(raw: bytes) -> str:
    """Return the text; ValueError for bytes that are not UTF-8, also when the gateway has put U+FFFD in their place.

    Of a password in Latin-1 it leaves only that: è and à would be one.
    """
    text = raw.decode("utf-8")
    if "\N{REPLACEMENT CHARACTER}" in text:
        raise ValueError
    return text


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _refuse(_name: str) -> object:
    raise ValueError
