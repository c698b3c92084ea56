"""Calls every route once on moto, and records what AWS answered: the stand-in for AWS replays it.

So the stand-in needs to know nothing about what the functions store. `python -m bench.rehearsal FILE` runs in the
environment of the functions and writes the events of the calls and the recording as JSON.
"""

import importlib
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import jwt
from aws_lambda_powertools.utilities.typing import LambdaContext
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from moto import mock_aws
from moto.kms.utils import RSAPrivateKey

from bench.environments import Route
from bench.events import event
from utenza.customers.record import Customer
from utenza.dynamodb import marshal
from utenza.tables.customers import to_item
from utenza.tokens import email_codes
from utenza.tokens.key_ring import RingKey

SUPPLIER, PASSWORD, ANSWER = "unogas-energia", "quattro trote blu", "Briciola"
_NEW_PASSWORD = "cinque lucci verdi"  # noqa: S105 - nobody's
_CRM_ADDRESS = "mario.rossi@example.org"
_TAX_CODE, _SECRET = "RSSMRA80A01H501U", "0123456789abcdef" * 4
_TABLES = (
    "CUSTOMERS_TABLE",
    "ACCOUNTS_TABLE",
    "SESSIONS_TABLE",
    "ATTEMPTS_TABLE",
    "ACTIVITY_TABLE",
    "SIGNING_KEYS_TABLE",
)
_KEY = re.compile(rb'"pk": \{"S": "([^"]+)"')  # as botocore writes it
_READ = {
    "Attributes",
    "Item",
    "Responses",
    "PublicKey",
    "SecretString",
    "Signature",
}  # what the functions read of an answer

type Body = Mapping[str, Any]


