"""Further supplies: one's own at once, somebody else's with a code that its holder gets.

Whether data that are not the caller's own match a record, and whether it has an address, is told to nobody.
"""

from collections.abc import Sequence

from account.flow import Caller, Dependencies, read
from account.schemas import AddCustomerRequest, ConfirmCustomerRequest
from utenza.customers import matching
from utenza.customers.record import Customer, Role, summary_of
from utenza.dynamodb import Write
from utenza.errors import (
    AlreadyRegistered,
    CodeInvalid,
    ConfirmationTokenInvalid,
    CustomerNotMatched,
    FieldError,
    InvalidRequest,
    TooManyCustomers,
    Unavailable,
)
from utenza.identifiers import email
from utenza.limits.mails import count_mail
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject, of_source
from utenza.parallel import gather
from utenza.tables.accounts import Account
from utenza.tables.supplies import MOST
from utenza.tables.supply_links import SupplyLink
from utenza.tokens import email_codes
from utenza.tokens.holder import holder_of, is_held_by
from utenza.tokens.key_ring import RingKey


def add(
    request: AddCustomerRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    source: str,
    language: str,
    now: int,
    network: str = "",
) -> Caller | tuple[str, int]:
    """Link a supply of the caller's own; for any other return the token of a request, and its lifetime in seconds.

    Raises AccessTokenInvalid as `flow.read`, TooManyCustomers, TooManyAttempts, AlreadyRegistered where all of it
    matches, CustomerNotMatched for the caller's own tax code alone, Unavailable when the account changes in this
    moment.
    """
    caller = read(access_token, dependencies, issuer=issuer, now=now)
    account, supplier, code, claim = caller.account, request.supplier, request.customer_code, request.claim
    if supplier != account.supplier:
        raise InvalidRequest([FieldError("supplier", "unknown_supplier")])
    if code in account.customers:
        return caller  # a repeat, perhaps of a call whose answer was lost
    if len(account.customers) >= MOST:
        raise TooManyCustomers
    key, budget = dependencies.keys.lasting(now=now), dependencies.mail_budget
    is_mine = is_own(account, claim.tax_code, key)
    subjects = (
        Subject(supplier, "verify-code", code, dependencies.per_code),
        *of_source(supplier, "verify-source", source, dependencies.per_verifying_source),
    )
    asks_holder = dependencies.sends_mail and not is_mine
    mails = (budget.supply_link(supplier, code), *budget.source(source)) if asks_holder else ()
    may_mail, customer, registered = gather(
        lambda: count_mail(dependencies.attempts, subjects, mails, now=now),
        lambda: dependencies.customers.find(supplier, code),
        lambda: dependencies.accounts.account_of(supplier, code),
    )
    matched = matching.matches(claim, customer)
    with given_back_in_outages(lambda: dependencies.attempts.refund(*subjects)):
        if matched and registered is not None:
            raise AlreadyRegistered
        if is_mine:
            if customer is None or not matched:
                raise CustomerNotMatched(
                    "name_and_tax_code_differ" if matching.name_and_tax_code_differ(claim) else None
                )
            refunds = map(dependencies.attempts.refunded, subjects)  # who matches did not guess
            return link_to(caller, customer, "holder", dependencies, network=network, now=now, also=[*refunds])
        is_mailed = matched and asks_holder and may_mail and customer is not None and email.is_valid(customer.email)
        typed = Customer(supplier, code, "person", codice_fiscale=claim.tax_code)  # the same work without a record
        link = SupplyLink(
            account_id=account.account_id,
            customer_code=code if is_mailed else "",
            holder=holder_of(typed, key),
            language=language,
            code_key=dependencies.keys.current(now=now).key_id,
        )
        claims = dependencies.supply_links.begin(supplier, link, now=now)
    return dependencies.supply_link_tokens.issue(claims, now=now)


def confirm(
    request: ConfirmCustomerRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> Caller:
    """Make the caller the delegate of a supply with the code that its holder got, and return the caller.

    A repeat is answered as the first call was. Raises AccessTokenInvalid as `flow.read`, ConfirmationTokenInvalid (also
    when the record has another holder since, or was closed), ConfirmationTokenExpired, CodeInvalid, TooManyCustomers,
    AlreadyRegistered, or Unavailable when the account changes in this moment.
    """
    access = dependencies.access_tokens.read(access_token, issuer=issuer, now=now)
    claims = dependencies.supply_link_tokens.read(request.confirmation_token, now=now)
    if (claims.supplier, claims.account_id) != (access.supplier, access.account_id):
        raise ConfirmationTokenInvalid
    caller = read(access_token, dependencies, issuer=issuer, now=now)
    link = dependencies.supply_links.count_try(claims, now=now)
    with given_back_in_outages(lambda: dependencies.supply_links.refund_try(claims, link)):
        customer = dependencies.customers.find(claims.supplier, link.customer_code, consistent=True)
        key = dependencies.keys.lasting(now=now)
        code_key = email_codes.key_of(link.code_key, dependencies.keys, now=now)
        if not email_codes.fits(request.code, "supply", claims.link_id, code_key) or not link.customer_code:
            raise CodeInvalid
        if customer is None or customer.status != "active" or not is_held_by(link.holder, customer, key):
            raise ConfirmationTokenInvalid
        if customer.code in caller.account.customers:
            dependencies.supply_links.refund_try(claims, link)
            return caller
        if len(caller.account.customers) >= MOST:
            raise TooManyCustomers
        settled = dependencies.supply_links.settled(claims)
        return link_to(caller, customer, "delegate", dependencies, network=network, now=now, also=[settled])


def link_to(
    caller: Caller,
    customer: Customer,
    role: Role,
    dependencies: Dependencies,
    *,
    network: str,
    now: int,
    also: Sequence[Write] = (),
) -> Caller:
    """Link a customer to the caller's account; Unavailable when the account changes in this moment."""
    account, key = caller.account, dependencies.keys.lasting(now=now)
    summary = summary_of(customer, holder_of(customer, key))._replace(role=role)
    noted = dependencies.activity.noted(
        account.supplier, account.account_id, "supply_linked", caller.origin(network), now=now
    )
    linked = dependencies.supplies.link(account, summary, also=[noted, *also])
    if linked is None:
        raise Unavailable
    return caller._replace(account=linked)


def is_own(account: Account, tax_code: str, key: RingKey) -> bool:
    """Tell whether the account is the holder of a supply with this tax code."""
    return any(
        not set(summary.holder).isdisjoint(
            holder_of(Customer(account.supplier, summary.code, summary.kind, codice_fiscale=tax_code), key)
        )
        for summary in account.summaries
        if summary.role == "holder"
    )
