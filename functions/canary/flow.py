"""The canary's walk: the suppliers, a verification that finds no customer, and what other APIs need of the keys."""

import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Literal, NamedTuple

from canary.api import NO_ANSWER, Answer, Api

_SLOW = 5.0  # seconds; a cold start takes two
_STEP = 300  # seconds from one run to the next
_DIGITS = range(8, 2, -1)  # of a code: three make a thousand, of which each is used again after three days
# Nobody: the codice fiscale of every example, with a name that goes with it.
_STRANGER = {"first_name": "Mario", "last_name": "Rossi", "tax_code": "RSSMRA80A01H501U", "phone": "+39 333 1234567"}

type Name = Literal["suppliers", "verify", "openid-configuration", "jwks"]


class Check(NamedTuple):
    """`failure` is empty when all was as it should be."""

    name: Name
    seconds: float
    failure: str


class _Wrong(Exception):
    """An answer that customers should not get; the text is for people, and repeats nothing of the answer but a code."""


def walk(api: Api, beginning: str, *, now: int, clock: Callable[[], float]) -> Iterator[Check]:
    """Yield the checks, one after the other. `beginning` is that of customer codes which nobody has."""
    found = dict[str, str]()

    def timed(name: Name, check: Callable[[], None]) -> Check:
        start = clock()
        failure = _failure_of(check)
        took = clock() - start
        return Check(name, took, failure or ("slow" if took > _SLOW else ""))

    yield timed("suppliers", lambda: found.update(_suppliers(api)))
    yield timed("verify", lambda: _verify(api, found, beginning, now))
    yield timed("openid-configuration", lambda: _configuration(api))
    yield timed("jwks", lambda: _jwks(api))


def code_of(beginning: str, pattern: str, *, now: int) -> str:
    """Return a customer code that fits the supplier's pattern, another one at each run; "" if none does.

    Attempts are counted by code (docs/security.md): one and the same would be refused before long.
    """
    for digits in _DIGITS:
        code = f"{beginning}{now // _STEP % 10**digits:0{digits}}"
        if re.fullmatch(pattern, code):
            return code
    return ""


def _failure_of(check: Callable[[], None]) -> str:
    try:
        check()
    except _Wrong as wrong:
        return str(wrong)
    except NO_ANSWER as error:
        return type(error).__name__  # without its text, which may quote the answer
    except (KeyError, IndexError, TypeError):
        return "another body"
    return ""


def _suppliers(api: Api) -> dict[str, str]:
    answer = _ok(api.call("GET", "/suppliers"))
    first = answer.body["suppliers"][0]
    return {"supplier": first["supplier"], "pattern": first["code_pattern"]}


def _verify(api: Api, found: dict[str, str], beginning: str, now: int) -> None:
    if not found:
        raise _Wrong("no supplier")
    code = code_of(beginning, found["pattern"], now=now)
    if not code:
        raise _Wrong("no code fits: set CanaryCode")
    answer = api.call("POST", "/verify", {"supplier": found["supplier"], "customer_code": code, **_STRANGER})
    if not answer.has(HTTPStatus.UNPROCESSABLE_ENTITY):
        raise _Wrong(f"status {answer.status}")
    if answer.body["code"] != "customer_not_matched":
        raise _Wrong("another code than customer_not_matched")


def _configuration(api: Api) -> None:
    answer = _ok(api.call("GET", "/.well-known/openid-configuration"))
    if answer.body["issuer"] != api.url:
        raise _Wrong("another issuer")


def _jwks(api: Api) -> None:
    keys = _ok(api.call("GET", "/.well-known/jwks.json")).body["keys"]
    if not keys or not all(key["kty"] == "RSA" and key["kid"] for key in keys):
        raise _Wrong("no key")


def _ok(answer: Answer) -> Answer:
    if not answer.has(HTTPStatus.OK):
        raise _Wrong(f"status {answer.status}")
    return answer
