"""Plays every journey once on moto, with the functions as built, and writes down what the measurements repeat.

So whatever the functions come to store or to ask, the stand-in answers it: nothing here knows an item's attributes but
those of the customers. `python -m bench.rehearsal FILE` runs in an environment of `bench.variables`.
"""

import importlib
import json
import logging
import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from bench.events import Event, event
from bench.journeys import journeys
from bench.one_key import OneKey
from bench.routes import Prepared
from utenza.aws import AwsJson
from utenza.dynamodb import DynamoDb

_TABLES = ("CUSTOMERS_TABLE", "ACCOUNTS_TABLE", "SESSIONS_TABLE", "ATTEMPTS_TABLE")

type Answer = dict[str, Any]


class Stage:
    """The functions on moto: `call` is an API, `store` the import."""

    def __init__(self) -> None:
        self.db, self.sends_mail = DynamoDb(), bool(os.environ["SENDER_EMAIL"])
        self.customers, self.accounts = os.environ["CUSTOMERS_TABLE"], os.environ["ACCOUNTS_TABLE"]
        self.secret = json.dumps({"current": "0123456789abcdef" * 4})
        self._kms = AwsJson("kms", "TrentService")
        self._secrets = AwsJson("secretsmanager", "secretsmanager")
        for name in _TABLES:
            schema = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
            kinds = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}
            self.db.call(
                "CreateTable", {"TableName": os.environ[name], "BillingMode": "PAY_PER_REQUEST"} | schema | kinds
            )
        self._secrets.call("CreateSecret", {"Name": os.environ["STEP_SECRET"], "SecretString": self.secret})

    def call(self, route: str, body: object = None, *, bearer: str = "") -> Answer:
        """Call a route and return its body; an error of the API ends the rehearsal."""
        function = (route.split("/")[1]).replace(".well-known", "discovery").replace("logout", "login")
        handler: Callable[[Event, object], Answer] = importlib.import_module(f"{function}.app").handler
        answer = handler(event(route, body, bearer=bearer), None)
        if answer["statusCode"] >= 400:
            raise SystemExit(f"{route}: {answer['statusCode']} {answer['body']}")
        return json.loads(answer["body"] or "{}")  # type: ignore[no-any-return]

    def items(self) -> dict[str, dict[str, Answer]]:
        """Return everything that is stored, by table and key."""
        found = {}
        for name in _TABLES:
            scanned = self.db.call("Scan", {"TableName": os.environ[name]})["Items"]
            found[os.environ[name]] = {item["pk"]["S"]: item for item in scanned}
        return found

    def answers(self) -> dict[str, Answer]:
        """Return what KMS and Secrets Manager say; the signature is the same whatever is signed."""
        key, digest = os.environ["SIGNING_KEY"], b64encode(bytes(32)).decode()
        sign = {"KeyId": key, "Message": digest, "MessageType": "DIGEST"}
        return {
            "TrentService.GetPublicKey": self._kms.call("GetPublicKey", {"KeyId": key}),
            "TrentService.Sign": self._kms.call("Sign", sign | {"SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256"}),
            "secretsmanager.GetSecretValue": self._secrets.call(
                "GetSecretValue", {"SecretId": os.environ["STEP_SECRET"]}
            ),
        }


def main(file: Path) -> None:
    with moto():
        stage = Stage()
        prepared: list[Prepared] = journeys(stage)
        state = {"items": stage.items(), "answers": stage.answers(), "routes": prepared}
    file.write_text(json.dumps(state), encoding="utf-8")


@contextmanager
def moto() -> Iterator[None]:
    """Serve moto while the block runs, at the address that the functions are told."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = OneKey(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True)  # with threads it speaks HTTP/1.1
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{server.port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
