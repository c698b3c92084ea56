"""Step two: the customer chooses e-mail, password, question and answer.

Without mail this makes the account. With mail it waits until the code proves the address (`credentials.confirmation`).
"""

import os
from typing import NamedTuple

from credentials.schemas import CredentialsRequest
from utenza import answers, password_policy
from utenza.concurrency import together
from utenza.confirmation_tokens import ConfirmationTokens
from utenza.customer import Customer, shown
from utenza.errors import AlreadyRegistered, CustomerNotMatched, StepTokenInvalid
from utenza.identifiers import email
from utenza.keys import StepKeys
from utenza.limits import Limit
from utenza.passwords import Hasher
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts, Registration
from utenza.tables.attempts import Attempts
from utenza.tables.customers import Customers
from utenza.tables.pending import PendingRegistrations
from utenza.tables.recoveries import address_of
from utenza.threads import in_threads
from utenza.tokens import StepClaims, StepTokens
from utenza.traces import Traces


class Desk(NamedTuple):
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
    keys: StepKeys
    hasher: Hasher
    password_minimum: int
    sends_mail: bool


class Registered(NamedTuple):
    """`confirmation` is the token that the address is confirmed with, and its lifetime in seconds."""

    account_id: str
    user_id: str
    confirmation: tuple[str, int] | None = None


async def register(asked: CredentialsRequest, desk: Desk, *, language: str, now: int) -> Registered:
    """Make the account, its claim on the address and on the customer, in one transaction; with mail, let it wait.

    StepTokenInvalid, StepTokenExpired, TooManyAttempts, InvalidRequest, CustomerNotMatched (the record was closed since
    step one), AlreadyRegistered or, without mail, UserIdTaken say why not.
    """
    if asked.refused("step_token"):
        asked.raise_errors()
    step = desk.step_tokens.read(asked.step_token, now=now)
    _, customer, registered_by, address_taken = await together(
        desk.attempts.count(step.supplier, "credentials", step.token_id, desk.per_token, now=now),
        desk.customers.find(step.supplier, step.customer_code),
        desk.accounts.registered_by(step.supplier, step.customer_code),
        _address_taken(asked, desk, step.supplier, now=now),
    )
    if registered_by is not None:
        raise StepTokenInvalid if registered_by == step.token_id else AlreadyRegistered
    if customer is None or customer.status != "active":
        raise CustomerNotMatched
    _check(asked, desk, customer, step)
    registration = _registration(asked, desk, customer, step, language)
    if not desk.sends_mail:
        await desk.accounts.register(registration, now=now)
        return Registered(registration.account_id, registration.user_id)
    pending = await desk.pending.begin(registration, address_taken=address_taken, now=now)
    confirmation = desk.confirmation_tokens.issue(pending, now=now)
    return Registered(registration.account_id, registration.user_id, confirmation)


def _registration(
    asked: CredentialsRequest, desk: Desk, customer: Customer, step: StepClaims, language: str
) -> Registration:
    """Return what the account will be made of; both hashes are made here."""
    password_hash, answer_hash = in_threads(  # half the time, where there is more than one core
        lambda: desk.hasher.hash(asked.password),
        lambda: desk.hasher.hash(answers.fold(asked.answer)),
    )
    return Registration(
        supplier=step.supplier,
        account_id=os.urandom(16).hex(),
        customer_code=step.customer_code,
        step_token_id=step.token_id,
        user_id=asked.user_id,
        email_key=email.key(asked.user_id),
        password_hash=password_hash,
        question=asked.question,
        answer_hash=answer_hash,
        language=language,
        phone=step.phone or customer.phone,
        kind=customer.kind,
        name=shown(customer).name,
    )


async def _address_taken(asked: CredentialsRequest, desk: Desk, supplier: str, *, now: int) -> bool:
    """Tell whether somebody has the address that a mail would go to, and count that mail."""
    if not desk.sends_mail or asked.refused("user_id"):
        return False
    address = email.key(asked.user_id)
    _, login = await together(
        desk.attempts.count(supplier, "confirmation", address_of(address), desk.per_address, now=now),
        desk.accounts.login_of(supplier, address),
    )
    return login is not None


def _check(asked: CredentialsRequest, desk: Desk, customer: Customer, step: StepClaims) -> None:
    """Raise InvalidRequest with every fault of the chosen credentials."""
    supplier = desk.suppliers.named(step.supplier)
    traces = Traces.of(
        customer, user_id=asked.user_id, phone=step.phone, supplier_names=(supplier.id, *supplier.name.values())
    )
    if not asked.refused("password"):
        for code in password_policy.check(asked.password, minimum=desk.password_minimum, traces=traces):
            asked.refuse("password", code)
    if not asked.refused("answer"):
        for code in answers.check(asked.question, asked.answer, asked.password, traces=traces):
            asked.refuse("answer", code)
    if not asked.refused("password_repeat") and not password_policy.are_one(asked.password, asked.password_repeat):
        asked.refuse("password_repeat", "repeat_differs")
    if not asked.refused("answer_repeat") and answers.fold(asked.answer) != answers.fold(asked.answer_repeat):
        asked.refuse("answer_repeat", "repeat_differs")
    asked.raise_errors()
