"""The code from the mail proves the address and creates the account."""

from credentials import claims as proofs
from credentials.flow import Dependencies, Registered
from credentials.schemas import ConfirmRequest, ResendRequest
from utenza.customers.record import summary_of
from utenza.errors import (
    CodeInvalid,
    ConfirmationTokenExpired,
    ConfirmationTokenInvalid,
    CustomerNotMatched,
    InvalidRequest,
)
from utenza.limits.mails import count_mail
from utenza.limits.outages import given_back_in_outages
from utenza.parallel import gather
from utenza.tables.pending import Pending
from utenza.tokens import email_codes
from utenza.tokens.claims import ConfirmationClaims
from utenza.tokens.holder import holder_of, is_held_by


def confirm(request: ConfirmRequest, dependencies: Dependencies, *, now: int) -> Registered:
    """Create the pending account, its claim on the address and on the customer, in one transaction.

    Raises ConfirmationTokenInvalid (also when the record is another person's meanwhile), ConfirmationTokenExpired,
    InvalidRequest (the code of the claim is missing, which costs no try), CodeInvalid (either code), CustomerNotMatched
    (the record was closed meanwhile) or AlreadyRegistered (somebody was first).
    """
    claims = dependencies.confirmation_tokens.read(request.confirmation_token, now=now)
    counted: list[Pending] = []

    def give_back() -> None:
        if counted:
            dependencies.pending.refund_try(claims)

    with given_back_in_outages(give_back):
        _, customer, activated = gather(
            lambda: counted.append(dependencies.pending.count_try(claims, now=now)),
            lambda: dependencies.customers.find(claims.supplier, claims.customer_code),
            lambda: proofs.fits_activation_code(request, claims, dependencies.activation_codes, now=now),
        )
        [pending] = counted
        key = dependencies.keys.lasting(now=now)
        if customer is not None and not is_held_by(pending.registration.holder, customer, key):
            raise ConfirmationTokenInvalid
        _require_claim(request, dependencies, claims, pending)
        right = email_codes.fits(request.code, "confirmation", claims.pending_id, key)
        proved = proofs.is_proved(pending.claim, request, claims, key, activated=activated)
        if not right or not proved or pending.address_taken:
            raise CodeInvalid("two_codes" if pending.claim else "")
        if customer is None or customer.status != "active":
            raise CustomerNotMatched
        registration = pending.registration._replace(
            kind=customer.kind, name=summary_of(customer).name, holder=holder_of(customer, key)
        )
        spent = proofs.spent(pending.claim, request, claims, dependencies.activation_codes, now=now)
        dependencies.pending.finish(claims, registration, now=now, also=spent)
    return Registered(registration.account_id, registration.user_id)


def _require_claim(
    request: ConfirmRequest, dependencies: Dependencies, claims: ConfirmationClaims, pending: Pending
) -> None:
    try:
        proofs.require(pending.claim, request)
    except InvalidRequest:
        dependencies.pending.refund_try(claims)  # nothing has been compared
        raise


def resend(request: ResendRequest, dependencies: Dependencies, *, source: str, now: int) -> None:
    """Have the same code mailed once more, three times at most; nothing tells whether a mail will come."""
    try:
        claims = dependencies.confirmation_tokens.read(request.confirmation_token, now=now)
    except (ConfirmationTokenInvalid, ConfirmationTokenExpired):
        return
    registration = dependencies.pending.waiting_for(*claims, now=now)
    if registration is None:
        return
    budget = dependencies.mail_budget.of_registration(
        claims.supplier, claims.customer_code, registration.email_key, source
    )
    if count_mail(dependencies.attempts, (), budget, now=now):
        dependencies.pending.count_mail(claims, now=now)
