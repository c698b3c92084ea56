"""Step two: the customer chooses e-mail, password, question and answer.

Without mail this creates the account. With mail the registration stays pending until the code proves the address
(`credentials.confirmation`).
"""

import secrets
from collections.abc import Iterator
from typing import NamedTuple

from credentials.claims import claim_on
from credentials.schemas import CredentialsRequest
from utenza.customers.record import Customer, summary_of, without_tax_codes
from utenza.errors import AlreadyRegistered, CustomerNotMatched, FieldError, StepTokenInvalid
from utenza.http.accepted import faults_at_registration
from utenza.http.chosen import answer_faults, answer_repeat_faults, password_faults, password_repeat_faults
from utenza.http.requests import Submitted
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.limits.mails import MailBudget, count_mail, given_back_if_refused
from utenza.limits.outages import given_back_if_nothing_happened, given_back_in_outages
from utenza.limits.subjects import Subject, of_source
from utenza.parallel import gather
from utenza.passwords import answers
from utenza.passwords.hashing import Hasher
from utenza.passwords.personal_data import PersonalData
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.agreements import Acceptance
from utenza.tables.customers import Customers
from utenza.tables.new_accounts import Registration
from utenza.tables.objections import Objections
from utenza.tables.pending import Claim, PendingRegistrations
from utenza.tables.recoveries import address_of
from utenza.tokens.claims import StepClaims
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.holder import holder_of, is_held_by
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.registration import StepTokens


class Dependencies(NamedTuple):
    """`per_address` limits the registrations of one address, and so the guesses at their codes.

    `proves_claims` is ClaimProof=code, with mail.
    """

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    pending: PendingRegistrations
    objections: Objections
    activation_codes: ActivationCodes
    attempts: Attempts
    per_token: Limit
    per_source: Limit
    per_address: Limit
    mail_budget: MailBudget
    step_tokens: StepTokens
    confirmation_tokens: ConfirmationTokens
    keys: KeyRing
    hasher: Hasher
    password_minimum: int
    sends_mail: bool
    proves_claims: bool = False


class Registered(NamedTuple):
    """`confirmation` is the token that confirms the address, and its lifetime in seconds."""

    account_id: str
    user_id: str
    confirmation: tuple[str, int] | None = None
    claim: Claim | None = None


class _Found(NamedTuple):
    """The record, the id of the token that registered it, and whether somebody has the address that a mail goes to.

    `mails` is what a mail was counted for, empty if none may go.
    """

    customer: Customer | None
    registered_by: str | None
    address_taken: bool
    mails: tuple[Subject, ...] = ()


def register(
    submitted: Submitted[CredentialsRequest], dependencies: Dependencies, *, source: str, language: str, now: int
) -> Registered:
    """Create the account, its claim on address and customer, in one transaction; with mail, leave it pending.

    A repeated call with the same values answers as the first did, and changes nothing (docs/adr/0019-repeats.md).

    Raises StepTokenInvalid (also when the record is another person's since step one), StepTokenExpired,
    TooManyAttempts, InvalidRequest, CustomerNotMatched (the record was closed since step one), AlreadyRegistered or,
    without mail, UserIdTaken.
    """
    if submitted.is_wrong("step_token"):
        submitted.valid()  # raises
    step = dependencies.step_tokens.read(submitted.typed("step_token"), now=now)
    counted: list[Subject] = []
    with given_back_in_outages(lambda: dependencies.attempts.refund(*counted)):
        found = _look_up(submitted, dependencies, step, counted, source=source, now=now)
        return _register(submitted, dependencies, step, found, counted, language=language, now=now)


def _register(
    submitted: Submitted[CredentialsRequest],
    dependencies: Dependencies,
    step: StepClaims,
    found: _Found,
    counted: list[Subject],
    *,
    language: str,
    now: int,
) -> Registered:
    customer, registered_by = found.customer, found.registered_by
    key = dependencies.keys.lasting(now=now)
    with given_back_if_refused(dependencies.attempts, found.mails):
        if customer is not None and not is_held_by(step.holder, customer, key):
            raise StepTokenInvalid
        if registered_by is not None:
            if registered_by != step.token_id:
                raise AlreadyRegistered
            return _registered_before(submitted, dependencies, step)
        if customer is None or customer.status != "active":
            raise CustomerNotMatched
        request = submitted.valid(_wrong_credentials(submitted, dependencies, customer, step))
    registration = _registration(request, dependencies, customer, step, language=language, now=now)
    registration = registration._replace(holder=holder_of(customer, key))
    if not dependencies.sends_mail:
        try:
            dependencies.accounts.register(registration, now=now)
        except StepTokenInvalid:  # a second call at the same moment was first
            return _registered_before(submitted, dependencies, step)
        return Registered(registration.account_id, registration.user_id)
    return _leave_pending(request, registration, dependencies, found, counted, now=now)


def _leave_pending(
    request: CredentialsRequest,
    registration: Registration,
    dependencies: Dependencies,
    found: _Found,
    counted: list[Subject],
    *,
    now: int,
) -> Registered:
    """Store the registration until its address is proven, which brings about the mail if one may go.

    Not so for a repeat, whose mails are given back. While it is unknown whether it was stored, they stay counted.
    """
    claim = None
    if dependencies.proves_claims and found.customer:
        supplier = dependencies.suppliers.named(registration.supplier)
        claim = claim_on(found.customer, supplier, registration.email_key)
    counted[:] = [subject for subject in counted if subject not in found.mails]
    with given_back_if_nothing_happened(lambda: dependencies.attempts.refund(*found.mails)):
        pending, is_repeat = dependencies.pending.begin(
            registration,
            address_taken=found.address_taken,
            claim=claim,
            code_key=dependencies.keys.current(now=now).key_id,
            mailed=bool(found.mails),
            now=now,
            is_same=lambda waiting: _is_of(waiting, request, dependencies.hasher),
        )
    if is_repeat:
        dependencies.attempts.refund(*found.mails)
    confirmation = dependencies.confirmation_tokens.issue(pending, now=now)
    return Registered(registration.account_id, registration.user_id, confirmation, claim)


