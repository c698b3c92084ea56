"""The reserved area: who the caller is, and the customer records that belong to the account."""

from typing import NamedTuple

from utenza.concurrency import together
from utenza.customer import Customer
from utenza.errors import AccessTokenInvalid
from utenza.tables.accounts import Account, Accounts
from utenza.tables.customers import Customers
from utenza.tokens import AccessTokens


class Desk(NamedTuple):
    """What the reserved area works with."""

    accounts: Accounts
    customers: Customers
    access_tokens: AccessTokens


def read(access_token: str, desk: Desk, *, issuer: str, now: int) -> tuple[Account, tuple[Customer, ...]]:
    """Return the caller's account and its records that exist; AccessTokenInvalid also when its sessions were ended."""
    claims = desk.access_tokens.read(access_token, issuer=issuer, now=now)
    account = desk.accounts.get(claims.supplier, claims.account_id)
    if account is None or account.status != "active" or claims.generation != account.generation:
        raise AccessTokenInvalid
    found = together(*(lambda code=code: desk.customers.find(account.supplier, code) for code in account.customers))
    return account, tuple(customer for customer in found if customer)
