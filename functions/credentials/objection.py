"""Whoever was told of an account that they did not open freezes it with the code from the notice, without a login."""

from credentials.flow import Dependencies
from credentials.schemas import ObjectionRequest
from utenza.errors import CodeInvalid, Unavailable
from utenza.identifiers import email
from utenza.limits.subjects import of_source
from utenza.parallel import gather
from utenza.tables.accounts import Account
from utenza.tables.objections import Objection, supplier_of

_ROUNDS = 3


def freeze(request: ObjectionRequest, dependencies: Dependencies, *, source: str, now: int) -> str:
    """Freeze the account that the code is of, and return its id; a repeated objection finds it frozen, or closed.

    Raises TooManyAttempts, or CodeInvalid, after the same reads, for whatever else was typed: a code that has expired,
    of an account without this customer by now, or of one that an operator has freed again.
    """
    typed, accounts = request.objection_code, dependencies.accounts
    supplier = supplier_of(typed, [supplier.id for supplier in dependencies.suppliers])
    sources = of_source(supplier, "objection-source", source, dependencies.per_source)
    _, objection = gather(
        lambda: dependencies.attempts.count(*sources, now=now),
        lambda: dependencies.objections.find(supplier, typed, now=now),
    )
    for _ in range(_ROUNDS):
        account = accounts.get(supplier, objection.account_id if objection else "")
        if objection is None or account is None or _is_past(objection, account):
            raise CodeInvalid("objection_code")
        if account.status != "active" or accounts.freeze(account, email.key(account.user_id), now=now):
            return account.account_id
    raise Unavailable  # the account changed each time


def _is_past(objection: Objection, account: Account) -> bool:
    """Tell whether the code may not freeze the account any more: it did so before, or the customer has left it."""
    return account.status == "active" and (bool(account.frozen_at) or objection.customer_code not in account.customers)
