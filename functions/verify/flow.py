"""Step one: does what was typed match a customer in the supplier's records."""

from typing import NamedTuple

from utenza.customers import matching
from utenza.customers.record import Kind
from utenza.errors import AlreadyRegistered, CustomerNotMatched
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject, of_source
from utenza.parallel import gather
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tokens.holder import holder_of
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.registration import StepTokens
from verify.schemas import VerifyRequest


class Dependencies(NamedTuple):
    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    attempts: Attempts
    per_code: Limit
    per_source: Limit
    keys: KeyRing
    step_tokens: StepTokens


class Verified(NamedTuple):
    """`expires_in` is in seconds."""

    step_token: str
    expires_in: int
    kind: Kind


def verify(request: VerifyRequest, dependencies: Dependencies, *, source: str, now: int) -> Verified:
    """Return the step token of a customer whose data all match and who has no account yet.

    Raises TooManyAttempts, CustomerNotMatched (the same whatever differs) or AlreadyRegistered.
    """
    attempts, supplier, code = dependencies.attempts, request.supplier, request.customer_code
    subjects = (
        Subject(supplier, "verify-code", code, dependencies.per_code),
        *of_source(supplier, "verify-source", source, dependencies.per_source),
    )
    counted: list[int] = []
    with given_back_in_outages(lambda: attempts.refund(*(subjects if counted else ()))):
        _, customer, registered = gather(
            lambda: counted.extend(attempts.count(*subjects, now=now)),
            lambda: dependencies.customers.find(supplier, code),
            lambda: dependencies.accounts.registered_by(supplier, code),
        )
        key = dependencies.keys.lasting(now=now)
    claim = request.claim
    matched = matching.matches(claim, customer)
    hint = "name_and_tax_code_differ" if matching.name_and_tax_code_differ(claim) else None
    if customer is None or not matched:
        raise CustomerNotMatched(hint)
    # Who matches did not guess, and may share the address with many others behind one carrier.
    attempts.refund(*(each for each, used in zip(subjects, counted, strict=True) if not each.limit.is_negligible(used)))
    if registered is not None:
        raise AlreadyRegistered
    holder = holder_of(customer, key)
    unproved = matching.unproved_tax_code(claim, customer)
    step_token, expires_in = dependencies.step_tokens.issue(
        supplier, code, request.phone, holder, unproved=unproved, now=now
    )
    return Verified(step_token, expires_in, customer.kind)
