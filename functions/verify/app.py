"""POST /verify: step one of a registration."""

import time
from functools import cache

from aws_lambda_powertools.event_handler import Response

from utenza import suppliers
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.http.requests import read
from utenza.http.step_one import VerifiedCustomer, VerifyResponse
from utenza.identifiers import phone
from utenza.observability import log
from utenza.parallel import gather
from utenza.resources import UsesAccounts, UsesAttempts, UsesCustomers, UsesKeyRing
from utenza.tokens.registration import StepTokens
from verify import flow
from verify.schemas import VerifyRequest


class Settings(UsesCustomers, UsesAccounts, UsesAttempts, UsesKeyRing):
    step_token_seconds: int
    verify_attempts_per_code: int
    verify_attempts_per_source: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        suppliers=suppliers.load(),
        customers=settings.customers,
        accounts=settings.accounts,
        attempts=settings.attempts,
        per_code=settings.limit(settings.verify_attempts_per_code),
        per_source=settings.source_limit(settings.verify_attempts_per_source),
        keys=settings.keys,
        step_tokens=StepTokens(settings.keys, settings.step_token_seconds),
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
