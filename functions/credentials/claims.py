"""Whose record it is: what whoever registers has to prove beside the bill, where the deployment asks for it.

A record with an address other than the user id: a code sent there. A record without one: an activation code, where the
supplier issues those; where not, there is nothing to prove it by.
"""

from credentials.schemas import ConfirmRequest
from utenza.customers.record import Customer
from utenza.dynamodb import Write
from utenza.errors import FieldError, InvalidRequest, InvalidValue
from utenza.identifiers import email
from utenza.suppliers import Supplier
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.pending import Claim
from utenza.tokens import email_codes
from utenza.tokens.claims import ConfirmationClaims
from utenza.tokens.key_ring import RingKey


def claim_on(customer: Customer, supplier: Supplier, email_key: str) -> Claim | None:
    """Return what the owner of this address has to prove about the record."""
    try:
        known = email.key(customer.email) if customer.email else None
    except InvalidValue:  # the CRM holds no address that could be written to
        known = None
    if known is not None:
        return None if known == email_key else "code"
    return "activation_code" if supplier.issues_activation_codes else None


def require(claim: Claim | None, request: ConfirmRequest) -> None:
    """Raise InvalidRequest when the code that a claim needs was not sent."""
    if claim is not None and not _typed(claim, request):
        raise InvalidRequest([FieldError(_FIELDS[claim], "required")])


def fits_activation_code(
    request: ConfirmRequest, pending: ConfirmationClaims, codes: ActivationCodes, *, now: int
) -> bool:
    """Tell whether the activation code, if one was sent, is the customer's."""
    typed = request.activation_code
    return bool(typed) and codes.fits(pending.supplier, pending.customer_code, typed, now=now)


def is_proved(
    claim: Claim | None, request: ConfirmRequest, pending: ConfirmationClaims, key: RingKey | None, *, activated: bool
) -> bool:
    """Tell whether a claim is proved; `key` is that of the codes, `activated` is what `fits_activation_code` says."""
    if claim == "code":
        return email_codes.fits(request.claim_code, "claim", pending.pending_id, key)
    return claim is None or activated


def spent(
    claim: Claim | None, request: ConfirmRequest, pending: ConfirmationClaims, codes: ActivationCodes, *, now: int
) -> tuple[Write, ...]:
    """Return the writes that spend what proved a claim, for the registration's transaction."""
    if claim != "activation_code":
        return ()
    return (codes.spent(pending.supplier, pending.customer_code, request.activation_code, now=now),)


_FIELDS: dict[Claim, str] = {"code": "claim_code", "activation_code": "activation_code"}


def _typed(claim: Claim, request: ConfirmRequest) -> str:
    return request.claim_code if claim == "code" else request.activation_code
