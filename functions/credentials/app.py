"""POST /credentials, /credentials/confirm and /credentials/confirm/resend: step two of the registration."""

import time
from functools import cache

from credentials import confirmation, flow
from credentials.schemas import (
    ConfirmRequest,
    ConfirmResponse,
    CredentialsRequest,
    CredentialsResponse,
    ResendRequest,
    ResendResponse,
)
from utenza import suppliers
from utenza.dynamodb import DynamoDb
from utenza.http.web import Request, Response, application
from utenza.limits.counter import Attempts
from utenza.observability import log
from utenza.passwords.hashing import Cost, Hasher
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tables.pending import LIFETIME, PendingRegistrations
from utenza.threads import in_threads
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.keys import KeyRing
from utenza.tokens.tokens import StepTokens


@cache
def db() -> DynamoDb:
    return DynamoDb()


@cache
def keys() -> KeyRing:
    return KeyRing(Settings().text("STEP_SECRET"))


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings()
    return flow.Dependencies(
        suppliers=suppliers.load(),
        customers=Customers(db(), settings.text("CUSTOMERS_TABLE")),
        accounts=Accounts(db(), settings.text("ACCOUNTS_TABLE")),
        pending=PendingRegistrations(db(), settings.text("ACCOUNTS_TABLE")),
        attempts=Attempts(db(), settings.text("ATTEMPTS_TABLE")),
        per_token=settings.limit("CREDENTIALS_ATTEMPTS_PER_TOKEN"),
        per_address=settings.limit("CONFIRMATIONS_PER_ADDRESS"),
        step_tokens=StepTokens(keys(), settings.number("STEP_TOKEN_SECONDS")),
        confirmation_tokens=ConfirmationTokens(keys(), LIFETIME),
        keys=keys(),
        hasher=Hasher(Cost(*settings.numbers("ARGON2_MEMORY_KIB", "ARGON2_ITERATIONS", "ARGON2_PARALLELISM"))),
        password_minimum=settings.number("PASSWORD_MIN_LENGTH"),
        sends_mail=bool(settings.text("SENDER_EMAIL")),
    )


async def register(request: Request) -> Response:
    body = request.read(CredentialsRequest)
    registered = await flow.register(body, dependencies(), language=request.language, now=int(time.time()))
    if registered.confirmation is None:
        log("registered", account=registered.account_id, request_id=request.request_id)
        answer: CredentialsResponse = {"user_id": registered.user_id, "status": "active"}
    else:
        log("confirmation_required", account=registered.account_id, request_id=request.request_id)
        token, expires_in = registered.confirmation
        answer = {
            "user_id": registered.user_id,
            "status": "confirmation_required",
            "confirmation_token": token,
            "expires_in": expires_in,
        }
    return Response(201, answer)


async def confirm(request: Request) -> Response:
    registered = await confirmation.confirm(request.read(ConfirmRequest), dependencies(), now=int(time.time()))
    log("registered", account=registered.account_id, request_id=request.request_id)
    answer: ConfirmResponse = {"user_id": registered.user_id, "status": "active"}
    return Response(200, answer)


async def resend(request: Request) -> Response:
    await confirmation.resend(request.read(ResendRequest), dependencies(), now=int(time.time()))
    answer: ResendResponse = {}
    return Response(202, answer)


def warm_up() -> None:
    """Have connections and keys before the first call."""
    dependencies()
    in_threads(
        lambda: db().connect(5 if dependencies().sends_mail else 3), lambda: keys().current(now=int(time.time()))
    )


handler = application(
    {
        "POST /credentials": register,
        "POST /credentials/confirm": confirm,
        "POST /credentials/confirm/resend": resend,
    },
    warm_up=warm_up,
)
