"""POST /verify: step one of the registration."""

import time
from functools import cache

from utenza import suppliers
from utenza.dynamodb import DynamoDb
from utenza.http.web import Request, Response, application
from utenza.limits.counter import Attempts
from utenza.observability import log
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.threads import in_threads
from utenza.tokens.keys import KeyRing
from utenza.tokens.tokens import StepTokens
from verify import flow
from verify.schemas import VerifyRequest, VerifyResponse


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
        attempts=Attempts(db(), settings.text("ATTEMPTS_TABLE")),
        per_code=settings.limit("VERIFY_ATTEMPTS_PER_CODE"),
        per_source=settings.limit("VERIFY_ATTEMPTS_PER_SOURCE"),
        step_tokens=StepTokens(keys(), settings.number("STEP_TOKEN_SECONDS")),
    )


async def verify(request: Request) -> Response:
    verified = await flow.verify(
        request.read(VerifyRequest), dependencies(), source=request.source, now=int(time.time())
    )
    log("customer_verified", kind=verified.kind, request_id=request.request_id)
    answer: VerifyResponse = {
        "step_token": verified.step_token,
        "expires_in": verified.expires_in,
        "customer": {"kind": verified.kind},
    }
    return Response(200, answer)


def warm_up() -> None:
    """Have connections and keys before the first call."""
    dependencies()
    in_threads(lambda: db().connect(4), lambda: keys().current(now=int(time.time())))


handler = application({"POST /verify": verify}, warm_up=warm_up)
