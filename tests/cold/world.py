"""What a cold function meets: AWS in one process, with a registered customer in it, and a good call for each."""

import json
import time
from base64 import b64decode, b64encode
from typing import Any

from tests.fakes.key_services import FakeKms, FakeSecretsManager, rsa_key
from tests.unit.service import Reply, Request
from utenza.customers.record import Customer
from utenza.dynamodb import marshal
from utenza.passwords.cost import Cost
from utenza.passwords.hashing import Hasher
from utenza.tables.customers import to_item
from utenza.tokens.access import AccessTokens
from utenza.tokens.holder import holder_of
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.registration import StepTokens
from utenza.tokens.signing_keys import KeyRoles, SigningKeys

_SUPPLIER, _CODE, _ACCOUNT = "unogas-energia", "00100200302", "a" * 32
_SESSION = "s" * 22
_ADDRESS, _PASSWORD, _ISSUER = "maria@example.com", "quattro trote blu", "https://api.example/prod"
_COST = Cost(64, 1, 1)  # the work of a hash is none of a start's
_KMS, _SECRETS = FakeKms(rsa_key()), FakeSecretsManager("s" * 64)
_TAX_CODE = "SPSMGR61D43F839J"
_CUSTOMER = Customer(_SUPPLIER, _CODE, "person", "Maria Grazia", "Esposito", codice_fiscale=_TAX_CODE)

_LIMITS = dict.fromkeys(
    [
        "VERIFY_ATTEMPTS_PER_CODE",
        "VERIFY_ATTEMPTS_PER_SOURCE",
        "CREDENTIALS_ATTEMPTS_PER_TOKEN",
        "CREDENTIALS_ATTEMPTS_PER_SOURCE",
        "CONFIRMATIONS_PER_ADDRESS",
        "LOGIN_ATTEMPTS_PER_ACCOUNT",
        "LOGIN_ATTEMPTS_PER_SOURCE",
        "LOGIN_ATTEMPTS_PER_DEVICE",
        "LOGIN_ATTEMPTS_IN_A_ROW",
        "REAUTH_ATTEMPTS_PER_SESSION",
        "RECOVERY_ATTEMPTS_PER_ACCOUNT",
        "RECOVERY_ATTEMPTS_PER_SOURCE",
        "RECLAIM_ATTEMPTS_PER_CODE",
        "RECLAIM_ATTEMPTS_PER_SOURCE",
        "MAILS_PER_MAILBOX",
        "MAILS_PER_CUSTOMER",
        "MAILS_PER_SOURCE",
    ],
    "10",
)
ENVIRONMENT = _LIMITS | {
    "AWS_REGION": "eu-south-1",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "t" * 800,
    "LOG_LEVEL": "INFO",
    "PUBLIC_URL": _ISSUER,
    "ALLOWED_ORIGINS": "",
    "SENDER_EMAIL": "",
    "CLAIM_PROOF": "notice",
    "CUSTOMERS_TABLE": "customers",
    "ACCOUNTS_TABLE": "accounts",
    "SESSIONS_TABLE": "sessions",
    "ACTIVITY_TABLE": "activity",
    "ACTIVITY_MONTHS": "12",
    "CLOSED_READABLE_MONTHS": "24",
    "ATTEMPTS_TABLE": "attempts",
    "STEP_SECRET": "step",
    "SIGNING_KEY": "key",
    "SIGNING_KEYS_TABLE": "signing-keys",
    "AUDIENCE": "utenza",
    "PASSWORD_MIN_LENGTH": "8",
    "ARGON2_MEMORY_KIB": str(_COST.memory_kib),
    "ARGON2_ITERATIONS": str(_COST.iterations),
    "ARGON2_PARALLELISM": str(_COST.parallelism),
    "ATTEMPTS_REFILL_SECONDS": "960",
    "SOURCE_REFILL_SECONDS": "72",
    "MAILS_REFILL_SECONDS": "17280",
    "MAILS_SOURCE_REFILL_SECONDS": "240",
    "STEP_TOKEN_SECONDS": "900",
    "ACCESS_TOKEN_SECONDS": "600",
    "SESSION_DAYS": "30",
    "DEVICE_TOKEN_DAYS": "365",
}


