"""The stage of a rehearsal: the functions as they are built, on a moto that has their tables and secrets.

Moto is asked over HTTP, as it is: how our own code asks AWS may change without anything here.
"""

import importlib
import json
import os
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from bench.events import Event, event

_TABLES = ("CUSTOMERS_TABLE", "ACCOUNTS_TABLE", "SESSIONS_TABLE", "ATTEMPTS_TABLE")
_SERVICES = {"DynamoDB_20120810": "dynamodb", "TrentService": "kms", "secretsmanager": "secretsmanager"}

type Answer = dict[str, Any]


class Stage:
    """The functions on moto: `call` is an API, `put` the import."""

    def __init__(self) -> None:
        self.sends_mail = bool(os.environ["SENDER_EMAIL"])
        self.customers, self.accounts = os.environ["CUSTOMERS_TABLE"], os.environ["ACCOUNTS_TABLE"]
        self.secret = json.dumps({"current": "0123456789abcdef" * 4})
        schema = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
        kinds = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}
        for name in _TABLES:
            table = {"TableName": os.environ[name], "BillingMode": "PAY_PER_REQUEST"} | schema | kinds
            _ask("DynamoDB_20120810.CreateTable", table)
        _ask("secretsmanager.CreateSecret", {"Name": os.environ["STEP_SECRET"], "SecretString": self.secret})

    def call(self, route: str, body: object = None) -> Answer:
        """Call a route and return its body; an error of the API ends the rehearsal."""
        handler: Callable[[Event, object], Answer] = importlib.import_module(f"{route.split('/')[1]}.app").handler
        answer = handler(event(route, body), None)
        if answer["statusCode"] >= 400:
            raise SystemExit(f"{route}: {answer['statusCode']} {answer['body']}")
        return json.loads(answer["body"])  # type: ignore[no-any-return]

    def put(self, table: str, item: Mapping[str, str]) -> None:
        """Store an item whose attributes are all texts."""
        typed = {name: {"S": value} for name, value in item.items()}
        _ask("DynamoDB_20120810.PutItem", {"TableName": table, "Item": typed})

    def items(self) -> dict[str, dict[str, Answer]]:
        """Return what is stored, by table and key, but for counters: who calls comes for the first time in a day."""
        tables = [os.environ[name] for name in _TABLES if name != "ATTEMPTS_TABLE"]
        scanned = {table: _ask("DynamoDB_20120810.Scan", {"TableName": table})["Items"] for table in tables}
        return {table: {item["pk"]["S"]: item for item in items} for table, items in scanned.items()}

    def answers(self) -> dict[str, Answer]:
        """Return what KMS and Secrets Manager say; the signature is the same whatever is signed."""
        key, digest = {"KeyId": os.environ["SIGNING_KEY"]}, b64encode(bytes(32)).decode()
        sign = {"Message": digest, "MessageType": "DIGEST", "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}
        asked = {
            "TrentService.GetPublicKey": key,
            "TrentService.Sign": key | sign,
            "secretsmanager.GetSecretValue": {"SecretId": os.environ["STEP_SECRET"]},
        }
        return {target: _ask(target, payload) for target, payload in asked.items()}


def _ask(target: str, payload: Mapping[str, object]) -> Answer:
    """Ask moto, which takes the service and the region from a signature that it does not check."""
    scope = f"bench/20260101/{os.environ['AWS_REGION']}/{_SERVICES[target.partition('.')[0]]}/aws4_request"
    headers = {
        "X-Amz-Target": target,
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none",
    }
    with closing(HTTPConnection(urlsplit(os.environ["AWS_ENDPOINT_URL"]).netloc, timeout=20)) as connection:
        connection.request("POST", "/", json.dumps(payload), headers)
        response = connection.getresponse()
        content = response.read()
    if response.status != 200:
        raise SystemExit(f"{target}: {response.status} {content.decode()}")
    return json.loads(content)  # type: ignore[no-any-return]
