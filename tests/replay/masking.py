"""What of an answer is recorded: what callers see, with a name in place of each value that differs from run to run."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from tests.integration.caller import Answer

# Questions that scenarios choose; any other question was invented by a key that each stack makes anew.
QUESTIONS = frozenset(("Come si chiamava il mio primo gatto?",))
# What nearly every answer has; only a difference from it is recorded.
_USUAL = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000",
    "vary": "accept-language, origin",
}
_OTHERS = ("content-type", "content-language", "retry-after", "www-authenticate", "allow")
_LISTS = frozenset(
    ("vary", "allow", "access-control-allow-headers", "access-control-allow-methods", "access-control-expose-headers")
)
_OF_PREFLIGHTS = {"access-control-allow-headers", "access-control-max-age"}
_METHODS = ("allow", "access-control-allow-methods")  # the others list names of headers
_BASE64URL = "[A-Za-z0-9_-]"
_JWS = re.compile(rf"({_BASE64URL}+)\.{_BASE64URL}+\.{_BASE64URL}+")
_SHAPES = {
    "account_id": re.compile(r"[0-9a-f]{32}"),
    "created_at": re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "last_login_at": re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
    "refresh_token": re.compile(rf"[a-z0-9-]+\.{_BASE64URL}{{22}}(?:\.{_BASE64URL}{{43}})?\.{_BASE64URL}{{43}}"),
    "device_token": re.compile(rf"{_BASE64URL}{{43}}"),
    "n": re.compile(rf"{_BASE64URL}{{342}}"),
    "kid": re.compile(rf"{_BASE64URL}+"),
}
_REQUEST_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_THIRTY_DAYS = range(30 * 86_400 - 600, 30 * 86_400 + 1)
_LONGEST_WAIT = 960  # AttemptsRefillSeconds in template.yaml
_WAITS = ("too_many_attempts", "unavailable")


class Masks:
    """The names of one scenario: equal values have equal names, so that a recording shows what stays the same."""

    def __init__(self, api: str, site: str) -> None:
        self._addresses = {api: "<api>", site: "<site>"}
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def recorded(self, answer: Answer) -> dict[str, Any]:
        """Return the status, the headers that matter and the body of an answer."""
        record: dict[str, Any] = {"status": answer.status}
        if headers := self._headers(answer.headers):
            record["headers"] = headers
        if answer.content:
            text = answer.content.decode()
            body = _parsed(text)
            if body != text and json.dumps(body, ensure_ascii=False, separators=(",", ":")) != text:
                record["spaced"] = True  # JSON, but not in the compact form
            record["body"] = self._masked("", body)
            if isinstance(body, dict) and body.get("code") in _WAITS:
                record["body"]["detail"] = re.sub(r"\d+ \w+", "<wait>", body["detail"])
        return record

    def _headers(self, headers: dict[str, str]) -> dict[str, str | None]:
        cors = {name for name in headers if name.startswith("access-control-")}
        if "access-control-allow-methods" not in headers:  # browsers read these of preflights alone
            cors -= _OF_PREFLIGHTS
        names = [*_USUAL, *_OTHERS, *sorted(cors)]
        told = {name: self._header(name, headers[name]) for name in names if name in headers}
        usual = _USUAL.items()
        return {name: None for name, _ in usual if name not in told} | {
            name: value for name, value in told.items() if (name, value) not in usual
        }

    def _header(self, name: str, value: str) -> str:
        if name in _LISTS:
            parts = (value if name in _METHODS else value.lower()).split(",")
            return ", ".join(sorted({part.strip() for part in parts} - {"OPTIONS"}))  # which a preflight itself is
        if name == "retry-after" and value.isdecimal() and 1 <= int(value) <= _LONGEST_WAIT:
            return "<seconds>"
        return self._addresses.get(value, value)

    def _masked(self, name: str, value: Any) -> Any:
        match value:
            case dict():
                return {inner: self._masked(inner, content) for inner, content in value.items()}
            case list():
                return [self._masked("", content) for content in value]
            case str():
                return self._text(name, value)
            case int() if name == "refresh_expires_in" and value in _THIRTY_DAYS:
                return "<30 days>"
        return value

    def _text(self, name: str, value: str) -> str:
        if name == "instance" and _REQUEST_ID.fullmatch(value):
            return "<request id>"
        if name == "question" and value not in QUESTIONS:
            return "<invented question>"  # not numbered: two addresses may be asked the same one
        if name.endswith("_token") and (jws := _JWS.fullmatch(value)) and name != "refresh_token":
            return self._named(_kind_of(jws[1]), value)
        if (shape := _SHAPES.get(name)) and shape.fullmatch(value):
            return self._named(name, value) if not name.endswith("_at") else "<date>"
        for address, mask in self._addresses.items():
            value = value.replace(address, mask)
        return value

    def _named(self, kind: str, value: str) -> str:
        if value not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[value] = f"<{kind} {self._counts[kind]}>"
        return self._names[value]


def _kind_of(header: str) -> str:
    """Return the kind and the algorithm that a token's header names."""
    told = json.loads(base64.urlsafe_b64decode(header + "=="))
    return f"{told['typ']} {told['alg']}"


def _parsed(text: str, parse: Callable[[str], Any] = json.loads) -> Any:
    try:
        return parse(text)
    except ValueError:
        return text
