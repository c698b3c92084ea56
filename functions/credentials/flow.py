"""Step two: the customer chooses e-mail, password, question and answer.

Without mail this makes the account. With mail it waits until the code proves the address (`credentials.confirmation`).
"""

import os
from typing import NamedTuple

from credentials.schemas import CredentialsRequest
from utenza.concurrency import gather
from utenza.customers.record import Customer, summary_of
from utenza.errors import AlreadyRegistered, CustomerNotMatched, StepTokenInvalid
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.passwords import answers, policy
from utenza.passwords.hashing import Hasher
from utenza.passwords.personal_data import PersonalData
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts, Registration
from utenza.tables.customers import Customers
from utenza.tables.pending import PendingRegistrations
from utenza.tables.recoveries import address_of
from utenza.threads import in_threads
from utenza.tokens.confirmation import ConfirmationTokens
from utenza.tokens.keys import KeyRing
from utenza.tokens.tokens import StepClaims, StepTokens


class Dependencies(NamedTuple):
    """What step two works with; `per_address` limits the codes that one address is mailed."""

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    pending: PendingRegistrations
    attempts: Attempts
    per_token: Limit
    per_address: Limit
    step_tokens: StepTokens
    confirmation_tokens: ConfirmationTokens
    keys: KeyRing
    hasher: Hasher
    password_minimum: int
    sends_mail: bool


class Registered(NamedTuple):
    """`confirmation` is the token that the address is confirmed with, and its lifetime in seconds."""

    account_id: str
    user_id: str
    confirmation: tuple[str, int] | None = None


async def register(request: CredentialsRequest, dependencies: Dependencies, *, language: str, now: int) -> Registered:
    """Make the account, its claim on the address and on the customer, in one transaction; with mail, let it wait.

    StepTokenInvalid, StepTokenExpired, TooManyAttempts, InvalidRequest, CustomerNotMatched (the record was closed since
    step one), AlreadyRegistered or, without mail, UserIdTaken say why not.
    """
    if request.refused("step_token"):
        request.raise_errors()
    step = dependencies.step_tokens.read(request.step_token, now=now)
    _, customer, registered_by, address_taken = await gather(
        dependencies.attempts.count(step.supplier, "credentials", step.token_id, dependencies.per_token, now=now),
        dependencies.customers.find(step.supplier, step.customer_code),
        dependencies.accounts.registered_by(step.supplier, step.customer_code),
        _address_taken(request, dependencies, step.supplier, now=now),
    )
    if registered_by is not None:
        raise StepTokenInvalid if registered_by == step.token_id else AlreadyRegistered
    if customer is None or customer.status != "active":
        raise CustomerNotMatched
    _check(request, dependencies, customer, step)
    registration = _registration(request, dependencies, customer, step, language)
    if not dependencies.sends_mail:
        await dependencies.accounts.register(registration, now=now)
        return Registered(registration.account_id, registration.user_id)
    pending = await dependencies.pending.begin(registration, address_taken=address_taken, now=now)
    confirmation = dependencies.confirmation_tokens.issue(pending, now=now)
    return Registered(registration.account_id, registration.user_id, confirmation)


def _registration(
    request: CredentialsRequest, dependencies: Dependencies, customer: Customer, step: StepClaims, language: str
) -> Registration:
    """Return what the account will be made of; both hashes are made here."""
    password_hash, answer_hash = in_threads(  # half the time, where there is more than one core
        lambda: dependencies.hasher.hash(request.password),
        lambda: dependencies.hasher.hash(answers.fold(request.answer)),
    )
    return Registration(
        supplier=step.supplier,
        account_id=os.urandom(16).hex(),
        customer_code=step.customer_code,
        step_token_id=step.token_id,
        user_id=request.user_id,
        email_key=email.key(request.user_id),
        password_hash=password_hash,
        question=request.question,
        answer_hash=answer_hash,
        language=language,
        phone=step.phone or customer.phone,
        kind=customer.kind,
        name=summary_of(customer).name,
    )


async def _address_taken(request: CredentialsRequest, dependencies: Dependencies, supplier: str, *, now: int) -> bool:
    """Tell whether somebody has the address that a mail would go to, and count that mail."""
    if not dependencies.sends_mail or request.refused("user_id"):
        return False
    address = email.key(request.user_id)
    _, login = await gather(
        dependencies.attempts.count(supplier, "confirmation", address_of(address), dependencies.per_address, now=now),
        dependencies.accounts.login_of(supplier, address),
    )
    return login is not None


def _check(request: CredentialsRequest, dependencies: Dependencies, customer: Customer, step: StepClaims) -> None:
    """Raise InvalidRequest with every fault of the chosen credentials."""
    supplier = dependencies.suppliers.named(step.supplier)
    personal_data = PersonalData.of(
        customer, user_id=request.user_id, phone=step.phone, supplier_names=(supplier.id, *supplier.name.values())
    )
    if not request.refused("password"):
        for code in policy.check(request.password, minimum=dependencies.password_minimum, personal_data=personal_data):
            request.refuse("password", code)
    if not request.refused("answer"):
        for code in answers.check(request.question, request.answer, request.password, personal_data=personal_data):
            request.refuse("answer", code)
    if not request.refused("password_repeat") and not policy.are_one(request.password, request.password_repeat):
        request.refuse("password_repeat", "repeat_differs")
    if not request.refused("answer_repeat") and answers.fold(request.answer) != answers.fold(request.answer_repeat):
        request.refuse("answer_repeat", "repeat_differs")
    request.raise_errors()
