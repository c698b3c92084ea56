"""POST /login, /login/refresh and /logout."""

import time
from functools import cache

from login import flow
from login.schemas import LoginRequest, LogoutRequest, RefreshRequest, TokensResponse
from utenza import suppliers
from utenza.aws import AwsJson
from utenza.dynamodb import DynamoDb
from utenza.http.web import Request, Response, application
from utenza.limits.counter import Attempts
from utenza.observability import log
from utenza.passwords.hashing import Cost, Hasher
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.tables.key_ids import KeyIds
from utenza.tables.sessions import Sessions
from utenza.threads import in_threads
from utenza.tokens.keys import SigningKey
from utenza.tokens.tokens import AccessTokens


@cache
def db() -> DynamoDb:
    return DynamoDb()


@cache
def kms() -> AwsJson:
    return AwsJson("kms", "TrentService")


@cache
def signing_key() -> SigningKey:
    settings = Settings()
    return SigningKey(settings.text("SIGNING_KEY"), kms(), KeyIds(db(), settings.text("SESSIONS_TABLE")))


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings()
    return flow.Dependencies(
        suppliers=suppliers.load(),
        accounts=Accounts(db(), settings.text("ACCOUNTS_TABLE")),
        attempts=Attempts(db(), settings.text("ATTEMPTS_TABLE")),
        sessions=Sessions(db(), settings.text("SESSIONS_TABLE")),
        per_account=settings.limit("LOGIN_ATTEMPTS_PER_ACCOUNT"),
        per_source=settings.limit("LOGIN_ATTEMPTS_PER_SOURCE"),
        hasher=Hasher(Cost(*settings.numbers("ARGON2_MEMORY_KIB", "ARGON2_ITERATIONS", "ARGON2_PARALLELISM"))),
        access_tokens=AccessTokens(
            signing_key(),
            audience=settings.text("AUDIENCE"),
            lifetime=settings.number("ACCESS_TOKEN_SECONDS"),
        ),
        session_lifetime=settings.number("SESSION_DAYS") * 86_400,
    )


async def log_in(request: Request) -> Response:
    session = await flow.log_in(
        request.read(LoginRequest), dependencies(), source=request.source, issuer=request.base_url, now=int(time.time())
    )
    log("login_succeeded", account=session.account_id, request_id=request.request_id)
    return _tokens(session)


async def refresh(request: Request) -> Response:
    body = request.read(RefreshRequest)
    body.raise_errors()
    session = await flow.refresh(body.refresh_token, dependencies(), issuer=request.base_url, now=int(time.time()))
    log("session_refreshed", account=session.account_id, request_id=request.request_id)
    return _tokens(session)


async def log_out(request: Request) -> Response:
    body = request.read(LogoutRequest)
    body.raise_errors()
    await flow.log_out(body.refresh_token, dependencies())
    log("session_closed", request_id=request.request_id)
    return Response(204)


def _tokens(session: flow.Session) -> Response:
    answer: TokensResponse = {
        "access_token": session.access_token,
        "token_type": "Bearer",
        "expires_in": session.expires_in,
        "refresh_token": session.refresh_token,
        "refresh_expires_in": session.refresh_expires_in,
    }
    return Response(200, answer)


def warm_up() -> None:
    """Have connections and keys before the first call."""
    dependencies()
    in_threads(lambda: db().connect(4), lambda: kms().connect(1), lambda: signing_key().key_id)


handler = application({"POST /login": log_in, "POST /login/refresh": refresh, "POST /logout": log_out}, warm_up=warm_up)