class Rehearsal:
    """The functions on moto. `routes` are the calls to measure, `answers` what AWS said by action and first key."""

    def __init__(self) -> None:
        boto3.setup_default_session()
        events = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]  # it has just been set up
        events.register("before-call.*.*", self._before)
        events.register("after-call.*.*", self._after)
        self._dynamodb = boto3.client("dynamodb")
        self.routes: list[Route] = []
        self.answers: dict[str, str] = {}
        for name in _TABLES:
            self._dynamodb.create_table(
                TableName=os.environ[name],
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            )
        boto3.client("secretsmanager").create_secret(
            Name=os.environ["STEP_SECRET"], SecretString=json.dumps({"current": _SECRET})
        )
        kms = boto3.client("kms")
        key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=os.environ["SIGNING_KEY"], TargetKeyId=key)

    def call(self, route: str, body: Body | None = None, *, bearer: str = "") -> Any:  # noqa: ANN401 - JSON
        """Call a route, keep the call as one to measure, and return its body."""
        function = route.split("/")[1].replace("logout", "login").replace(".well-known", "discovery")
        called = event(route, body, bearer=bearer)
        response = importlib.import_module(f"{function}.app").handler(called, LambdaContext())
        if response["statusCode"] >= 400:
            raise SystemExit(f"{route}: {response['statusCode']} {response['body']}")
        kept = [each for each in self.routes if each.name != route]  # the last call of a route is measured
        self.routes = [*kept, Route(route, function, called)]
        return json.loads(response["body"] or "null")

    def register(self, number: int, user_id: str) -> Any:  # noqa: ANN401 - JSON
        """Store a customer, register them, and return the response."""
        code = customer_code(number)
        customer = Customer(SUPPLIER, code, "person", "Mario", "Rossi", codice_fiscale=_TAX_CODE, email=_CRM_ADDRESS)
        self._dynamodb.put_item(TableName=os.environ["CUSTOMERS_TABLE"], Item=marshal(to_item(customer)))
        verified = self.call("POST /verify", bill(number))
        chosen = {"user_id": user_id, "password": PASSWORD, "question": "Il mio primo gatto?", "answer": ANSWER}
        repeated = {"password_repeat": PASSWORD, "answer_repeat": ANSWER}
        return self.call("POST /credentials", {"step_token": verified["step_token"], **chosen, **repeated})

    def read_login(self, user_id: str) -> None:
        """Read a login by itself, as the usual way does; ours reads it beside a counter."""
        key = {"pk": {"S": f"{SUPPLIER}#email#{user_id}"}}
        self._dynamodb.get_item(TableName=os.environ["ACCOUNTS_TABLE"], Key=key, ConsistentRead=True)

    def _before(self, params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        found = _KEY.search(params["body"])
        context["asked"] = f"{params['headers']['X-Amz-Target']} {found[1].decode() if found else ''}"

    def _after(self, http_response: Any, context: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's
        content = http_response.content.decode()
        if _READ.intersection(json.loads(content) or ()):
            self.answers[context["asked"]] = content


def customer_code(number: int) -> str:
    return f"0{700_000_000 + number}"


def bill(number: int) -> Body:
    """Return what a customer types at step one."""
    who = {"first_name": "Mario", "last_name": "Rossi", "tax_code": _TAX_CODE, "phone": "333 1234567"}
    return {"supplier": SUPPLIER, "customer_code": customer_code(number), **who}


def mailed_code(token: str) -> str:
    """Return the code that is mailed for the pending registration, the recovery or the reclaim that a token names."""
    claims = jwt.decode(token, options={"verify_signature": False})
    if "pending" in claims:
        return email_codes.code_for("confirmation", claims["pending"], RingKey(_SECRET))
    if "reclaim" in claims:
        return email_codes.code_for("reclaim", claims["reclaim"], RingKey(_SECRET))
    return email_codes.code_for("recovery", claims["recovery"], RingKey(_SECRET))


def without_mail(rehearsal: Rehearsal) -> None:
    """Call all routes of a deployment that sends no mail."""
    for number, user_id in enumerate(("forgetful@example.com", "known@example.com", "new@example.com")):
        rehearsal.register(number, user_id)
    login = {"supplier": SUPPLIER, "user_id": "known@example.com", "password": PASSWORD}
    first, second, third = (rehearsal.call("POST /login", login) for _ in range(3))
    rehearsal.read_login("known@example.com")
    rehearsal.call("POST /login/refresh", {"refresh_token": first["refresh_token"]})
    rehearsal.call("POST /logout", {"refresh_token": second["refresh_token"]})
    rehearsal.call("GET /account", bearer=third["access_token"])
    recovery = rehearsal.call("POST /recovery", {"supplier": SUPPLIER, "user_id": "forgetful@example.com"})
    new = {"answer": ANSWER, "password": _NEW_PASSWORD, "password_repeat": _NEW_PASSWORD}
    rehearsal.call("POST /recovery/password", {"recovery_token": recovery["recovery_token"], **new})
    rehearsal.call("GET /suppliers")
    rehearsal.call("GET /.well-known/jwks.json")


def with_mail(rehearsal: Rehearsal) -> None:
    """Call the routes that do something else, or only work, in a deployment that sends mail."""
    known, waiting = (rehearsal.register(number, f"{number}@example.com") for number in (1, 2))
    rehearsal.register(3, "new@example.com")
    token = known["confirmation_token"]
    rehearsal.call("POST /credentials/confirm", {"confirmation_token": token, "code": mailed_code(token)})
    rehearsal.call("POST /credentials/confirm/resend", {"confirmation_token": waiting["confirmation_token"]})
    token = rehearsal.call("POST /recovery", {"supplier": SUPPLIER, "user_id": "1@example.com"})["recovery_token"]
    rehearsal.call("POST /recovery/code", {"recovery_token": token, "code": mailed_code(token)})
    remind = {"supplier": SUPPLIER, "customer_code": customer_code(1), "tax_code": _TAX_CODE}
    rehearsal.call("POST /recovery/user-id", remind)
    token = rehearsal.call("POST /reclaim", bill(1))["reclaim_token"]
    rehearsal.call("POST /reclaim/confirm", {"reclaim_token": token, "code": mailed_code(token)})
    rehearsal.routes = [route for route in rehearsal.routes if route.name != "POST /verify"]  # measured without mail


def _sign_digest(self: RSAPrivateKey, message: bytes, signing_algorithm: str) -> bytes:  # noqa: ARG001 - moto's
    """Sign as KMS does. Moto would hash the digest once more, and no token would verify."""
    return self.private_key.sign(message, PKCS1v15(), Prehashed(SHA256()))


def main(file: Path) -> None:
    RSAPrivateKey.sign = _sign_digest  # type: ignore[method-assign]
    with mock_aws():
        rehearsal = Rehearsal()
        (with_mail if os.environ["SENDER_EMAIL"] else without_mail)(rehearsal)
    file.write_text(json.dumps({"routes": rehearsal.routes, "answers": rehearsal.answers}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
