"""POST /recovery, /recovery/code, /recovery/password and /recovery/user-id."""

import time
from functools import cache

from recovery import flow
from recovery.schemas import (
    CodeRequest,
    PasswordRequest,
    RecoveryRequest,
    RecoveryResponse,
    UserIdRequest,
    UserIdResponse,
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
from utenza.tables.recoveries import LIFETIME, Recoveries
from utenza.tables.reminders import Reminders
from utenza.threads import in_threads
from utenza.tokens.keys import KeyRing
from utenza.tokens.recovery import RecoveryTokens


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
        recoveries=Recoveries(db(), settings.text("ACCOUNTS_TABLE")),
        reminders=Reminders(db(), settings.text("ACCOUNTS_TABLE")),
        attempts=Attempts(db(), settings.text("ATTEMPTS_TABLE")),
        per_account=settings.limit("RECOVERY_ATTEMPTS_PER_ACCOUNT"),
        per_source=settings.limit("RECOVERY_ATTEMPTS_PER_SOURCE"),
        keys=keys(),
        recovery_tokens=RecoveryTokens(keys(), LIFETIME),
        hasher=Hasher(Cost(*settings.numbers("ARGON2_MEMORY_KIB", "ARGON2_ITERATIONS", "ARGON2_PARALLELISM"))),
        password_minimum=settings.number("PASSWORD_MIN_LENGTH"),
        sends_mail=bool(settings.text("SENDER_EMAIL")),
    )


async def start(request: Request) -> Response:
    started = await flow.start(
        request.read(RecoveryRequest),
        dependencies(),
        source=request.source,
        language=request.language,
        now=int(time.time()),
    )
    log("recovery_started", request_id=request.request_id)
    return Response(200, _step(started))


async def check_code(request: Request) -> Response:
    return Response(200, _step(await flow.check_code(request.read(CodeRequest), dependencies(), now=int(time.time()))))


async def change_password(request: Request) -> Response:
    account_id = await flow.change_password(request.read(PasswordRequest), dependencies(), now=int(time.time()))
    log("password_recovered", account=account_id, request_id=request.request_id)
    return Response(204)


def _step(started: flow.Started) -> RecoveryResponse:
    return {
        "recovery_token": started.recovery_token,
        "expires_in": started.expires_in,
        "next": started.next,
        "question": started.question,
    }


async def remind(request: Request) -> Response:
    await flow.remind(request.read(UserIdRequest), dependencies(), source=request.source, now=int(time.time()))
    answer: UserIdResponse = {}
    return Response(202, answer)


def warm_up() -> None:
    """Have connections and keys before the first call."""
    dependencies()
    in_threads(lambda: db().connect(2), lambda: keys().current(now=int(time.time())))


handler = application(
    {
        "POST /recovery": start,
        "POST /recovery/code": check_code,
        "POST /recovery/password": change_password,
        "POST /recovery/user-id": remind,
    },
    warm_up=warm_up,
)
