"""Somebody else has registered this customer: a code to the address that the supplier has sets the customer free.

Whatever is typed goes the same way. Where it matches nobody, where there is no account, or no other address than the
account's own, it leads to a code that nothing fits.
"""

from typing import NamedTuple

from reclaim.schemas import ReclaimConfirmRequest, ReclaimRequest
from utenza.customers import matching
from utenza.customers.record import Customer, Kind, TaxCodeField, has_two_tax_codes, without_tax_codes
from utenza.errors import CodeInvalid, ReclaimTokenInvalid
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.limits.mails import MailBudget, count_mail
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject, of_source
from utenza.parallel import gather
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tables.reclaims import Reclaim, Reclaims
from utenza.tokens import email_codes
from utenza.tokens.holder import holder_of, is_held_by
from utenza.tokens.key_ring import KeyRing, RingKey
from utenza.tokens.reclaim import ReclaimTokens
from utenza.tokens.registration import StepTokens


class Dependencies(NamedTuple):
    """`per_code` limits the reclaims of a customer code."""

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    reclaims: Reclaims
    attempts: Attempts
    per_code: Limit
    per_source: Limit
    mail_budget: MailBudget
    keys: KeyRing
    reclaim_tokens: ReclaimTokens
    step_tokens: StepTokens
    sends_mail: bool


class Reclaimed(NamedTuple):
    """`account_id` is the account that has lost the customer; `expires_in` is in seconds."""

    account_id: str
    step_token: str
    expires_in: int
    kind: Kind


def start(
    request: ReclaimRequest, dependencies: Dependencies, *, source: str, language: str, now: int
) -> tuple[str, int]:
    """Return the token of a reclaim, and its lifetime in seconds; nothing tells whether a mail will come.

    Raises TooManyAttempts.
    """
    supplier, code, claim = request.supplier, request.customer_code, request.claim
    subjects = (
        Subject(supplier, "reclaim-code", code, dependencies.per_code),
        *of_source(supplier, "reclaim-source", source, dependencies.per_source),
    )
    budget, sends_mail = dependencies.mail_budget, dependencies.sends_mail
    mails = (budget.reclaim(supplier, code), *budget.source(source)) if sends_mail else ()
    may_mail, customer, account_id = gather(
        lambda: count_mail(dependencies.attempts, subjects, mails, now=now),
        lambda: dependencies.customers.find(supplier, code),
        lambda: dependencies.accounts.account_of(supplier, code),
    )
    matched = matching.matches(claim, customer) and sends_mail and may_mail
    typed = Customer(supplier, code, "person", codice_fiscale=claim.tax_code)  # the same work without a record
    reclaim = Reclaim(
        customer_code=code,
        account_id=(account_id or "") if matched else "",
        holder=holder_of(typed, dependencies.keys.lasting(now=now)),
        phone=request.phone,
        language=language,
        code_key=dependencies.keys.current(now=now).key_id,
    )
    with given_back_in_outages(lambda: dependencies.attempts.refund(*subjects)):
        claims = dependencies.reclaims.begin(supplier, reclaim, now=now)
    return dependencies.reclaim_tokens.issue(claims, now=now)


def confirm(request: ReclaimConfirmRequest, dependencies: Dependencies, *, now: int) -> Reclaimed:
    """Set the customer free for who has the code from the mail, who then goes on as after step one.

    A repeat is answered while the customer is free. Raises ReclaimTokenInvalid (also when the record has another holder
    since the start, was closed, or has left the account), ReclaimTokenExpired, CodeInvalid or, when the account changes
    in this moment, Unavailable.
    """
    claims = dependencies.reclaim_tokens.read(request.reclaim_token, now=now)
    reclaim = dependencies.reclaims.count_try(claims, now=now)
    supplier, code, is_repeat = claims.supplier, reclaim.customer_code, reclaim.step == "done"
    no_code_fits = ReclaimTokenInvalid if is_repeat else CodeInvalid
    with given_back_in_outages(lambda: dependencies.reclaims.refund_try(claims, reclaim)):
        account, customer = gather(
            lambda: dependencies.accounts.get(supplier, reclaim.account_id),
            lambda: dependencies.customers.find(supplier, code, consistent=True),
        )
        key = dependencies.keys.lasting(now=now)
        code_key = email_codes.key_of(reclaim.code_key, dependencies.keys, now=now)
        right = email_codes.fits(request.code, "reclaim", claims.reclaim_id, code_key)
        if not right or account is None:
            raise no_code_fits
        if customer is None or customer.status != "active" or not is_held_by(reclaim.holder, customer, key):
            raise ReclaimTokenInvalid
        if not email.is_another(customer.email, account.user_id):
            raise no_code_fits  # of a mail that nobody was sent
        if is_repeat:
            _check_free(reclaim, dependencies, supplier)
            dependencies.reclaims.refund_try(claims, reclaim)
        else:
            dependencies.reclaims.finish(claims, account, code, email.key(account.user_id))
    step_token, expires_in = dependencies.step_tokens.issue(
        supplier,
        code,
        reclaim.phone,
        holder_of(customer, key),
        unproved=_unproved_tax_code(reclaim, customer, key),
        now=now,
    )
    return Reclaimed(account.account_id, step_token, expires_in, customer.kind)


def _check_free(reclaim: Reclaim, dependencies: Dependencies, supplier: str) -> None:
    """Raise ReclaimTokenInvalid if the customer has been registered since the reclaim was done.

    A read that comes too early still finds the account that the customer has left.
    """
    if dependencies.accounts.account_of(supplier, reclaim.customer_code) not in {None, reclaim.account_id}:
        raise ReclaimTokenInvalid


def _unproved_tax_code(reclaim: Reclaim, customer: Customer, key: RingKey) -> TaxCodeField | None:
    """Return which tax code of the record was not typed; None if there is no second one."""
    if not has_two_tax_codes(customer):
        return None
    without_second = without_tax_codes(customer, "partita_iva")
    return "partita_iva" if is_held_by(reclaim.holder, without_second, key) else "codice_fiscale"
