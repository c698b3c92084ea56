"""POST /verify the usual way: the same reads, writes and token as `functions/verify`, one after the other."""

import json
import os
import time
import uuid
from typing import TYPE_CHECKING, Any

import boto3
import jwt
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import BadRequestError
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, Field, model_validator

from bench.usual import attempts

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

logger = Logger(service="verify")
metrics = Metrics(namespace="Usual", service="verify")
tracer = Tracer(service="verify")
app = APIGatewayRestResolver(enable_validation=True)
dynamodb, secrets = boto3.resource("dynamodb"), boto3.client("secretsmanager")
customers: "Table" = dynamodb.Table(os.environ["CUSTOMERS_TABLE"])
accounts: "Table" = dynamodb.Table(os.environ["ACCOUNTS_TABLE"])
SOURCE = "203.0.113.7"


class VerifyRequest(BaseModel):
    supplier: str
    customer_code: str = Field(pattern=r"^[0-9A-Z]{5,16}$")
    first_name: str | None = Field(None, max_length=100)
    last_name: str | None = Field(None, max_length=100)
    company_name: str | None = Field(None, max_length=200)
    tax_code: str = Field(pattern=r"^([A-Z0-9]{16}|[0-9]{11})$")
    phone: str | None = Field(None, max_length=40)

    @model_validator(mode="after")
    def has_a_name(self) -> "VerifyRequest":
        if not self.company_name and not (self.first_name and self.last_name):
            raise ValueError("a name is required")
        return self


class Customer(BaseModel):
    kind: str


class VerifyResponse(BaseModel):
    step_token: str
    expires_in: int
    customer: Customer


@app.post("/verify")
@tracer.capture_method(capture_response=False)
def verify(body: VerifyRequest) -> VerifyResponse:
    attempts.count(body.supplier, "verify-code", body.customer_code)
    attempts.count(body.supplier, "verify-source", SOURCE)
    record: Any = customers.get_item(Key={"pk": f"{body.supplier}#{body.customer_code}"}).get("Item")
    key = {"pk": f"{body.supplier}#customer#{body.customer_code}"}
    registered = accounts.get_item(Key=key, ConsistentRead=True).get("Item")
    if not record or not matches(body, record):
        raise BadRequestError("customer_not_matched")
    attempts.refund(body.supplier, "verify-code", body.customer_code)
    attempts.refund(body.supplier, "verify-source", SOURCE)
    if registered:
        raise BadRequestError("already_registered")
    ring = json.loads(secrets.get_secret_value(SecretId=os.environ["STEP_SECRET"])["SecretString"])
    now = int(time.time())
    claims = {"jti": uuid.uuid4().hex, "aud": "credentials", "supplier": body.supplier, "code": body.customer_code}
    token = jwt.encode(claims | {"iat": now, "exp": now + 900}, ring["current"], algorithm="HS256")
    metrics.add_metric(name="Verified", unit=MetricUnit.Count, value=1)
    logger.info("customer verified", kind=record["kind"])
    return VerifyResponse(step_token=token, expires_in=900, customer=Customer(kind=record["kind"]))


def matches(body: VerifyRequest, record: dict[str, Any]) -> bool:
    """Compare without what ours forgives (accents, apostrophes, order): the least that there is to do."""
    names = {body.first_name or "", body.last_name or "", body.company_name or ""}
    known = {record.get(name, "") for name in ("first_name", "last_name", "company_name")}
    codes = {record.get("codice_fiscale"), record.get("partita_iva")}
    return body.tax_code in codes and {each.casefold() for each in names} == {each.casefold() for each in known}


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
