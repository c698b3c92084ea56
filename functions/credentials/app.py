"""POST /credentials: step two of the registration."""

import time
from functools import cache

from credentials import flow
from credentials.schemas import CredentialsRequest, CredentialsResponse
from utenza import suppliers
from utenza.dynamodb import DynamoDb
from utenza.keys import StepKeys
from utenza.observability import log
from utenza.passwords import Cost, Hasher
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.tables.attempts import Attempts
from utenza.tables.customers import Customers
from utenza.tokens import StepTokens
from utenza.web import Request, Response, application


@cache
def desk() -> flow.Desk:
    settings, db = Settings(), DynamoDb()
    return flow.Desk(
        suppliers=suppliers.load(),
        customers=Customers(db, settings.text("CUSTOMERS_TABLE")),
        accounts=Accounts(db, settings.text("ACCOUNTS_TABLE")),
        attempts=Attempts(db, settings.text("ATTEMPTS_TABLE")),
        per_token=settings.limit("CREDENTIALS_ATTEMPTS_PER_TOKEN"),
        step_tokens=StepTokens(StepKeys(settings.text("STEP_SECRET")), settings.number("STEP_TOKEN_SECONDS")),
        hasher=Hasher(Cost(*settings.numbers("ARGON2_MEMORY_KIB", "ARGON2_ITERATIONS", "ARGON2_PARALLELISM"))),
        password_minimum=settings.number("PASSWORD_MIN_LENGTH"),
    )


def register(request: Request) -> Response:
    body = request.read(CredentialsRequest)
    registered = flow.register(body, desk(), language=request.language, now=int(time.time()))
    log("registered", account=registered.account_id, request_id=request.request_id)
    answer: CredentialsResponse = {"user_id": registered.user_id, "status": "active"}
    return Response(201, answer)


handler = application({"POST /credentials": register})
