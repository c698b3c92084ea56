"""A forgotten password: with mail a code to the address, then the question chosen at registration, a new password.

Addresses without an account go the same way, to a code or an invented question that nothing fits.
"""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from recovery.schemas import CodeRequest, PasswordRequest, RecoveryRequest, UserIdRequest
from utenza import answers, invented_questions, mail_codes, matching, password_policy
from utenza.addressing import customer_of, supplier_of
from utenza.concurrency import together
from utenza.customer import Customer
from utenza.errors import AnswerInvalid, CodeInvalid, InvalidRequest, RecoveryTokenInvalid
from utenza.identifiers import email
from utenza.keys import StepKeys
from utenza.limits import Limit
from utenza.passwords import Hasher
from utenza.recovery_tokens import RecoveryTokens, Step
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.attempts import Attempts
from utenza.tables.customers import Customers
from utenza.tables.recoveries import Recoveries, address_of
from utenza.tables.reminders import Reminders
from utenza.traces import Traces


class Desk(NamedTuple):
    """What recovery works with."""

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    recoveries: Recoveries
    reminders: Reminders
    attempts: Attempts
    per_account: Limit
    per_source: Limit
    keys: StepKeys
    recovery_tokens: RecoveryTokens
    hasher: Hasher
    password_minimum: int
    sends_mail: bool


class Started(NamedTuple):
    """`expires_in` is in seconds; there is no question before the code."""

    recovery_token: str
    expires_in: int
    next: Step
    question: str | None


async def start(asked: RecoveryRequest, desk: Desk, *, source: str, language: str, now: int) -> Started:
    """Begin a recovery, which ends an older one of this address; nothing tells whether there is an account.

    InvalidRequest or TooManyAttempts say why not.
    """
    supplier = supplier_of(asked, desk.suppliers).id
    address = email.subject(asked.user_id)
    await together(
        desk.attempts.count(supplier, "recovery-account", address_of(address), desk.per_account, now=now),
        desk.attempts.count(supplier, "recovery-source", source, desk.per_source, now=now),
    )
    if desk.sends_mail:  # to the address as it is stored; whether there is one is found out where the mail is made
        recovery = await desk.recoveries.begin(supplier, address, "code", language=language, now=now)
        return Started(*desk.recovery_tokens.issue(recovery, "code", now=now), "code", None)
    recovery, login = await together(
        desk.recoveries.begin(supplier, address, "answer", language=language, now=now),
        desk.accounts.login_of(supplier, address),
    )
    invented = invented_questions.question_for(supplier, address, desk.keys.lasting(now=now))
    question = login.question if login and login.status == "active" else invented
    return Started(*desk.recovery_tokens.issue(recovery, "answer", now=now), "answer", question)


async def check_code(asked: CodeRequest, desk: Desk, *, now: int) -> Started:
    """Show the question to who has the code from the mail; the token of the code is spent by that.

    InvalidRequest, RecoveryTokenInvalid, RecoveryTokenExpired or CodeInvalid say why not; without mail no token is of
    this step.
    """
    asked.raise_errors()
    recovery = desk.recovery_tokens.read(asked.recovery_token, "code", now=now)
    address = await desk.recoveries.count_try(recovery, "code", now=now)
    login = await desk.accounts.login_of(recovery.supplier, address)
    right = mail_codes.fits(asked.code, "recovery", recovery.recovery_id, desk.keys.lasting(now=now))
    if not right or login is None or login.status != "active":
        raise CodeInvalid
    await desk.recoveries.advance(recovery, now=now)
    return Started(*desk.recovery_tokens.issue(recovery, "answer", now=now), "answer", login.question)


