"""The reserved area: GET and PATCH /account, and what its owner does with it."""

import time
from datetime import UTC, datetime
from functools import cache
from typing import TypedDict

from aws_lambda_powertools.event_handler import Response

from account import closing, contact, flow, password, question, reauth, sessions
from account.schemas import (
    AccountCustomer,
    AccountResponse,
    CloseRequest,
    ContactRequest,
    EndSessionsRequest,
    NewPasswordRequest,
    NewQuestionRequest,
    ReauthRequest,
    ReauthResponse,
    SessionEntry,
    SessionsResponse,
)
from utenza import suppliers
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import database
from utenza.errors import AccessTokenInvalid
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.http.requests import read, submitted
from utenza.http.session_tokens import LoginResponse
from utenza.observability import log, report_hash
from utenza.parallel import gather
from utenza.passwords.hashing import Hasher
from utenza.resources import UsesAccessTokens, UsesAccounts, UsesAttempts, UsesCustomers, UsesKeyRing, UsesSessions
from utenza.settings import HashingSettings, HttpSettings
from utenza.tables.accounts import Account
from utenza.tables.closures import Closures
from utenza.tables.own_changes import OwnChanges
from utenza.tables.sessions import OpenSession
from utenza.tokens.reauth import ReauthTokens

_DAY = 86_400


class Settings(
    UsesCustomers,
    UsesAccounts,
    UsesSessions,
    UsesAttempts,
    UsesKeyRing,
    UsesAccessTokens,
    HashingSettings,
    HttpSettings,
):
    access_token_seconds: int
    session_days: int
    device_token_days: int
    password_min_length: int
    reauth_attempts_per_session: int
    login_attempts_in_a_row: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        accounts=settings.accounts,
        sessions=settings.sessions,
        access_tokens=settings.access_tokens(settings.access_token_seconds),
        suppliers=suppliers.load(),
        customers=settings.customers,
        own_changes=OwnChanges(database(), settings.accounts_table),
        closures=Closures(database(), settings.accounts_table),
        attempts=settings.attempts,
        devices=settings.devices,
        per_session=settings.limit(settings.reauth_attempts_per_session)._replace(
            in_a_row=settings.login_attempts_in_a_row
        ),
        reauth_tokens=ReauthTokens(settings.keys),
        hasher=Hasher(settings.cost, report_hash),
        password_minimum=settings.password_min_length,
        session_lifetime=settings.session_days * _DAY,
        device_lifetime=settings.device_token_days * _DAY,
    )


router = new_router()


class _Moment(TypedDict):
    issuer: str
    now: int


@router.get("/account")
def show() -> Response[str]:
    return _account(flow.read(_token(), dependencies(), **_moment()))


@router.patch("/account")
def change_contact() -> Response[str]:
    token, request = _token(), read(router.current_event, ContactRequest)
    account = contact.change(request, token, dependencies(), **_moment())
    log("contact_changed", account=account.account_id)
    return _account(account)


@router.post("/account/reauth")
def reauthenticate() -> Response[str]:
    token, request = _token(), read(router.current_event, ReauthRequest)
    reauth_token, expires_in = reauth.reauthenticate(request, token, dependencies(), **_moment())
    return respond(200, ReauthResponse(reauth_token=reauth_token, expires_in=expires_in))


@router.post("/account/password")
def change_password() -> Response[str]:
    token, form = _token(), submitted(router.current_event, NewPasswordRequest)
    tokens = password.change(form, token, dependencies(), **_moment())
    log("password_changed", account=tokens.account_id)
    return respond(
        200,
        LoginResponse(
            access_token=tokens.access_token,
            token_type="Bearer",  # noqa: S106 - what kind it is
            expires_in=tokens.expires_in,
            refresh_token=tokens.refresh_token,
            refresh_expires_in=tokens.refresh_expires_in,
            device_token=tokens.device_token,
        ),
    )


@router.post("/account/question")
def change_question() -> Response[str]:
    token, form = _token(), submitted(router.current_event, NewQuestionRequest)
    account_id = question.change(form, token, dependencies(), **_moment())
    log("question_changed", account=account_id)
    return respond(204)


@router.get("/account/sessions")
def list_sessions() -> Response[str]:
    current, found = sessions.list_open(_token(), dependencies(), **_moment())
    return respond(200, SessionsResponse(sessions=[_session(each, current) for each in found]))


@router.post("/account/sessions/end")
def end_sessions() -> Response[str]:
    token, request = _token(), read(router.current_event, EndSessionsRequest)
    account_id = sessions.end(request, token, dependencies(), **_moment())
    log("sessions_ended", account=account_id)
    return respond(204)


@router.post("/account/close")
def close() -> Response[str]:
    token, request = _token(), read(router.current_event, CloseRequest)
    account_id = closing.close(request, token, dependencies(), **_moment())
    log("account_closed", account=account_id)
    return respond(204)


def _token() -> str:
    """Return the access token; AccessTokenInvalid without one, whatever the body is."""
    token = caller.bearer_token(router.current_event)
    if not token:
        raise AccessTokenInvalid
    return token


def _moment() -> _Moment:
    return {"issuer": caller.issuer(router.current_event, Settings.load().public_url), "now": int(time.time())}


def _account(account: Account) -> Response[str]:
    return respond(
        200,
        AccountResponse(
            account_id=account.account_id,
            user_id=account.user_id,
            supplier=account.supplier,
            language=account.language,
            customers=[_customer(summary) for summary in account.summaries],
            phone=account.phone or None,
            created_at=_iso(account.created_at),
            last_login_at=_iso(before) if (before := account.previous_login_at or account.last_login_at) else None,
            email_status=account.email_status,
            pending_user_id=None,
            accepted=[],
        ),
    )


def _customer(summary: CustomerSummary) -> AccountCustomer:
    return AccountCustomer(
        customer_code=summary.code,
        kind=summary.kind,
        name=summary.name,
        status=summary.status,
        role="holder",
        read_only_until=None,
    )


def _session(session: OpenSession, current: str) -> SessionEntry:
    return SessionEntry(
        session=session.id,
        current=session.id == current,
        device="",  # nothing is stored of it
        created_at=_iso(session.created_at),
        seen_on=session.seen_on,
    )


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def warm_up() -> None:
    """Open connections and load keys during Lambda's init."""
    settings, now = Settings.load(), int(time.time())
    gather(
        lambda: settings.signing_keys.current(now=now).public_key(),
        lambda: settings.keys.current(now=now),
        lambda: settings.accounts.get("", ""),
        lambda: settings.sessions.is_open("", "", "", now=now),
    )


handler = build_handler(router, metric="AccountCalls", warm_up=warm_up)
