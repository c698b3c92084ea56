"""The reserved area in the rehearsal: each call on an account of its own, because each is replayed as it was.

A call that changes its account would find it changed, if another call had looked at it since.
"""

import os
import time
from collections.abc import Callable
from typing import Self

import boto3
import jwt

from bench.recording import (
    ANSWER,
    NEW_PASSWORD,
    PASSWORD,
    SECRET,
    SUPPLIER,
    Body,
    Rehearsal,
    bill,
    mailed_code,
)
from utenza.dynamodb import DynamoDb
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.user_ids import Undo, UserIds

_LASTING = 7200  # seconds
_FIRST = 100  # the first customer of them
_QUESTION = {"question": "Il mio primo cane?", "answer": ANSWER, "answer_repeat": ANSWER}


class _Owner:
    """A customer with a session, and a reauth token that lasts as long as the bench does."""

    def __init__(self, rehearsal: Rehearsal, number: int, *, mail: bool) -> None:
        self.rehearsal, self.number, self.user_id = rehearsal, number, f"owner{number}@example.com"
        registered = rehearsal.register(number, self.user_id, measured=False)
        if mail:
            token = registered["confirmation_token"]
            body = {"confirmation_token": token, "code": mailed_code(token)}
            rehearsal.call("POST /credentials/confirm", body, measured=False)
        self.access_token = self._log_in()
        self.account_id = jwt.decode(self.access_token, options={"verify_signature": False})["sub"]
        self.reauth_token = ""

    def _log_in(self) -> str:
        login = {"supplier": SUPPLIER, "user_id": self.user_id, "password": PASSWORD}
        return str(self.rehearsal.call("POST /login", login, measured=False)["access_token"])

    def with_another_session(self) -> Self:
        self._log_in()
        return self

    def call(self, route: str, body: Body | None = None, *, variant: str = "", measured: bool = True) -> dict[str, str]:
        """Call a route with the session's access token."""
        found: dict[str, str] = self.rehearsal.call(
            route, body, bearer=self.access_token, variant=variant, measured=measured
        )
        return found

    def weighs(self, route: str, body: Body | None = None, *, measured: bool = True) -> dict[str, str]:
        """Call a route that needs the password again."""
        if not self.reauth_token:
            given = self.call("POST /account/reauth", {"password": PASSWORD}, measured=False)["reauth_token"]
            self.reauth_token = _lasting(given)
        return self.call(route, {"reauth_token": self.reauth_token, **(body or {})}, measured=measured)


def without_mail(rehearsal: Rehearsal) -> None:
    """Call the routes of the reserved area that mail makes no difference to, and the change of a user id without."""
    new = _owners(rehearsal, mail=False)
    new().call("POST /account/reauth", {"password": PASSWORD})
    new().call("PATCH /account", {"phone": "02 1234567", "language": "de"})
    new().call("GET /account/sessions")
    new().with_another_session().call("POST /account/sessions/end", {"others": True})
    new().call("GET /account/activity")
    repeated = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    new().weighs("POST /account/password", repeated)
    new().weighs("POST /account/question", _QUESTION)
    new().weighs("POST /account/user-id", {"user_id": "another@example.com"})
    new().call("POST /account/customers", _further(rehearsal, 1))
    code = _activation_code(_further(rehearsal, 2)["customer_code"])
    body = {"supplier": SUPPLIER, "activation_code": code}
    new().call("POST /account/customers", body, variant=" by a code")
    owner = new()
    further = _further(rehearsal, 3)
    owner.call("POST /account/customers", further, measured=False)
    owner.weighs("POST /account/customers/remove", {"customer_code": further["customer_code"]})
    new().weighs("POST /account/export")
    new().weighs("POST /account/close")


def with_mail(rehearsal: Rehearsal) -> None:
    """Call the routes that do something else, or only work, with mail."""
    new = _owners(rehearsal, mail=True)
    owner = new()
    token = owner.weighs("POST /account/user-id", {"user_id": "another@example.com"})["confirmation_token"]
    owner.call("POST /account/user-id/confirm", {"confirmation_token": token, "code": mailed_code(token)})
    owner = new()
    token = owner.weighs("POST /account/user-id", {"user_id": "third@example.com"}, measured=False)[
        "confirmation_token"
    ]
    body = {"confirmation_token": token, "code": mailed_code(token)}
    owner.call("POST /account/user-id/confirm", body, measured=False)
    user_ids = UserIds(DynamoDb(boto3.client("dynamodb")), os.environ["ACCOUNTS_TABLE"])
    undo_code = user_ids.issue_undo(SUPPLIER, Undo(owner.account_id, 1), now=int(time.time()))
    rehearsal.call("POST /account/user-id/undo", {"undo_code": undo_code})
    owner = new()
    others = _further(rehearsal, 4, first_name="Anna", tax_code="BNCNNA85C41F205D")
    token = owner.call("POST /account/customers", others, variant=" of another")["confirmation_token"]
    owner.call("POST /account/customers/confirm", {"confirmation_token": token, "code": mailed_code(token)})


def _owners(rehearsal: Rehearsal, *, mail: bool) -> Callable[[], _Owner]:
    numbers = iter(range(_FIRST, 2 * _FIRST))
    return lambda: _Owner(rehearsal, next(numbers), mail=mail)


def _further(rehearsal: Rehearsal, number: int, **changes: str) -> dict[str, str]:
    """Store a customer who is not registered, and return what is printed on the bill."""
    printed = {**bill(2 * _FIRST + number), **changes}
    rehearsal.store(2 * _FIRST + number, first_name=printed["first_name"], codice_fiscale=printed["tax_code"])
    return printed


def _activation_code(code: str) -> str:
    codes = ActivationCodes(DynamoDb(boto3.client("dynamodb")), os.environ["ACCOUNTS_TABLE"])
    return codes.issue(SUPPLIER, code, now=int(time.time()))


def _lasting(token: str) -> str:
    """Return the same token with more time: five minutes are less than the bench takes."""
    claims = jwt.decode(token, options={"verify_signature": False})
    headers = jwt.get_unverified_header(token)
    return jwt.encode(claims | {"exp": claims["iat"] + _LASTING}, SECRET, headers["alg"], headers)