def _items() -> dict[str, Any]:
    hashed = Hasher(_COST).hash
    login = {
        "account_id": _ACCOUNT,
        "status": "active",
        "password_hash": hashed(_PASSWORD),
        "question": "Gatto?",
        "answer_hash": hashed("briciola"),
        "generation": 0,
    }
    account = {
        "account_id": _ACCOUNT,
        "supplier": _SUPPLIER,
        "user_id": _ADDRESS,
        "status": "active",
        "language": "it",
        "customers": [_CODE],
        "summaries": [{"code": _CODE, "kind": "person", "name": "Maria Grazia Esposito", "status": "active"}],
        "created_at": 1_700_000_000,
        "generation": 0,
    }
    return {
        f"{_SUPPLIER}#{_CODE}": to_item(_CUSTOMER),
        f"{_SUPPLIER}#email#{_ADDRESS}": login,
        f"{_SUPPLIER}#account#{_ACCOUNT}": account,
        f"{_SUPPLIER}#session#{_SESSION}": {
            "account_id": _ACCOUNT,
            "generation": 0,
            "created_at": 1_700_000_000,
            "expires_at": 4_000_000_000,
        },
    }


_ITEMS = _items()


def answer(request: Request) -> Reply:
    """Return at once what DynamoDB, KMS or Secrets Manager would."""
    action, payload = request.headers["X-Amz-Target"].partition(".")[2], request.payload
    if action == "GetItem":
        item = _ITEMS.get(payload["Key"]["pk"]["S"])
        return Reply(200, {"Item": marshal(item)} if item else {})
    if action == "BatchGetItem":
        keys = {table: [key["pk"]["S"] for key in asked["Keys"]] for table, asked in payload["RequestItems"].items()}
        found = {
            table: [marshal(_ITEMS[key] | {"pk": key}) for key in asked if key in _ITEMS]
            for table, asked in keys.items()
        }
        return Reply(200, {"Responses": found, "UnprocessedKeys": {}})
    if action == "UpdateItem":
        return Reply(200, {"Attributes": marshal({"pk": "x", "attempts": 1})})
    if action == "Sign":
        signed = _KMS.sign(
            KeyId="key",
            Message=b64decode(payload["Message"]),
            MessageType=payload["MessageType"],
            SigningAlgorithm=payload["SigningAlgorithm"],
        )
        return Reply(200, {"Signature": b64encode(signed["Signature"]).decode()})
    if action == "GetPublicKey":
        return Reply(200, {"PublicKey": b64encode(_KMS.get_public_key(KeyId="key")["PublicKey"]).decode()})
    return Reply(200, _SECRETS.get_secret_value(SecretId="step") if action == "GetSecretValue" else {})


def _posted(path: str, body: dict[str, str]) -> dict[str, Any]:
    return _called("POST", path, {"Content-Type": "application/json"}) | {"body": json.dumps(body)}


def _called(method: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    context = {"requestId": "1", "identity": {"sourceIp": "192.0.2.7"}}
    return {"httpMethod": method, "resource": path, "path": path, "headers": headers, "requestContext": context}


def call_of(function: str) -> dict[str, Any]:
    """Return the event of a call that the function answers well."""
    now, typed = int(time.time()), {"supplier": _SUPPLIER, "user_id": _ADDRESS}
    keys = KeyRing("step", _SECRETS)
    step, _ = StepTokens(keys, 900).issue(_SUPPLIER, _CODE, "", holder_of(_CUSTOMER, keys.lasting(now=now)), now=now)
    signing = SigningKeys(lambda: KeyRoles("key"), _KMS)
    tokens = AccessTokens(signing, audience="utenza", lifetime=600)
    access, _ = tokens.issue(
        _ACCOUNT, _SUPPLIER, session_id=_SESSION, auth_time=now, generation=0, issuer=_ISSUER, now=now
    )
    bearer = {"Authorization": f"Bearer {access}"}
    printed = {"first_name": "MARIA GRAZIA", "last_name": "ESPOSITO", "tax_code": _TAX_CODE, "phone": "333 1234567"}
    secret = {"password": _PASSWORD, "question": "Il mio primo gatto?", "answer": "Briciola"}
    again = {"password_repeat": _PASSWORD, "answer_repeat": "Briciola"}
    events = {
        "verify": _posted("/verify", {"supplier": _SUPPLIER, "customer_code": _CODE} | printed),
        "credentials": _posted("/credentials", {"step_token": step, "user_id": _ADDRESS} | secret | again),
        "login": _posted("/login", typed | {"password": _PASSWORD}),
        "recovery": _posted("/recovery", typed),
        "reclaim": _posted("/reclaim", {"supplier": _SUPPLIER, "customer_code": _CODE} | printed),
        "account": _called("GET", "/account", bearer),
        "suppliers": _called("GET", "/suppliers", {}),
        "discovery": _called("GET", "/.well-known/jwks.json", {}),
        "authorizer": {"headers": bearer, "methodArn": "arn:aws:execute-api:eu-south-1:1:api/prod/GET/x"},
    }
    return events[function]
