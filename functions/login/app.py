"""POST /login, /login/refresh and /logout."""

import time
from functools import cache

from aws_lambda_powertools.event_handler import Response

from login import flow
from login.schemas import LoginRequest, LogoutRequest, RefreshRequest, TokensResponse
from utenza import suppliers
from utenza.clients import client
from utenza.dynamodb import database
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.http.requests import read
from utenza.limits.counter import Attempts
from utenza.observability import log, report_hash
from utenza.passwords.hashing import Hasher
from utenza.settings import HashingSettings, HttpSettings, LimitSettings
from utenza.tables.accounts import Accounts
from utenza.tables.sessions import Sessions
from utenza.tokens.access import AccessTokens
from utenza.tokens.signing_key import SigningKey

_DAY = 86_400


class Settings(HttpSettings, LimitSettings, HashingSettings):
    accounts_table: str
    sessions_table: str
    attempts_table: str
    signing_key: str
    audience: str
    access_token_seconds: int
    session_days: int
    login_attempts_per_account: int
    login_attempts_per_source: int


@cache
def settings() -> Settings:
    return Settings.from_environment()


@cache
def dependencies() -> flow.Dependencies:
    return flow.Dependencies(
        suppliers=suppliers.load(),
        accounts=Accounts(database(), settings().accounts_table),
        attempts=Attempts(database(), settings().attempts_table),
        sessions=Sessions(database(), settings().sessions_table),
        per_account=settings().limit(settings().login_attempts_per_account),
        per_source=settings().limit(settings().login_attempts_per_source),
        hasher=Hasher(settings().cost, report_hash),
        access_tokens=AccessTokens(
            SigningKey(settings().signing_key, client("kms")),
            audience=settings().audience,
            lifetime=settings().access_token_seconds,
        ),
        session_lifetime=settings().session_days * _DAY,
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
        issuer=caller.issuer(event, settings().public_url),
        now=int(time.time()),
    )
    log("login_succeeded", account=result.account_id)
    return _tokens(result)


@router.post("/login/refresh")
def refresh() -> Response[str]:
    event = router.current_event
    request = read(event, RefreshRequest)
    issuer = caller.issuer(event, settings().public_url)
    result = flow.refresh(request.refresh_token, dependencies(), issuer=issuer, now=int(time.time()))
    log("session_refreshed", account=result.account_id)
    return _tokens(result)


@router.post("/logout")
def log_out() -> Response[str]:
    flow.log_out(read(router.current_event, LogoutRequest).refresh_token, dependencies())
    log("session_ended")
    return respond(204)


def _tokens(result: flow.LoginResult) -> Response[str]:
    return respond(
        200,
        TokensResponse(
            access_token=result.access_token,
            token_type="Bearer",  # noqa: S106 - what kind it is
            expires_in=result.expires_in,
            refresh_token=result.refresh_token,
            refresh_expires_in=result.refresh_expires_in,
        ),
    )


def warm_up() -> None:
    """Open connections during Lambda's init."""
    dependencies().accounts.get("", "")


handler = build_handler(router, metric="Logins", warm_up=warm_up)
