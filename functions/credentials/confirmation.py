"""The code from the mail proves the address and creates the account."""

from credentials.flow import Dependencies, Registered
from credentials.schemas import ConfirmRequest, ResendRequest
from utenza.customers.record import summary_of
from utenza.errors import CodeInvalid, ConfirmationTokenExpired, ConfirmationTokenInvalid, CustomerNotMatched
from utenza.limits.outages import given_back_in_outages
from utenza.parallel import gather
from utenza.tables.pending import Pending
from utenza.tokens import email_codes
from utenza.tokens.holder import holder_of, is_held_by


def confirm(request: ConfirmRequest, dependencies: Dependencies, *, now: int) -> Registered:
    """Create the pending account, its claim on the address and on the customer, in one transaction.

    Raises ConfirmationTokenInvalid (also when the record is another person's meanwhile), ConfirmationTokenExpired,
    CodeInvalid, CustomerNotMatched (the record was closed meanwhile) or AlreadyRegistered (somebody was first).
    """
    claims = dependencies.confirmation_tokens.read(request.confirmation_token, now=now)
    counted: list[Pending] = []

    def give_back() -> None:
        if counted:
            dependencies.pending.refund_try(claims)

    with given_back_in_outages(give_back):
        _, customer = gather(
            lambda: counted.append(dependencies.pending.count_try(claims, now=now)),
            lambda: dependencies.customers.find(claims.supplier, claims.customer_code),
        )
        [pending] = counted
        key = dependencies.keys.lasting(now=now)
        if customer is not None and not is_held_by(pending.registration.holder, customer, key):
            raise ConfirmationTokenInvalid
        right = email_codes.fits(request.code, "confirmation", claims.pending_id, key)
        if not right or pending.address_taken:
            raise CodeInvalid
        if customer is None or customer.status != "active":
            raise CustomerNotMatched
        registration = pending.registration._replace(
            kind=customer.kind, name=summary_of(customer).name, holder=holder_of(customer, key)
        )
        dependencies.pending.finish(claims, registration, now=now)
    return Registered(registration.account_id, registration.user_id)


def resend(request: ResendRequest, dependencies: Dependencies, *, now: int) -> None:
    """Have the same code mailed once more, three times at most; nothing tells whether a mail will come."""
    try:
        claims = dependencies.confirmation_tokens.read(request.confirmation_token, now=now)
    except (ConfirmationTokenInvalid, ConfirmationTokenExpired):
        return
    dependencies.pending.count_mail(claims, now=now)
