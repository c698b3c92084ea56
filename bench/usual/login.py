"""POST /login the usual way: the same reads, writes, hash and signature as `functions/login`, one after the other."""

import base64
import hashlib
import json
import os
import secrets
import time
from typing import TYPE_CHECKING, Any

import boto3
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import UnauthorizedError
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, EmailStr

from bench.usual import attempts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

logger, metrics, tracer = Logger(service="login"), Metrics(namespace="Usual", service="login"), Tracer(service="login")
app = APIGatewayRestResolver(enable_validation=True)
dynamodb, kms = boto3.resource("dynamodb"), boto3.client("kms")
accounts: "Table" = dynamodb.Table(os.environ["ACCOUNTS_TABLE"])
sessions: "Table" = dynamodb.Table(os.environ["SESSIONS_TABLE"])
hasher = PasswordHasher(
    time_cost=int(os.environ["ARGON2_ITERATIONS"]),
    memory_cost=int(os.environ["ARGON2_MEMORY_KIB"]),
    parallelism=int(os.environ["ARGON2_PARALLELISM"]),
)
SOURCE = "203.0.113.7"


class LoginRequest(BaseModel):
    supplier: str
    user_id: EmailStr
    password: str


class Tokens(BaseModel):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the name of a kind
    expires_in: int
    refresh_token: str
    refresh_expires_in: int


@app.post("/login")
@tracer.capture_method(capture_response=False)
def log_in(body: LoginRequest) -> Tokens:
    now, address = int(time.time()), body.user_id.lower()
    attempts.count(body.supplier, "login-account", address)
    attempts.count(body.supplier, "login-source", SOURCE)
    login: Any = accounts.get_item(Key={"pk": f"{body.supplier}#email#{address}"}, ConsistentRead=True).get("Item")
    try:
        hasher.verify(login["password_hash"] if login else "", body.password)
    except VerifyMismatchError:
        raise UnauthorizedError("invalid credentials") from None
    account_id, expires_at = login["account_id"], now + 30 * 86_400
    family, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    sessions.put_item(
        Item={
            "pk": f"{body.supplier}#session#{family}",
            "account_id": account_id,
            "current": hashlib.sha256(secret.encode()).hexdigest(),
            "created_at": now,
            "expires_at": expires_at,
        },
        ConditionExpression="attribute_not_exists(pk)",
    )
    token = access_token(account_id, body.supplier, now)
    accounts.update_item(
        Key={"pk": f"{body.supplier}#account#{account_id}"},
        UpdateExpression="SET last_login_at = :now",
        ExpressionAttributeValues={":now": now},
    )
    attempts.forget(body.supplier, "login-account", address)
    attempts.refund(body.supplier, "login-source", SOURCE)
    metrics.add_metric(name="Logins", unit=MetricUnit.Count, value=1)
    logger.info("login succeeded", account=account_id)
    refresh = f"{body.supplier}.{family}.{secret}"
    return Tokens(access_token=token, expires_in=600, refresh_token=refresh, refresh_expires_in=expires_at - now)


def access_token(account_id: str, supplier: str, now: int) -> str:
    """Return a JWT signed by KMS; PyJWT signs with keys that it holds, so this is by hand."""
    key = kms.get_public_key(KeyId=os.environ["SIGNING_KEY"])["PublicKey"]
    header = {"alg": "RS256", "typ": "at+jwt", "kid": hashlib.sha256(key).hexdigest()[:16]}
    claims = {"iss": os.environ["PUBLIC_URL"], "sub": account_id, "aud": os.environ["AUDIENCE"], "supplier": supplier}
    message = f"{encoded(header)}.{encoded(claims | {'iat': now, 'exp': now + 600, 'jti': secrets.token_hex(16)})}"
    signed = kms.sign(
        KeyId=os.environ["SIGNING_KEY"],
        Message=hashlib.sha256(message.encode()).digest(),
        MessageType="DIGEST",
        SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
    )
    return f"{message}.{base64.urlsafe_b64encode(signed['Signature']).rstrip(b'=').decode()}"


def encoded(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
