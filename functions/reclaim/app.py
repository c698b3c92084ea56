"""POST /reclaim and /reclaim/confirm."""

import time
from functools import cache

from aws_lambda_powertools.event_handler import Response

from reclaim import flow
from reclaim.schemas import ReclaimConfirmRequest, ReclaimRequest, ReclaimResponse
from utenza import suppliers
from utenza.dynamodb import database
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.http.requests import read
from utenza.http.step_one import VerifiedCustomer, VerifyResponse
from utenza.identifiers import phone
from utenza.mail_settings import UsesMailBudget
from utenza.observability import log
from utenza.parallel import gather
from utenza.resources import UsesAccounts, UsesAttempts, UsesCustomers, UsesKeyRing
from utenza.settings import MailSettings
from utenza.tables.reclaims import LIFETIME, Reclaims
from utenza.tokens.reclaim import ReclaimTokens
from utenza.tokens.registration import StepTokens


class Settings(UsesCustomers, UsesAccounts, UsesAttempts, UsesMailBudget, UsesKeyRing, MailSettings):
    step_token_seconds: int
    reclaim_attempts_per_code: int
    reclaim_attempts_per_source: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        suppliers=suppliers.load(),
        customers=settings.customers,
        accounts=settings.accounts,
        reclaims=Reclaims(database(), settings.accounts_table),
        attempts=settings.attempts,
        per_code=settings.limit(settings.reclaim_attempts_per_code),
        per_source=settings.source_limit(settings.reclaim_attempts_per_source),
        mail_budget=settings.mail_budget,
        keys=settings.keys,
        reclaim_tokens=ReclaimTokens(settings.keys, LIFETIME),
        step_tokens=StepTokens(settings.keys, settings.step_token_seconds),
        sends_mail=settings.sends_mail,
    )


router = new_router()


@router.post("/reclaim")
def start() -> Response[str]:
    event, now = router.current_event, int(time.time())
    request = read(event, ReclaimRequest, suppliers=dependencies().suppliers)
    token, expires_in = flow.start(
        request, dependencies(), source=caller.source(event), language=caller.language(event), now=now
    )
    log("reclaim_started")
    return respond(202, ReclaimResponse(reclaim_token=token, expires_in=expires_in))


@router.post("/reclaim/confirm")
def confirm() -> Response[str]:
    request = read(router.current_event, ReclaimConfirmRequest)
    reclaimed = flow.confirm(request, dependencies(), now=int(time.time()))
    log("customer_reclaimed", account=reclaimed.account_id)
    customer = VerifiedCustomer(kind=reclaimed.kind)
    return respond(
        200, VerifyResponse(step_token=reclaimed.step_token, expires_in=reclaimed.expires_in, customer=customer)
    )


def warm_up() -> None:
    """Open connections and load keys during Lambda's init."""
    keys, customers = dependencies().keys, dependencies().customers
    phone.is_valid("")  # loads the numbering plans
    gather(lambda: keys.current(now=int(time.time())), lambda: customers.find("", ""))


handler = build_handler(router, metric="Reclaims", warm_up=warm_up)
