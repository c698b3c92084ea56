"""The reserved area: who the caller is, and the customer records that belong to the account."""

from typing import NamedTuple

from utenza.errors import AccessTokenInvalid
from utenza.tables.accounts import Account, Accounts
from utenza.tokens.access import AccessTokens


class Dependencies(NamedTuple):
    accounts: Accounts
    access_tokens: AccessTokens


def read(access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> Account:
    """Return the caller's account; AccessTokenInvalid also when its sessions were ended."""
    claims = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    account = dependencies.accounts.get(claims.supplier, claims.account_id)
    if account is None or account.status != "active" or claims.generation != account.generation:
        raise AccessTokenInvalid
    return account
