"""POST /credentials, its /confirm and /confirm/resend: step two of a registration; /object: who objects to one."""

import time
from functools import cache

from aws_lambda_powertools.event_handler import Response

from credentials import confirmation, flow, objection
from credentials.schemas import (
    ConfirmRequest,
    ConfirmResponse,
    CredentialsRequest,
    CredentialsResponse,
    ObjectionRequest,
    ResendRequest,
    ResendResponse,
)
from utenza import suppliers
from utenza.dynamodb import database
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.http.requests import read, submitted
from utenza.mail_settings import UsesMailBudget
from utenza.observability import log, report_hash
from utenza.parallel import gather
from utenza.passwords.hashing import Hasher
from utenza.resources import UsesAccounts, UsesAttempts, UsesCustomers, UsesKeyRing
from utenza.settings import ClaimSettings, HashingSettings
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.objections import Objections
from utenza.tables.pending import LIFETIME, PendingRegistrations
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.registration import StepTokens


class Settings(UsesCustomers, UsesAccounts, UsesAttempts, UsesMailBudget, UsesKeyRing, HashingSettings, ClaimSettings):
    step_token_seconds: int
    password_min_length: int
    credentials_attempts_per_token: int
    credentials_attempts_per_source: int
    confirmations_per_address: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        suppliers=suppliers.load(),
        customers=settings.customers,
        accounts=settings.accounts,
        pending=PendingRegistrations(database(), settings.accounts_table),
        objections=Objections(database(), settings.accounts_table),
        activation_codes=ActivationCodes(database(), settings.accounts_table),
        attempts=settings.attempts,
        per_token=settings.limit(settings.credentials_attempts_per_token),
        per_source=settings.source_limit(settings.credentials_attempts_per_source),
        per_address=settings.limit(settings.confirmations_per_address),
        mail_budget=settings.mail_budget,
        step_tokens=StepTokens(settings.keys, settings.step_token_seconds),
        confirmation_tokens=ConfirmationTokens(settings.keys, LIFETIME),
        keys=settings.keys,
        hasher=Hasher(settings.cost, report_hash),
        password_minimum=settings.password_min_length,
        sends_mail=settings.sends_mail,
        proves_claims=settings.proves_claims,
    )


router = new_router()


@router.post("/credentials")
def register() -> Response[str]:
    event, now = router.current_event, int(time.time())
    form = submitted(event, CredentialsRequest)
    registered = flow.register(
        form, dependencies(), source=caller.source(event), language=caller.language(event), now=now
    )
    if registered.confirmation is None:
        log("registered", account=registered.account_id)
        return respond(201, CredentialsResponse(user_id=registered.user_id, status="active"))
    log("confirmation_required", account=registered.account_id)
    token, expires_in = registered.confirmation
    return respond(
        201,
        CredentialsResponse(
            user_id=registered.user_id,
            status="confirmation_required",
            confirmation_token=token,
            expires_in=expires_in,
            **({"claim": registered.claim} if registered.claim else {}),
        ),
    )


@router.post("/credentials/confirm")
def confirm() -> Response[str]:
    request = read(router.current_event, ConfirmRequest)
    registered = confirmation.confirm(request, dependencies(), now=int(time.time()))
    log("registered", account=registered.account_id)
    return respond(200, ConfirmResponse(user_id=registered.user_id, status="active"))


@router.post("/credentials/confirm/resend")
def resend() -> Response[str]:
    event = router.current_event
    request = read(event, ResendRequest)
    confirmation.resend(request, dependencies(), source=caller.source(event), now=int(time.time()))
    return respond(202, ResendResponse())


@router.post("/credentials/object")
def object_to() -> Response[str]:
    event = router.current_event
    request = read(event, ObjectionRequest)
    account_id = objection.freeze(request, dependencies(), source=caller.source(event), now=int(time.time()))
    log("account_frozen", account=account_id)
    return respond(204)


def warm_up() -> None:
    """Open connections and load keys during Lambda's init."""
    keys, customers = dependencies().keys, dependencies().customers
    gather(lambda: keys.current(now=int(time.time())), lambda: customers.find("", ""))


handler = build_handler(router, metric="Registrations", warm_up=warm_up)
