"""The code from the mail proves the address, and makes the account."""

from credentials.flow import Desk, Registered
from credentials.schemas import ConfirmRequest, ResendRequest
from utenza import mail_codes
from utenza.concurrency import together
from utenza.customer import shown
from utenza.errors import CodeInvalid, ConfirmationTokenExpired, ConfirmationTokenInvalid, CustomerNotMatched


async def confirm(asked: ConfirmRequest, desk: Desk, *, now: int) -> Registered:
    """Make the account that waited, its claim on the address and on the customer, in one transaction.

    InvalidRequest, ConfirmationTokenInvalid, ConfirmationTokenExpired, CodeInvalid, CustomerNotMatched (the record was
    closed meanwhile) or AlreadyRegistered (somebody was first) say why not.
    """
    asked.raise_errors()
    claims = desk.confirmation_tokens.read(asked.confirmation_token, now=now)
    pending, customer = await together(
        desk.pending.count_try(claims, now=now),
        desk.customers.find(claims.supplier, claims.customer_code),
    )
    right = mail_codes.fits(asked.code, "confirmation", claims.pending_id, desk.keys.lasting(now=now))
    if not right or pending.address_taken:
        raise CodeInvalid
    if customer is None or customer.status != "active":
        raise CustomerNotMatched
    fresh = pending.registration._replace(kind=customer.kind, name=shown(customer).name)
    await desk.pending.finish(claims, fresh, now=now)
    return Registered(pending.registration.account_id, pending.registration.user_id)


async def resend(asked: ResendRequest, desk: Desk, *, now: int) -> None:
    """Ask for the same code once more, three times at most; nothing tells whether a mail will come."""
    asked.raise_errors()
    try:
        claims = desk.confirmation_tokens.read(asked.confirmation_token, now=now)
    except (ConfirmationTokenInvalid, ConfirmationTokenExpired):
        return
    await desk.pending.count_mail(claims, now=now)
