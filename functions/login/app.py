"""POST /login, /login/refresh and /logout."""

import time
from functools import cache

from aws_lambda_powertools.event_handler import Response

from login import flow
from login.schemas import LoginRequest, LogoutRequest, RefreshRequest
from utenza import suppliers
from utenza.dynamodb import database
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.http.origins import origin
from utenza.http.requests import read
from utenza.http.session_tokens import LoginResponse
from utenza.http.user_agents import device_of
from utenza.observability import log, report_hash
from utenza.parallel import gather
from utenza.passwords.hashing import Hasher
from utenza.resources import UsesAccessTokens, UsesAccounts, UsesActivity, UsesAttempts, UsesSessions
from utenza.settings import HashingSettings, HttpSettings
from utenza.tables.logins import Logins

_DAY = 86_400


class Settings(UsesAccounts, UsesActivity, UsesSessions, UsesAttempts, UsesAccessTokens, HashingSettings, HttpSettings):
    access_token_seconds: int
    session_days: int
    login_attempts_per_account: int
    login_attempts_per_source: int
    login_attempts_per_device: int
    login_attempts_in_a_row: int
    device_token_days: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        suppliers=suppliers.load(),
        accounts=settings.accounts,
        logins=Logins(database(), settings.accounts_table, settings.attempts),
        activity=settings.activity,
        attempts=settings.attempts,
        devices=settings.devices,
        sessions=settings.sessions,
        per_account=settings.limit(settings.login_attempts_per_account)._replace(
            in_a_row=settings.login_attempts_in_a_row
        ),
        per_source=settings.source_limit(settings.login_attempts_per_source),
        per_device=settings.login_attempts_per_device,
        hasher=Hasher(settings.cost, report_hash),
        access_tokens=settings.access_tokens(settings.access_token_seconds),
        session_lifetime=settings.session_days * _DAY,
        device_lifetime=settings.device_token_days * _DAY,
    )


router = new_router()


@router.post("/login")
def log_in() -> Response[str]:
    event = router.current_event
    request = read(event, LoginRequest, suppliers=dependencies().suppliers)
    result = flow.log_in(
        request,
        dependencies(),
        source=caller.source(event),
        issuer=caller.issuer(event, Settings.load().public_url),
        now=int(time.time()),
        origin=lambda: origin(event),
    )
    log("login_succeeded", account=result.account_id)
    return respond(200, _tokens(result))


@router.post("/login/refresh")
def refresh() -> Response[str]:
    event = router.current_event
    request = read(event, RefreshRequest)
    issuer = caller.issuer(event, Settings.load().public_url)
    result = flow.refresh(request.refresh_token, dependencies(), issuer=issuer, now=int(time.time()))
    log("session_refreshed", account=result.account_id)
    return respond(200, _tokens(result))


@router.post("/logout")
def log_out() -> Response[str]:
    flow.log_out(read(router.current_event, LogoutRequest).refresh_token, dependencies())
    log("session_ended")
    return respond(204)


def _tokens(result: flow.LoginResult) -> LoginResponse:
    return LoginResponse(
        access_token=result.access_token,
        token_type="Bearer",  # noqa: S106 - what kind it is
        expires_in=result.expires_in,
        refresh_token=result.refresh_token,
        refresh_expires_in=result.refresh_expires_in,
        device_token=result.device_token,
    )


def warm_up() -> None:
    """Open connections and find out which key signs during Lambda's init."""
    keys, accounts = Settings.load().signing_keys, dependencies().accounts
    device_of("")  # loads what browsers are told apart by
    gather(lambda: keys.current(now=int(time.time())), lambda: accounts.get("", ""))


handler = build_handler(router, metric="Logins", warm_up=warm_up)
