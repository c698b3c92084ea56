"""Login, and the session that follows: refreshed with a token that is spent each time, ended by logout."""

from collections.abc import Callable
from typing import NamedTuple

from login.attempt import LoginAttempt
from login.schemas import LoginRequest
from utenza.errors import InvalidCredentials, RefreshTokenInvalid
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.devices import Device, Devices, KnownTo
from utenza.limits.limit import Limit
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject, of_source
from utenza.parallel import gather
from utenza.passwords.hashing import Hasher
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts, Login
from utenza.tables.activity import NOWHERE, Activity, Origin
from utenza.tables.logins import Logins
from utenza.tables.sessions import Sessions, id_of, new_family
from utenza.tokens.access import AccessTokens


class Dependencies(NamedTuple):
    """`per_device` is how many wrong passwords in a row a known device has; lifetimes are in seconds."""

    suppliers: Suppliers
    accounts: Accounts
    logins: Logins
    activity: Activity
    attempts: Attempts
    devices: Devices
    sessions: Sessions
    per_account: Limit
    per_source: Limit
    per_device: int
    hasher: Hasher
    access_tokens: AccessTokens
    session_lifetime: int
    device_lifetime: int


class LoginResult(NamedTuple):
    """Lifetimes are in seconds. A refresh renews no device: its `device_token` is that of the login."""

    account_id: str
    access_token: str
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    device_token: str


def log_in(
    request: LoginRequest,
    dependencies: Dependencies,
    *,
    source: str,
    issuer: str,
    now: int,
    origin: Callable[[], Origin] = lambda: NOWHERE,
) -> LoginResult:
    """Open a session; `origin` is asked for only then.

    Raises TooManyAttempts, or InvalidCredentials: the same, after the same work, for unknown users and wrong passwords.
    """
    supplier, address = request.supplier, email.subject(request.user_id)
    attempt = LoginAttempt(
        dependencies.attempts,
        dependencies.devices,
        account=Subject(supplier, "login-account", address, dependencies.per_account),
        sources=of_source(supplier, "login-source", source, dependencies.per_source),
        device=Device(supplier, address, request.device_token),
        per_device=dependencies.per_device,
    )
    with given_back_in_outages(attempt.refund):
        _, login = gather(
            lambda: attempt.count(now=now),
            lambda: attempt.login(dependencies.logins),
        )
        attempt.check_device(login and KnownTo(login.account_id, login.generation), now=now)
        right = dependencies.hasher.verify(login.password_hash if login else None, request.password)
        if login is None or login.status != "active" or not right:
            raise InvalidCredentials
        family = new_family()
        device_token, writes = attempt.succeeded(
            KnownTo(login.account_id, login.generation), now=now, until=now + dependencies.device_lifetime
        )
        came_from = origin()
        # In the session's transaction: this attempt and the wrong ones before it were no guesses.
        also = (
            dependencies.accounts.login_noted(supplier, login.account_id, now=now),
            *writes,
            dependencies.activity.noted(
                supplier,
                login.account_id,
                "login",
                came_from,
                now=now,
                failed=attempt.failed,
                is_new_device=attempt.is_new_device,
            ),
        )
        (refresh_token, expires_at), (access_token, expires_in), _, _ = gather(
            lambda: attempt.settled_by(
                lambda: dependencies.sessions.open(
                    supplier,
                    login.account_id,
                    generation=login.generation,
                    now=now,
                    lifetime=dependencies.session_lifetime,
                    family=family,
                    device_token=device_token,
                    device=came_from.device,
                    also=also,
                )
            ),
            lambda: dependencies.access_tokens.issue(
                login.account_id,
                supplier,
                session_id=id_of(family),
                auth_time=now,
                generation=login.generation,
                issuer=issuer,
                now=now,
            ),
            attempt.end_series,
            lambda: _rehash_if_needed(dependencies, supplier, address, login, request.password),
        )
        return LoginResult(login.account_id, access_token, expires_in, refresh_token, expires_at - now, device_token)


def refresh(refresh_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> LoginResult:
    """Spend the refresh token for its successor; RefreshTokenInvalid also when the account was closed meanwhile.

    A token spent long ago ends the session and has the owner told: somebody else may have it.
    """
    session = dependencies.sessions.find(refresh_token, now=now)
    # Signed before anything is spent: while KMS is down, the retries that a 503 asks for must not end the session.
    access_token, expires_in = dependencies.access_tokens.issue(
        session.account_id,
        session.supplier,
        session_id=session.id,
        auth_time=session.created_at,
        generation=session.generation,
        issuer=issuer,
        now=now,
    )
    reused = dependencies.accounts.session_reused(session.supplier, session.account_id, session.id, now=now)
    account, successor = gather(
        lambda: dependencies.accounts.get(session.supplier, session.account_id),
        lambda: dependencies.sessions.rotate(session, now=now, on_reuse=[reused]),
    )
    if account is None or account.status != "active" or session.generation != account.generation:
        dependencies.sessions.close(refresh_token)
        raise RefreshTokenInvalid
    expires_at, device_token = session.expires_at, session.presented.device_token
    return LoginResult(account.account_id, access_token, expires_in, successor, expires_at - now, device_token)


def log_out(refresh_token: str, dependencies: Dependencies) -> None:
    """End the session of this token; a token that is no longer good has nothing left to end."""
    dependencies.sessions.close(refresh_token)


def _rehash_if_needed(dependencies: Dependencies, supplier: str, address: str, login: Login, password: str) -> None:
    """Hash again when the cost has changed: only now is the password at hand."""
    if dependencies.hasher.needs_rehash(login.password_hash):
        new = dependencies.hasher.hash(password)
        dependencies.accounts.replace_password_hash(supplier, address, login.password_hash, new)
