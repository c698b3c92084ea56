"""POST /verify and POST /login the usual way: Powertools' resolver and Logger, pydantic, boto3's resources, PyJWT.

They do the reads, writes, hash and signature of ours, one after the other, with one language and one kind of error.
"""

import hashlib
import json
import os
import secrets
import time
from typing import Any

import boto3
import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import BadRequestError, UnauthorizedError
from aws_lambda_powertools.utilities.typing import LambdaContext
from jwt.utils import base64url_encode
from pydantic import BaseModel, EmailStr, Field, field_validator
from stdnum.it import codicefiscale, iva

logger = Logger(service="usual")
app = APIGatewayRestResolver(enable_validation=True)
dynamodb, kms, secretsmanager = boto3.resource("dynamodb"), boto3.client("kms"), boto3.client("secretsmanager")
customers, accounts, sessions, attempts = (
    dynamodb.Table(os.environ[f"{name}_TABLE"]) for name in ("CUSTOMERS", "ACCOUNTS", "SESSIONS", "ATTEMPTS")
)
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
DAY = 86_400


class VerifyRequest(BaseModel):
    supplier: str
    customer_code: str = Field(pattern=r"^[0-9A-Z]{5,16}$")
    first_name: str = Field(max_length=100)
    last_name: str = Field(max_length=100)
    tax_code: str
    phone: str | None = Field(None, max_length=40)

    @field_validator("tax_code")
    @classmethod
    def has_check_digits(cls, tax_code: str) -> str:
        if not codicefiscale.is_valid(tax_code) and not iva.is_valid(tax_code):
            raise ValueError("not a tax code")
        return tax_code


class VerifyResponse(BaseModel):
    step_token: str
    expires_in: int
    kind: str


class LoginRequest(BaseModel):
    supplier: str
    user_id: EmailStr
    password: str


class Tokens(BaseModel):
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_expires_in: int


@app.post("/verify")
def verify(body: VerifyRequest) -> VerifyResponse:
    count(body.supplier, "verify-code", body.customer_code)
    count(body.supplier, "verify-source", app.current_event.request_context.identity.source_ip)
    record: Any = customers.get_item(Key={"pk": f"{body.supplier}#{body.customer_code}"}).get("Item")
    key = {"pk": f"{body.supplier}#customer#{body.customer_code}"}
    registered = accounts.get_item(Key=key, ConsistentRead=True).get("Item")
    if not record or body.tax_code not in (record.get("codice_fiscale"), record.get("partita_iva")):
        raise BadRequestError("customer_not_matched")
    if any(getattr(body, name).casefold() != record[name].casefold() for name in ("first_name", "last_name")):
        raise BadRequestError("customer_not_matched")
    if registered:
        raise BadRequestError("already_registered")
    ring = json.loads(secretsmanager.get_secret_value(SecretId=os.environ["STEP_SECRET"])["SecretString"])
    now = int(time.time())
    claims = {"jti": secrets.token_hex(16), "aud": "credentials", "supplier": body.supplier, "code": body.customer_code}
    token = jwt.encode(claims | {"iat": now, "exp": now + 900}, ring["current"], algorithm="HS256")
    logger.info("customer verified", kind=record["kind"])
    return VerifyResponse(step_token=token, expires_in=900, kind=record["kind"])


@app.post("/login")
def log_in(body: LoginRequest) -> Tokens:
    now, address = int(time.time()), body.user_id.lower()
    count(body.supplier, "login-account", address)
    count(body.supplier, "login-source", app.current_event.request_context.identity.source_ip)
    login: Any = accounts.get_item(Key={"pk": f"{body.supplier}#email#{address}"}, ConsistentRead=True).get("Item")
    try:
        hasher.verify(login["password_hash"] if login else "", body.password)
    except VerifyMismatchError:
        raise UnauthorizedError("invalid_credentials") from None
    account_id, expires_at = login["account_id"], now + 30 * DAY
    family, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    current = hashlib.sha256(secret.encode()).hexdigest()
    session: dict[str, Any] = {"pk": f"{body.supplier}#session#{family}", "current": current, "expires_at": expires_at}
    sessions.put_item(Item=session, ConditionExpression="attribute_not_exists(pk)")
    token = access_token(account_id, body.supplier, now)
    accounts.update_item(
        Key={"pk": f"{body.supplier}#account#{account_id}"},
        UpdateExpression="SET last_login_at = :now",
        ExpressionAttributeValues={":now": now},
    )
    attempts.delete_item(Key={"pk": f"{body.supplier}#login-account#{address}"})
    logger.info("login succeeded", account=account_id)
    refresh = f"{body.supplier}.{family}.{secret}"
    return Tokens(access_token=token, expires_in=600, refresh_token=refresh, refresh_expires_in=30 * DAY)


def access_token(account_id: str, supplier: str, now: int) -> str:
    """Return a JWT signed by KMS; PyJWT by itself signs only with keys that it holds."""
    header = {"alg": "RS256", "typ": "at+jwt", "kid": hashlib.sha256(os.environ["SIGNING_KEY"].encode()).hexdigest()}
    claims: dict[str, Any] = {"sub": account_id, "aud": os.environ["AUDIENCE"], "supplier": supplier}
    claims |= {"iss": os.environ["PUBLIC_URL"], "iat": now, "exp": now + 600, "jti": secrets.token_hex(16)}
    message = b".".join(base64url_encode(json.dumps(part).encode()) for part in (header, claims))
    signed = kms.sign(
        KeyId=os.environ["SIGNING_KEY"],
        Message=hashlib.sha256(message).digest(),
        MessageType="DIGEST",
        SigningAlgorithm="RSASSA_PKCS1_V1_5_SHA_256",
    )
    return f"{message.decode()}.{base64url_encode(signed['Signature']).decode()}"


def count(supplier: str, kind: str, subject: str) -> None:
    """Count an attempt, which is refused when too many came before."""
    now = int(time.time())
    attempts.update_item(
        Key={"pk": f"{supplier}#{kind}#{subject}"},
        UpdateExpression="ADD attempts :one SET last_at = :now, expires_at = :end",
        ConditionExpression="attribute_not_exists(pk) OR attempts < :free OR last_at < :forgotten",
        ExpressionAttributeValues={":one": 1, ":now": now, ":end": now + DAY, ":free": 10, ":forgotten": now - DAY},
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