async def change_password(asked: PasswordRequest, desk: Desk, *, now: int) -> str:
    """Change the password of who knows the answer, end every session, and return the account's id.

    InvalidRequest, RecoveryTokenInvalid, RecoveryTokenExpired, TooManyAttempts or AnswerInvalid say why not. Whether a
    password leads back to the customer is said only to who has given the right answer.
    """
    _check(asked, desk, [Traces((), (), ())])
    recovery = desk.recovery_tokens.read(asked.recovery_token, "answer", now=now)
    address = await desk.recoveries.count_try(recovery, "answer", now=now)
    counted, login = await together(
        desk.attempts.count(recovery.supplier, "recovery-account", recovery.address, desk.per_account, now=now),
        desk.accounts.login_of(recovery.supplier, address),
    )
    active = login is not None and login.status == "active"
    right = desk.hasher.verify(login.answer_hash if login and active else None, answers.fold(asked.answer))
    if login is None or not active or not right:
        raise AnswerInvalid
    try:
        _check(asked, desk, await _traces(desk, recovery.supplier, login.account_id))
    except InvalidRequest:
        await together(
            desk.recoveries.forgive_try(recovery),
            desk.attempts.forgive(
                recovery.supplier, "recovery-account", recovery.address, desk.per_account, counted=counted
            ),
        )
        raise
    *_, password_hash = await together(
        desk.attempts.forget(recovery.supplier, "login-account", address),
        desk.attempts.forget(recovery.supplier, "recovery-account", recovery.address),
        _hash(desk, asked.password),
    )
    await desk.recoveries.finish(recovery, address, login, password_hash)
    return login.account_id


async def _hash(desk: Desk, password: str) -> str:
    """Hash while DynamoDB answers."""
    return desk.hasher.hash(password)


async def remind(asked: UserIdRequest, desk: Desk, *, source: str, now: int) -> None:
    """Have whose bill this is reminded of the user id; without mail nothing can be sent, so nothing is looked up.

    InvalidRequest or TooManyAttempts say why not; nothing tells whether a mail will come.
    """
    supplier, code = customer_of(asked, desk.suppliers)
    if not desk.sends_mail:
        await desk.attempts.count(supplier.id, "recovery-source", source, desk.per_source, now=now)
        return
    await together(
        desk.attempts.count(supplier.id, "reminder", code, desk.per_account, now=now),
        desk.attempts.count(supplier.id, "recovery-source", source, desk.per_source, now=now),
    )
    customer, account_id = await together(
        desk.customers.find(supplier.id, code),
        desk.accounts.account_of(supplier.id, code),
    )
    account = account_id if matching.has_tax_code(asked.tax_code, customer) else None
    await desk.reminders.ask(supplier.id, code, account, now=now)


def _check(asked: PasswordRequest, desk: Desk, traces: Sequence[Traces]) -> None:
    """Raise InvalidRequest with every fault of what was typed."""
    answer = answers.fold(asked.answer)
    if not answer and not asked.refused("answer"):
        asked.refuse("answer", "required")
    if not asked.refused("password"):
        checks = (password_policy.check(asked.password, minimum=desk.password_minimum, traces=each) for each in traces)
        for code in dict.fromkeys(chain.from_iterable(checks)):
            asked.refuse("password", code)
        if answer and answer == answers.fold(asked.password):
            asked.refuse("password", "password_is_answer")
    if not asked.refused("password_repeat") and not password_policy.are_one(asked.password, asked.password_repeat):
        asked.refuse("password_repeat", "repeat_differs")
    asked.raise_errors()


async def _traces(desk: Desk, supplier_id: str, account_id: str) -> list[Traces]:
    """Return the traces of every customer of the account; a record that is gone still has its code."""
    account = await desk.accounts.get(supplier_id, account_id)
    if account is None:
        raise RecoveryTokenInvalid  # deleted in this moment
    supplier = desk.suppliers.named(supplier_id)
    records = await together(*[desk.customers.find(supplier_id, code) for code in account.customers])
    return [
        Traces.of(
            record or Customer(supplier_id, code, "person"),
            user_id=account.user_id,
            phone=account.phone,
            supplier_names=(supplier.id, *supplier.name.values()),
        )
        for code, record in zip(account.customers, records, strict=True)
    ]
