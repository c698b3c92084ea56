"""Step one: is this customer who the supplier's records say."""

from typing import NamedTuple

from utenza import matching
from utenza.addressing import customer_of
from utenza.concurrency import together
from utenza.customer import Kind
from utenza.errors import AlreadyRegistered, CustomerNotMatched
from utenza.limits import Limit
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.attempts import Attempts
from utenza.tables.customers import Customers
from utenza.tokens import StepTokens
from verify.schemas import VerifyRequest


class Desk(NamedTuple):
    """What step one works with."""

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    attempts: Attempts
    per_code: Limit
    per_source: Limit
    step_tokens: StepTokens


class Verified(NamedTuple):
    """`expires_in` is in seconds."""

    step_token: str
    expires_in: int
    kind: Kind


async def verify(asked: VerifyRequest, desk: Desk, *, source: str, now: int) -> Verified:
    """Return the step token of a customer whose data all match and who has no account yet.

    InvalidRequest, TooManyAttempts, CustomerNotMatched (the same whatever differs) or AlreadyRegistered say why not.
    """
    _require_a_name(asked)
    supplier, code = customer_of(asked, desk.suppliers)
    by_code, by_source, customer, registered = await together(
        desk.attempts.count(supplier.id, "verify-code", code, desk.per_code, now=now),
        desk.attempts.count(supplier.id, "verify-source", source, desk.per_source, now=now),
        desk.customers.find(supplier.id, code),
        desk.accounts.registered_by(supplier.id, code),
    )
    claim = matching.Claim(asked.first_name, asked.last_name, asked.company_name, asked.tax_code)
    matched = matching.matches(claim, customer)
    hint = "name_and_tax_code_differ" if matching.name_and_tax_code_differ(claim) else None
    if customer is None or not matched:
        raise CustomerNotMatched(hint)
    # Who matches was not guessing, and may share the address with many others behind one carrier.
    await together(
        desk.attempts.forgive(supplier.id, "verify-code", code, desk.per_code, counted=by_code),
        desk.attempts.forgive(supplier.id, "verify-source", source, desk.per_source, counted=by_source),
    )
    if registered is not None:
        raise AlreadyRegistered
    step_token, expires_in = desk.step_tokens.issue(supplier.id, code, asked.phone, now=now)
    return Verified(step_token, expires_in, customer.kind)


def _require_a_name(asked: VerifyRequest) -> None:
    """Note which names are missing: a company's, or both of a person; a sole trader may give all three."""
    if asked.given("company_name"):
        return
    if not any(map(asked.given, ("first_name", "last_name"))):
        asked.refuse("company_name", "required")
    for field in ("first_name", "last_name"):
        if not asked.given(field):
            asked.refuse(field, "required")
