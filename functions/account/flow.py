"""The reserved area: who the caller is, and the customer records that belong to the account."""

from typing import NamedTuple

from utenza.errors import AccessTokenInvalid
from utenza.parallel import gather
from utenza.tables.accounts import Account, Accounts
from utenza.tables.sessions import Sessions
from utenza.tokens.access import AccessTokens


class Dependencies(NamedTuple):
    accounts: Accounts
    sessions: Sessions
    access_tokens: AccessTokens


def read(access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> Account:
    """Return the caller's account; AccessTokenInvalid also when the session has ended, or every session of it."""
    claims = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    account, is_open = gather(
        lambda: dependencies.accounts.get(claims.supplier, claims.account_id),
        lambda: dependencies.sessions.is_open(claims.supplier, claims.session_id, claims.account_id, now=now),
    )
    if not is_open or account is None or account.status != "active" or claims.generation != account.generation:
        raise AccessTokenInvalid
    return account
