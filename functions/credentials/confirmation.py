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
    TooManyAttempts,
)
from utenza.limits.mails import count_mail
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject
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
    try:
        return _confirm(request, claims, dependencies, now)
    except ConfirmationTokenInvalid:
        return _confirmed_before(request, claims, dependencies, now)


def resend(request: ResendRequest, dependencies: Dependencies, *, source: str, now: int) -> None:
    """Have the code mailed once more, three times at most; nothing tells whether a mail will come.

    It is the same code, unless the keys were rotated meanwhile: then the one mailed last is good.
    """
    try:
        claims = dependencies.confirmation_tokens.read(request.confirmation_token, now=now)
    except (ConfirmationTokenInvalid, ConfirmationTokenExpired):
        return
    pending = dependencies.pending.waiting_for(*claims, now=now)
    if pending is None:
        return
    address = pending.registration.email_key
    budget = dependencies.mail_budget.of_registration(claims.supplier, claims.customer_code, address, source)
    if count_mail(dependencies.attempts, (), budget, now=now):
        dependencies.pending.count_mail(claims, code_key=dependencies.keys.current(now=now).key_id, now=now)


def _confirm(request: ConfirmRequest, claims: ConfirmationClaims, dependencies: Dependencies, now: int) -> Registered:
    counted: list[Pending] = []

    def give_back() -> None:
        if counted:
            dependencies.pending.refund_try(claims, counted[0])

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
        code_key = email_codes.key_of(pending.code_key, dependencies.keys, now=now)
        right = email_codes.fits(request.code, "confirmation", claims.pending_id, code_key)
        proved = proofs.is_proved(pending.claim, request, claims, code_key, activated=activated)
        if not right or not proved or pending.address_taken:
            raise CodeInvalid("two_codes" if pending.claim else "")
        if customer is None or customer.status != "active":
            raise CustomerNotMatched
        registration = pending.registration._replace(
            kind=customer.kind, name=summary_of(customer).name, holder=holder_of(customer, key)
        )
        spent = proofs.spent(pending.claim, request, claims, dependencies.activation_codes, now=now)
        dependencies.pending.finish(claims, registration, code_key=pending.code_key, now=now, also=spent)
    return Registered(registration.account_id, registration.user_id)


def _require_claim(
    request: ConfirmRequest, dependencies: Dependencies, claims: ConfirmationClaims, pending: Pending
) -> None:
    try:
        proofs.require(pending.claim, request)
    except InvalidRequest:
        dependencies.pending.refund_try(claims, pending)  # nothing has been compared
        raise


def _confirmed_before(
    request: ConfirmRequest, claims: ConfirmationClaims, dependencies: Dependencies, now: int
) -> Registered:
    """Answer as the call that created the account did, whose answer may have been lost; for the same code alone."""
    confirmed, attempts = dependencies.pending.became(claims), dependencies.attempts
    if confirmed is None:
        raise ConfirmationTokenInvalid
    subject = Subject(claims.supplier, "confirmed", claims.pending_id, dependencies.per_token)
    try:
        attempts.count(subject, now=now)
    except TooManyAttempts:
        raise ConfirmationTokenInvalid from None
    with given_back_in_outages(lambda: attempts.refund(subject)):
        account = dependencies.accounts.get(claims.supplier, confirmed.account_id)
        key = email_codes.key_of(confirmed.code_key, dependencies.keys, now=now)
    right = email_codes.fits(request.code, "confirmation", claims.pending_id, key)
    if account is None or account.status != "active" or not right:
        raise ConfirmationTokenInvalid
    attempts.refund(subject)
    return Registered(account.account_id, account.user_id)
