"""The reserved area: who the caller is. What weighs also needs the password, given again a moment ago."""

from typing import NamedTuple

from utenza.errors import AccessTokenInvalid
from utenza.limits.counter import Attempts
from utenza.limits.devices import Devices
from utenza.limits.limit import Limit
from utenza.parallel import gather
from utenza.passwords.hashing import Hasher
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Account, Accounts
from utenza.tables.closures import Closures
from utenza.tables.customers import Customers
from utenza.tables.own_changes import OwnChanges
from utenza.tables.sessions import Sessions
from utenza.tokens.access import AccessTokens
from utenza.tokens.claims import AccessClaims
from utenza.tokens.reauth import ReauthTokens


class Dependencies(NamedTuple):
    """`per_session` limits the passwords that a session is asked for again; lifetimes are in seconds."""

    accounts: Accounts
    sessions: Sessions
    access_tokens: AccessTokens
    suppliers: Suppliers
    customers: Customers
    own_changes: OwnChanges
    closures: Closures
    attempts: Attempts
    devices: Devices
    per_session: Limit
    reauth_tokens: ReauthTokens
    hasher: Hasher
    password_minimum: int
    session_lifetime: int
    device_lifetime: int


class Caller(NamedTuple):
    """Who calls, by which access token: `account` is active, and the session has not ended."""

    claims: AccessClaims
    account: Account


def read(access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> Account:
    """Return the caller's account; AccessTokenInvalid also when the session has ended, or every session of it."""
    return identify(access_token, dependencies, issuer=issuer, now=now).account


def identify(access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> Caller:
    """Return who calls; AccessTokenInvalid as `read`."""
    claims = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    return _identified(claims, dependencies, now=now)


def identify_again(
    access_token: str, reauth_token: str, dependencies: Dependencies, *, issuer: str, now: int
) -> Caller:
    """Return who calls and has just given the password again.

    Raises AccessTokenInvalid as `read`, ReauthTokenInvalid or ReauthTokenExpired.
    """
    claims = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    dependencies.reauth_tokens.check(reauth_token, claims, now=now)
    return _identified(claims, dependencies, now=now)


def caller_of(claims: AccessClaims, account: Account | None, *, is_open: bool) -> Caller:
    """Return the caller if session and account, as they were read, are still good for this token."""
    if not is_open or account is None or account.status != "active" or claims.generation != account.generation:
        raise AccessTokenInvalid
    return Caller(claims, account)


def _identified(claims: AccessClaims, dependencies: Dependencies, *, now: int) -> Caller:
    account, is_open = gather(
        lambda: dependencies.accounts.get(claims.supplier, claims.account_id),
        lambda: dependencies.sessions.is_open(claims.supplier, claims.session_id, claims.account_id, now=now),
    )
    return caller_of(claims, account, is_open=is_open)
