"""Login, and the session that follows: refreshed with a token that is spent each time, ended by logout."""

from typing import NamedTuple

from login.schemas import LoginRequest
from utenza.addressing import supplier_of
from utenza.concurrency import together
from utenza.errors import InvalidCredentials, RefreshTokenInvalid
from utenza.identifiers import email
from utenza.limits import Limit
from utenza.passwords import Hasher
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts, Login
from utenza.tables.attempts import Attempts
from utenza.tables.sessions import Sessions
from utenza.tokens import AccessTokens


class Desk(NamedTuple):
    """What login works with; `session_lifetime` is in seconds."""

    suppliers: Suppliers
    accounts: Accounts
    attempts: Attempts
    sessions: Sessions
    per_account: Limit
    per_source: Limit
    hasher: Hasher
    access_tokens: AccessTokens
    session_lifetime: int


class Session(NamedTuple):
    """Lifetimes are in seconds."""

    account_id: str
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_expires_in: int


async def log_in(asked: LoginRequest, desk: Desk, *, source: str, issuer: str, now: int) -> Session:
    """Open a session; InvalidCredentials is the same, after the same work, for unknown users and wrong passwords."""
    supplier = supplier_of(asked, desk.suppliers).id
    address = email.subject(asked.user_id)
    _, by_source, login = await together(
        desk.attempts.count(supplier, "login-account", address, desk.per_account, now=now),
        desk.attempts.count(supplier, "login-source", source, desk.per_source, now=now),
        desk.accounts.login_of(supplier, address),
    )
    right = desk.hasher.verify(login.password_hash if login else None, asked.password)
    if login is None or login.status != "active" or not right:
        raise InvalidCredentials
    outdated = desk.hasher.needs_rehash(login.password_hash)
    (refresh_token, expires_at), (access_token, expires_in), *_ = await together(
        desk.sessions.open(
            supplier, login.account_id, generation=login.generation, now=now, lifetime=desk.session_lifetime
        ),
        desk.access_tokens.issue(login.account_id, supplier, generation=login.generation, issuer=issuer, now=now),
        desk.accounts.note_login(supplier, login.account_id, now),
        desk.attempts.forget(supplier, "login-account", address),
        desk.attempts.forgive(supplier, "login-source", source, desk.per_source, counted=by_source),
        *([_rehash(desk, supplier, address, login, asked.password)] if outdated else []),
    )
    return Session(login.account_id, access_token, expires_in, refresh_token, expires_at - now)


async def refresh(refresh_token: str, desk: Desk, *, issuer: str, now: int) -> Session:
    """Spend the refresh token for its successor; RefreshTokenInvalid also when the account was closed meanwhile."""
    session = await desk.sessions.find(refresh_token, now=now)
    # Signed before anything is spent: while KMS is down, the retries that a 503 asks for must not end the session.
    access_token, expires_in = await desk.access_tokens.issue(
        session.account_id, session.supplier, generation=session.generation, issuer=issuer, now=now
    )
    account, successor = await together(
        desk.accounts.get(session.supplier, session.account_id),
        desk.sessions.rotate(session, now=now),
    )
    if account is None or account.status != "active" or session.generation != account.generation:
        await desk.sessions.close(refresh_token)
        raise RefreshTokenInvalid
    return Session(account.account_id, access_token, expires_in, successor, session.expires_at - now)


async def log_out(refresh_token: str, desk: Desk) -> None:
    """End the session of this token; a token that is no longer good has nothing left to end."""
    await desk.sessions.close(refresh_token)


async def _rehash(desk: Desk, supplier: str, address: str, login: Login, password: str) -> None:
    """Hash again with today's cost: only now is the password at hand."""
    await desk.accounts.replace_password_hash(supplier, address, login.password_hash, desk.hasher.hash(password))
