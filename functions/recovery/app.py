"""POST /recovery, /recovery/code, /recovery/password and /recovery/user-id."""

import time
from functools import cache

from aws_lambda_powertools.event_handler import Response

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
from utenza.dynamodb import database
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.http.origins import origin
from utenza.http.requests import read, submitted
from utenza.http.user_agents import device_of
from utenza.mail_settings import UsesMailBudget
from utenza.observability import log, report_hash
from utenza.parallel import gather
from utenza.passwords.hashing import Hasher
from utenza.resources import UsesAccounts, UsesActivity, UsesAttempts, UsesCustomers, UsesKeyRing
from utenza.settings import HashingSettings, MailSettings
from utenza.tables.recoveries import LIFETIME, Recoveries
from utenza.tables.reminders import Reminders
from utenza.tokens.recovery import RecoveryTokens


class Settings(
    UsesCustomers,
    UsesAccounts,
    UsesActivity,
    UsesAttempts,
    UsesMailBudget,
    UsesKeyRing,
    HashingSettings,
    MailSettings,
):
    password_min_length: int
    recovery_attempts_per_account: int
    recovery_attempts_per_source: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        suppliers=suppliers.load(),
        customers=settings.customers,
        accounts=settings.accounts,
        recoveries=Recoveries(database(), settings.accounts_table),
        reminders=Reminders(database(), settings.accounts_table),
        attempts=settings.attempts,
        devices=settings.devices,
        per_account=settings.limit(settings.recovery_attempts_per_account),
        per_source=settings.source_limit(settings.recovery_attempts_per_source),
        mail_budget=settings.mail_budget,
        keys=settings.keys,
        recovery_tokens=RecoveryTokens(settings.keys, LIFETIME),
        hasher=Hasher(settings.cost, report_hash),
        password_minimum=settings.password_min_length,
        sends_mail=settings.sends_mail,
        activity=settings.activity,
    )


router = new_router()


@router.post("/recovery")
def start() -> Response[str]:
    event, now = router.current_event, int(time.time())
    request = read(event, RecoveryRequest, suppliers=dependencies().suppliers)
    started = flow.start(request, dependencies(), source=caller.source(event), language=caller.language(event), now=now)
    log("recovery_started")
    return _step(started)


@router.post("/recovery/code")
def check_code() -> Response[str]:
    return _step(flow.check_code(read(router.current_event, CodeRequest), dependencies(), now=int(time.time())))


@router.post("/recovery/password")
def change_password() -> Response[str]:
    form = submitted(router.current_event, PasswordRequest)
    account_id = flow.change_password(
        form, dependencies(), now=int(time.time()), origin=lambda: origin(router.current_event)
    )
    log("password_recovered", account=account_id)
    return respond(204)


@router.post("/recovery/user-id")
def remind() -> Response[str]:
    event, now = router.current_event, int(time.time())
    request = read(event, UserIdRequest, suppliers=dependencies().suppliers)
    flow.remind(request, dependencies(), source=caller.source(event), now=now)
    return respond(202, UserIdResponse())


def _step(started: flow.Started) -> Response[str]:
    return respond(200, RecoveryResponse(**started._asdict()))


def warm_up() -> None:
    """Open connections and load keys during Lambda's init."""
    keys, accounts = dependencies().keys, dependencies().accounts
    device_of("")  # loads what browsers are told apart by
    gather(lambda: keys.current(now=int(time.time())), lambda: accounts.get("", ""))


handler = build_handler(router, metric="Recoveries", warm_up=warm_up)
