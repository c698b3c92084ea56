"""Step one: is this customer who the supplier's records say."""

from typing import NamedTuple

from utenza import matching
from utenza.concurrency import together
from utenza.customer import Kind
from utenza.errors import AlreadyRegistered, CustomerNotMatched, InvalidValue
from utenza.identifiers import customer_code
from utenza.suppliers import Supplier, Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.attempts import Attempts, Limit
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


def verify(asked: VerifyRequest, desk: Desk, *, source: str, now: int) -> Verified:
    """Return the step token of a customer whose data all match and who has no account yet.

    InvalidRequest, TooManyAttempts, CustomerNotMatched (the same whatever differs) or AlreadyRegistered say why not.
    """
    supplier, code = _addressed(asked, desk.suppliers)
    _, _, customer, registered = together(
        lambda: desk.attempts.count(supplier.id, "verify-code", code, desk.per_code, now=now),
        lambda: desk.attempts.count(supplier.id, "verify-source", source, desk.per_source, now=now),
        lambda: desk.customers.find(supplier.id, code),
        lambda: desk.accounts.registered_by(supplier.id, code),
    )
    claim = matching.Claim(asked.first_name, asked.last_name, asked.company_name, asked.tax_code)
    matched = matching.matches(claim, customer)
    hint = "name_and_tax_code_differ" if matching.name_and_tax_code_differ(claim) else None
    if customer is None or not matched:
        raise CustomerNotMatched(hint)
    # Who matches was not guessing, and may share the address with many others behind one carrier.
    together(
        lambda: desk.attempts.forgive(supplier.id, "verify-code", code),
        lambda: desk.attempts.forgive(supplier.id, "verify-source", source),
    )
    if registered is not None:
        raise AlreadyRegistered
    step_token, expires_in = desk.step_tokens.issue(supplier.id, code, asked.phone, now=now)
    return Verified(step_token, expires_in, customer.kind)


def _addressed(asked: VerifyRequest, suppliers: Suppliers) -> tuple[Supplier, str]:
    """Return the supplier and the normalised customer code; InvalidRequest with every fault of the request."""
    supplier, code = None, ""
    try:
        supplier = suppliers.named(asked.supplier or None)
        if not asked.refused("customer_code"):
            code = customer_code.validate(asked.customer_code, supplier.code_pattern)
    except InvalidValue as invalid:
        asked.refuse("customer_code" if supplier else "supplier", invalid.code)
    _person_or_company(asked)
    asked.raise_errors()
    assert supplier is not None  # noqa: S101 - for the type checker: a missing one is among the errors
    return supplier, code


def _person_or_company(asked: VerifyRequest) -> None:
    person = asked.first_name or asked.last_name or asked.refused("first_name") or asked.refused("last_name")
    company = asked.company_name or asked.refused("company_name")
    if person and company:
        asked.refuse("company_name", "person_or_company")
    for field in () if company else ("first_name", "last_name"):
        if not getattr(asked, field) and not asked.refused(field):
            asked.refuse(field, "required")
    if not person and not company:
        asked.refuse("company_name", "required")
