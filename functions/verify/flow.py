"""Step one: is this customer who the supplier's records say."""

from typing import NamedTuple

from utenza.concurrency import gather
from utenza.customers import matching
from utenza.customers.record import Kind
from utenza.errors import AlreadyRegistered, CustomerNotMatched
from utenza.http.addressing import customer_of
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tokens.tokens import StepTokens
from verify.schemas import VerifyRequest


class Dependencies(NamedTuple):
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


async def verify(request: VerifyRequest, dependencies: Dependencies, *, source: str, now: int) -> Verified:
    """Return the step token of a customer whose data all match and who has no account yet.

    InvalidRequest, TooManyAttempts, CustomerNotMatched (the same whatever differs) or AlreadyRegistered say why not.
    """
    _require_a_name(request)
    supplier, code = customer_of(request, dependencies.suppliers)
    by_code, by_source, customer, registered = await gather(
        dependencies.attempts.count(supplier.id, "verify-code", code, dependencies.per_code, now=now),
        dependencies.attempts.count(supplier.id, "verify-source", source, dependencies.per_source, now=now),
        dependencies.customers.find(supplier.id, code),
        dependencies.accounts.registered_by(supplier.id, code),
    )
    claim = matching.Claim(request.first_name, request.last_name, request.company_name, request.tax_code)
    matched = matching.matches(claim, customer)
    hint = "name_and_tax_code_differ" if matching.name_and_tax_code_differ(claim) else None
    if customer is None or not matched:
        raise CustomerNotMatched(hint)
    # Who matches was not guessing, and may share the address with many others behind one carrier.
    await gather(
        dependencies.attempts.refund(supplier.id, "verify-code", code, dependencies.per_code, counted=by_code),
        dependencies.attempts.refund(supplier.id, "verify-source", source, dependencies.per_source, counted=by_source),
    )
    if registered is not None:
        raise AlreadyRegistered
    step_token, expires_in = dependencies.step_tokens.issue(supplier.id, code, request.phone, now=now)
    return Verified(step_token, expires_in, customer.kind)


def _require_a_name(request: VerifyRequest) -> None:
    """Note which names are missing: a company's, or both of a person; a sole trader may give all three."""
    if request.given("company_name"):
        return
    if not any(map(request.given, ("first_name", "last_name"))):
        request.refuse("company_name", "required")
    for field in ("first_name", "last_name"):
        if not request.given(field):
            request.refuse(field, "required")
