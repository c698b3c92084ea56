"""Login, and the session that follows: refreshed with a token that is spent each time, ended by logout."""

from typing import NamedTuple

from login.schemas import LoginRequest
from utenza.concurrency import gather
from utenza.errors import InvalidCredentials, RefreshTokenInvalid
from utenza.http.addressing import supplier_of
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.passwords.hashing import Hasher
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts, Login
from utenza.tables.sessions import Sessions
from utenza.tokens.tokens import AccessTokens


class Dependencies(NamedTuple):
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


async def log_in(request: LoginRequest, dependencies: Dependencies, *, source: str, issuer: str, now: int) -> Session:
    """Open a session; InvalidCredentials is the same, after the same work, for unknown users and wrong passwords."""
    supplier = supplier_of(request, dependencies.suppliers).id
    address = email.subject(request.user_id)
    _, by_source, login = await gather(
        dependencies.attempts.count(supplier, "login-account", address, dependencies.per_account, now=now),
        dependencies.attempts.count(supplier, "login-source", source, dependencies.per_source, now=now),
        dependencies.accounts.login_of(supplier, address),
    )
    right = dependencies.hasher.verify(login.password_hash if login else None, request.password)
    if login is None or login.status != "active" or not right:
        raise InvalidCredentials
    outdated = dependencies.hasher.needs_rehash(login.password_hash)
    (refresh_token, expires_at), (access_token, expires_in), *_ = await gather(
        dependencies.sessions.open(
            supplier, login.account_id, generation=login.generation, now=now, lifetime=dependencies.session_lifetime
        ),
        dependencies.access_tokens.issue(
            login.account_id, supplier, generation=login.generation, issuer=issuer, now=now
        ),
        dependencies.accounts.note_login(supplier, login.account_id, now),
        dependencies.attempts.forget(supplier, "login-account", address),
        dependencies.attempts.refund(supplier, "login-source", source, dependencies.per_source, counted=by_source),
        *([_rehash(dependencies, supplier, address, login, request.password)] if outdated else []),
    )
    return Session(login.account_id, access_token, expires_in, refresh_token, expires_at - now)


async def refresh(refresh_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> Session:
    """Spend the refresh token for its successor; RefreshTokenInvalid also when the account was closed meanwhile."""
    session = await dependencies.sessions.find(refresh_token, now=now)
    # Signed before anything is spent: while KMS is down, the retries that a 503 asks for must not end the session.
    access_token, expires_in = await dependencies.access_tokens.issue(
        session.account_id, session.supplier, generation=session.generation, issuer=issuer, now=now
    )
    account, successor = await gather(
        dependencies.accounts.get(session.supplier, session.account_id),
        dependencies.sessions.rotate(session, now=now),
    )
    if account is None or account.status != "active" or session.generation != account.generation:
        await dependencies.sessions.close(refresh_token)
        raise RefreshTokenInvalid
    return Session(account.account_id, access_token, expires_in, successor, session.expires_at - now)


async def log_out(refresh_token: str, dependencies: Dependencies) -> None:
    """End the session of this token; a token that is no longer good has nothing left to end."""
    await dependencies.sessions.close(refresh_token)


async def _rehash(dependencies: Dependencies, supplier: str, address: str, login: Login, password: str) -> None:
    """Hash again with today's cost: only now is the password at hand."""
    await dependencies.accounts.replace_password_hash(
        supplier, address, login.password_hash, dependencies.hasher.hash(password)
    )
