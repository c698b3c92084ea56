"""POST /verify: step one of a registration."""

import time
from functools import cache

from aws_lambda_powertools.event_handler import Response

from utenza import suppliers
from utenza.clients import client
from utenza.dynamodb import database
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.http.requests import read
from utenza.identifiers import phone
from utenza.limits.counter import Attempts
from utenza.observability import log
from utenza.parallel import gather
from utenza.settings import LimitSettings
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.registration import StepTokens
from verify import flow
from verify.schemas import VerifiedCustomer, VerifyRequest, VerifyResponse


class Settings(LimitSettings):
    customers_table: str
    accounts_table: str
    attempts_table: str
    step_secret: str
    step_token_seconds: int
    verify_attempts_per_code: int
    verify_attempts_per_source: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.from_environment()
    keys = KeyRing(settings.step_secret, client("secretsmanager"))
    return flow.Dependencies(
        suppliers=suppliers.load(),
        customers=Customers(database(), settings.customers_table),
        accounts=Accounts(database(), settings.accounts_table),
        attempts=Attempts(database(), settings.attempts_table),
        per_code=settings.limit(settings.verify_attempts_per_code),
        per_source=settings.limit(settings.verify_attempts_per_source),
        keys=keys,
        step_tokens=StepTokens(keys, settings.step_token_seconds),
    )


router = new_router()


@router.post("/verify")
def verify() -> Response[str]:
    event, now = router.current_event, int(time.time())
    request = read(event, VerifyRequest, suppliers=dependencies().suppliers)
    verified = flow.verify(request, dependencies(), source=caller.source(event), now=now)
    log("customer_verified", kind=verified.kind)
    customer = VerifiedCustomer(kind=verified.kind)
    return respond(
        200, VerifyResponse(step_token=verified.step_token, expires_in=verified.expires_in, customer=customer)
    )


def warm_up() -> None:
    """Open connections and load keys during Lambda's init."""
    keys, customers = dependencies().keys, dependencies().customers
    phone.is_valid("")  # loads the numbering plans
    gather(lambda: keys.current(now=int(time.time())), lambda: customers.find("", ""))


handler = build_handler(router, metric="Registrations", warm_up=warm_up)
