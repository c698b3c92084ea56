"""Calls of the functions on moto, and what AWS answered to them: what the stand-in replays, and what is measured."""

import importlib
import json
import os
import re
from collections.abc import Mapping
from typing import Any

import boto3
import jwt
from aws_lambda_powertools.utilities.typing import LambdaContext

from bench.environments import Route, schema, variable
from bench.events import event
from utenza.customers.record import Customer
from utenza.dynamodb import marshal
from utenza.tables.customers import to_item
from utenza.tokens import email_codes
from utenza.tokens.key_ring import RingKey

SUPPLIER, PASSWORD, ANSWER = "unogas-energia", "quattro trote blu", "Briciola"
NEW_PASSWORD = "cinque lucci verdi"  # noqa: S105 - nobody's
_CRM_ADDRESS = "mario.rossi@example.org"
TAX_CODE, SECRET = "RSSMRA80A01H501U", "0123456789abcdef" * 4
_TABLES = ("Customers", "Accounts", "Sessions", "Attempts", "Activity", "SigningKeys")
_KEY = re.compile(rb'"pk": \{"S": "([^"]+)"')  # as botocore writes it; bench/programs/stand_in.py looks for the same
_OF_QUERY = re.compile(rb'":(?:pk|account)": \{"S": "([^"]+)"')
_READ = {
    "Attributes",
    "Item",
    "Items",
    "Responses",
    "PublicKey",
    "SecretString",
    "Signature",
}  # what the functions read of an answer

_PURPOSES: dict[str, email_codes.Purpose] = {  # of the code, by the claim that names its id
    "pending": "confirmation",
    "reclaim": "reclaim",
    "recovery": "recovery",
    "change": "user_id",
    "link": "supply",
}

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
                TableName=os.environ[variable(name)], BillingMode="PAY_PER_REQUEST", **schema(name)
            )
        boto3.client("secretsmanager").create_secret(
            Name=os.environ["STEP_SECRET"], SecretString=json.dumps({"current": SECRET})
        )
        kms = boto3.client("kms")
        key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=os.environ["SIGNING_KEY"], TargetKeyId=key)

    def call(
        self, route: str, body: Body | None = None, *, bearer: str = "", variant: str = "", measured: bool = True
    ) -> Any:  # noqa: ANN401 - JSON
        """Call a route, keep the call as one to measure, and return its body; a `variant` is measured by itself."""
        function = route.split("/")[1].replace("logout", "login").replace(".well-known", "discovery")
        called = event(route, body, bearer=bearer)
        response = importlib.import_module(f"{function}.app").handler(called, LambdaContext())
        if response["statusCode"] >= 400:
            raise SystemExit(f"{route}: {response['statusCode']} {response['body']}")
        if measured:
            kept = [each for each in self.routes if each.name != route + variant]  # the last call of a route is
            self.routes = [*kept, Route(route + variant, function, called)]
        return json.loads(response["body"] or "null")

    def store(self, number: int, *, first_name: str = "Mario", codice_fiscale: str = TAX_CODE) -> None:
        """Store a customer."""
        code, last_name = customer_code(number), "Rossi"
        customer = Customer(
            SUPPLIER, code, "person", first_name, last_name, codice_fiscale=codice_fiscale, email=_CRM_ADDRESS
        )
        self._dynamodb.put_item(TableName=os.environ["CUSTOMERS_TABLE"], Item=marshal(to_item(customer)))

    def register(self, number: int, user_id: str, *, measured: bool = True) -> Any:  # noqa: ANN401 - JSON
        """Store a customer, register them, and return the response."""
        self.store(number)
        verified = self.call("POST /verify", bill(number), measured=measured)
        chosen = {"user_id": user_id, "password": PASSWORD, "question": "Il mio primo gatto?", "answer": ANSWER}
        repeated = {"password_repeat": PASSWORD, "answer_repeat": ANSWER}
        body = {"step_token": verified["step_token"], **chosen, **repeated}
        return self.call("POST /credentials", body, measured=measured)

    def read_login(self, user_id: str) -> None:
        """Read a login by itself, as the usual way does; ours reads it beside a counter."""
        key = {"pk": {"S": f"{SUPPLIER}#email#{user_id}"}}
        self._dynamodb.get_item(TableName=os.environ["ACCOUNTS_TABLE"], Key=key, ConsistentRead=True)

    def _before(self, params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["asked"] = asked(params["headers"]["X-Amz-Target"], params["body"])

    def _after(self, http_response: Any, context: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's
        content = http_response.content.decode()
        if _READ.intersection(json.loads(content) or ()):
            self.answers[context["asked"]] = content


def customer_code(number: int) -> str:
    return f"0{700_000_000 + number}"


def bill(number: int) -> Body:
    """Return what a customer types at step one."""
    who = {"first_name": "Mario", "last_name": "Rossi", "tax_code": TAX_CODE, "phone": "333 1234567"}
    return {"supplier": SUPPLIER, "customer_code": customer_code(number), **who}


def mailed_code(token: str) -> str:
    """Return the code that is mailed for what a token names: a pending registration, a recovery, …."""
    claims = jwt.decode(token, options={"verify_signature": False})
    [(purpose, id_)] = [(purpose, claims[name]) for name, purpose in _PURPOSES.items() if name in claims]
    return email_codes.code_for(purpose, id_, RingKey(SECRET))


def asked(target: str, body: bytes) -> str:
    """Return what names a request to AWS: the action, and the first key in it."""
    found = _KEY.search(body) or _OF_QUERY.search(body)
    return f"{target} {found[1].decode() if found else ''}"