def _registered_before(
    submitted: Submitted[CredentialsRequest], dependencies: Dependencies, step: StepClaims
) -> Registered:
    """Answer as the call that created the account did, whose answer may have been lost.

    StepTokenInvalid unless the account that this token created has this user id and password.
    """
    if dependencies.sends_mail or submitted.is_wrong("user_id") or submitted.is_wrong("password"):
        raise StepTokenInvalid
    user_id = email.compact(submitted.typed("user_id"))
    account_id, login = gather(
        lambda: dependencies.accounts.account_of(step.supplier, step.customer_code),
        lambda: dependencies.accounts.login_of(step.supplier, email.key(user_id)),
    )
    right = dependencies.hasher.verify(login.password_hash if login else None, submitted.typed("password"))
    if login is None or not right or login.status != "active" or login.account_id != account_id:
        raise StepTokenInvalid
    return Registered(login.account_id, user_id)


def _is_of(waiting: Registration, request: CredentialsRequest, hasher: Hasher) -> bool:
    """Tell whether a registration that waits was begun with the values of this request."""
    if (waiting.user_id, waiting.question) != (request.user_id, request.question):
        return False
    accepted = [(each.document, each.version) for each in request.accepted]
    if [(each.document, each.version) for each in waiting.accepted] != accepted:
        return False
    return all(
        gather(
            lambda: hasher.verify(waiting.password_hash, request.password),
            lambda: hasher.verify(waiting.answer_hash, answers.fold(request.answer)),
        )
    )


def _look_up(
    submitted: Submitted[CredentialsRequest],
    dependencies: Dependencies,
    step: StepClaims,
    counted: list[Subject],
    *,
    source: str,
    now: int,
) -> _Found:
    """Count the attempt, and the mail, and look things up side by side; `counted` has the subjects once they are."""
    supplier, code = step.supplier, step.customer_code
    subjects = [
        Subject(supplier, "credentials", step.token_id, dependencies.per_token),
        *of_source(supplier, "credentials-source", source, dependencies.per_source),
    ]

    def count(mails: tuple[Subject, ...] = ()) -> bool:
        may_mail = count_mail(dependencies.attempts, subjects, mails, now=now)
        counted.extend((*subjects, *(mails if may_mail else ())))
        return may_mail

    def find() -> Customer | None:
        return dependencies.customers.find(supplier, code)

    def registered_by() -> str | None:
        return dependencies.accounts.registered_by(supplier, code)

    if not dependencies.sends_mail or submitted.is_wrong("user_id"):
        _, customer, token_id = gather(count, find, registered_by)
        return _Found(customer, token_id, address_taken=False)
    address = email.key(submitted.typed("user_id"))
    subjects.append(Subject(supplier, "confirmation", address_of(address), dependencies.per_address))
    mails = dependencies.mail_budget.of_registration(supplier, code, address, source)
    may_mail, customer, token_id, login = gather(
        lambda: count(mails),
        find,
        registered_by,
        lambda: dependencies.accounts.login_of(supplier, address),
    )
    return _Found(customer, token_id, address_taken=login is not None, mails=mails if may_mail else ())


def _wrong_credentials(
    submitted: Submitted[CredentialsRequest], dependencies: Dependencies, customer: Customer, step: StepClaims
) -> Iterator[FieldError]:
    """Yield what is wrong with the chosen credentials, in view of one another and of what the caller knows anyway."""
    supplier = dependencies.suppliers.named(step.supplier)
    personal_data = [
        PersonalData.of(
            without_tax_codes(customer, step.unproved),
            user_id=email.compact(submitted.typed("user_id")),
            phone=step.phone,
            supplier_names=(supplier.id, *supplier.name.values()),
        )
    ]
    yield from password_faults(submitted, minimum=dependencies.password_minimum, personal_data=personal_data)
    yield from answer_faults(submitted, submitted.typed("password"), personal_data=personal_data)
    yield from password_repeat_faults(submitted)
    yield from answer_repeat_faults(submitted)
    yield from faults_at_registration(submitted, supplier)


def _registration(
    request: CredentialsRequest,
    dependencies: Dependencies,
    customer: Customer,
    step: StepClaims,
    *,
    language: str,
    now: int,
) -> Registration:
    """Return what the account will consist of; both hashes are computed here."""
    password_hash, answer_hash = gather(  # half the time, where there is more than one core
        lambda: dependencies.hasher.hash(request.password),
        lambda: dependencies.hasher.hash(answers.fold(request.answer)),
    )
    return Registration(
        supplier=step.supplier,
        account_id=secrets.token_hex(16),
        customer_code=step.customer_code,
        step_token_id=step.token_id,
        user_id=request.user_id,
        email_key=email.key(request.user_id),
        password_hash=password_hash,
        question=request.question,
        answer_hash=answer_hash,
        language=language,
        phone=step.phone,
        kind=customer.kind,
        name=summary_of(customer).name,
        accepted=tuple(dict.fromkeys(Acceptance(each.document, each.version, now) for each in request.accepted)),
    )
