"""The code from the mail proves the address, and makes the account."""

from credentials.flow import Dependencies, Registered
from credentials.schemas import ConfirmRequest, ResendRequest
from utenza.concurrency import gather
from utenza.customers.record import summary_of
from utenza.errors import CodeInvalid, ConfirmationTokenExpired, ConfirmationTokenInvalid, CustomerNotMatched
from utenza.tokens import email_codes


async def confirm(request: ConfirmRequest, dependencies: Dependencies, *, now: int) -> Registered:
    """Make the account that waited, its claim on the address and on the customer, in one transaction.

    InvalidRequest, ConfirmationTokenInvalid, ConfirmationTokenExpired, CodeInvalid, CustomerNotMatched (the record was
    closed meanwhile) or AlreadyRegistered (somebody was first) say why not.
    """
    request.raise_errors()
    claims = dependencies.confirmation_tokens.read(request.confirmation_token, now=now)
    pending, customer = await gather(
        dependencies.pending.count_try(claims, now=now),
        dependencies.customers.find(claims.supplier, claims.customer_code),
    )
    right = email_codes.fits(request.code, "confirmation", claims.pending_id, dependencies.keys.lasting(now=now))
    if not right or pending.address_taken:
        raise CodeInvalid
    if customer is None or customer.status != "active":
        raise CustomerNotMatched
    fresh = pending.registration._replace(kind=customer.kind, name=summary_of(customer).name)
    await dependencies.pending.finish(claims, fresh, now=now)
    return Registered(pending.registration.account_id, pending.registration.user_id)


async def resend(request: ResendRequest, dependencies: Dependencies, *, now: int) -> None:
    """Ask for the same code once more, three times at most; nothing tells whether a mail will come."""
    request.raise_errors()
    try:
        claims = dependencies.confirmation_tokens.read(request.confirmation_token, now=now)
    except (ConfirmationTokenInvalid, ConfirmationTokenExpired):
        return
    await dependencies.pending.count_mail(claims, now=now)
