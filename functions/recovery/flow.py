"""A forgotten password: with mail a code to the address, then the question chosen at registration, a new password.

Addresses without an account go the same way, to a code or an invented question that nothing fits.
"""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from recovery.schemas import CodeRequest, PasswordRequest, RecoveryRequest, UserIdRequest
from utenza.concurrency import gather
from utenza.customers import matching
from utenza.customers.record import Customer
from utenza.errors import AnswerInvalid, CodeInvalid, InvalidRequest, RecoveryTokenInvalid
from utenza.http.addressing import customer_of, supplier_of
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.passwords import answers, decoy_questions, policy
from utenza.passwords.hashing import Hasher
from utenza.passwords.personal_data import PersonalData
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tables.recoveries import Recoveries, address_of
from utenza.tables.reminders import Reminders
from utenza.tokens import email_codes
from utenza.tokens.keys import KeyRing
from utenza.tokens.recovery import RecoveryTokens, Step


class Dependencies(NamedTuple):
    """What recovery works with."""

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    recoveries: Recoveries
    reminders: Reminders
    attempts: Attempts
    per_account: Limit
    per_source: Limit
    keys: KeyRing
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


async def start(
    request: RecoveryRequest, dependencies: Dependencies, *, source: str, language: str, now: int
) -> Started:
    """Begin a recovery, which ends an older one of this address; nothing tells whether there is an account.

    InvalidRequest or TooManyAttempts say why not.
    """
    supplier = supplier_of(request, dependencies.suppliers).id
    address = email.subject(request.user_id)
    await gather(
        dependencies.attempts.count(
            supplier, "recovery-account", address_of(address), dependencies.per_account, now=now
        ),
        dependencies.attempts.count(supplier, "recovery-source", source, dependencies.per_source, now=now),
    )
    if (
        dependencies.sends_mail
    ):  # to the address as it is stored; whether there is one is found out where the mail is made
        recovery = await dependencies.recoveries.begin(supplier, address, "code", language=language, now=now)
        return Started(*dependencies.recovery_tokens.issue(recovery, "code", now=now), "code", None)
    recovery, login = await gather(
        dependencies.recoveries.begin(supplier, address, "answer", language=language, now=now),
        dependencies.accounts.login_of(supplier, address),
    )
    decoy = decoy_questions.question_for(supplier, address, dependencies.keys.lasting(now=now).sign)
    question = login.question if login and login.status == "active" else decoy
    return Started(*dependencies.recovery_tokens.issue(recovery, "answer", now=now), "answer", question)


async def check_code(request: CodeRequest, dependencies: Dependencies, *, now: int) -> Started:
    """Show the question to who has the code from the mail; the token of the code is spent by that.

    InvalidRequest, RecoveryTokenInvalid, RecoveryTokenExpired or CodeInvalid say why not; without mail no token is of
    this step.
    """
    request.raise_errors()
    recovery = dependencies.recovery_tokens.read(request.recovery_token, "code", now=now)
    address = await dependencies.recoveries.count_try(recovery, "code", now=now)
    login = await dependencies.accounts.login_of(recovery.supplier, address)
    right = email_codes.fits(request.code, "recovery", recovery.recovery_id, dependencies.keys.lasting(now=now))
    if not right or login is None or login.status != "active":
        raise CodeInvalid
    await dependencies.recoveries.advance(recovery, now=now)
    return Started(*dependencies.recovery_tokens.issue(recovery, "answer", now=now), "answer", login.question)


async def change_password(request: PasswordRequest, dependencies: Dependencies, *, now: int) -> str:
    """Change the password of who knows the answer, end every session, and return the account's id.

    InvalidRequest, RecoveryTokenInvalid, RecoveryTokenExpired, TooManyAttempts or AnswerInvalid say why not. Whether a
    password leads back to the customer is said only to who has given the right answer.
    """
    _check(request, dependencies, [PersonalData((), (), ())])
    recovery = dependencies.recovery_tokens.read(request.recovery_token, "answer", now=now)
    address = await dependencies.recoveries.count_try(recovery, "answer", now=now)
    counted, login = await gather(
        dependencies.attempts.count(
            recovery.supplier, "recovery-account", recovery.address, dependencies.per_account, now=now
        ),
        dependencies.accounts.login_of(recovery.supplier, address),
    )
    active = login is not None and login.status == "active"
    right = dependencies.hasher.verify(login.answer_hash if login and active else None, answers.fold(request.answer))
    if login is None or not active or not right:
        raise AnswerInvalid
    try:
        _check(request, dependencies, await _personal_data(dependencies, recovery.supplier, login.account_id))
    except InvalidRequest:
        await gather(
            dependencies.recoveries.refund_try(recovery),
            dependencies.attempts.refund(
                recovery.supplier, "recovery-account", recovery.address, dependencies.per_account, counted=counted
            ),
        )
        raise
    *_, password_hash = await gather(
        dependencies.attempts.forget(recovery.supplier, "login-account", address),
        dependencies.attempts.forget(recovery.supplier, "recovery-account", recovery.address),
        _hash(dependencies, request.password),
    )
    await dependencies.recoveries.finish(recovery, address, login, password_hash)
    return login.account_id


async def _hash(dependencies: Dependencies, password: str) -> str:
    """Hash while DynamoDB answers."""
    return dependencies.hasher.hash(password)


async def remind(request: UserIdRequest, dependencies: Dependencies, *, source: str, now: int) -> None:
    """Have whose bill this is reminded of the user id; without mail nothing can be sent, so nothing is looked up.

    InvalidRequest or TooManyAttempts say why not; nothing tells whether a mail will come.
    """
    supplier, code = customer_of(request, dependencies.suppliers)
    if not dependencies.sends_mail:
        await dependencies.attempts.count(supplier.id, "recovery-source", source, dependencies.per_source, now=now)
        return
    await gather(
        dependencies.attempts.count(supplier.id, "reminder", code, dependencies.per_account, now=now),
        dependencies.attempts.count(supplier.id, "recovery-source", source, dependencies.per_source, now=now),
    )
    customer, account_id = await gather(
        dependencies.customers.find(supplier.id, code),
        dependencies.accounts.account_of(supplier.id, code),
    )
    account = account_id if matching.has_tax_code(request.tax_code, customer) else None
    await dependencies.reminders.ask(supplier.id, code, account, now=now)


def _check(request: PasswordRequest, dependencies: Dependencies, personal_data: Sequence[PersonalData]) -> None:
    """Raise InvalidRequest with every fault of what was typed."""
    answer = answers.fold(request.answer)
    if not answer and not request.refused("answer"):
        request.refuse("answer", "required")
    if not request.refused("password"):
        checks = (
            policy.check(request.password, minimum=dependencies.password_minimum, personal_data=each)
            for each in personal_data
        )
        for code in dict.fromkeys(chain.from_iterable(checks)):
            request.refuse("password", code)
        if answer and answer == answers.fold(request.password):
            request.refuse("password", "password_is_answer")
    if not request.refused("password_repeat") and not policy.are_one(request.password, request.password_repeat):
        request.refuse("password_repeat", "repeat_differs")
    request.raise_errors()


async def _personal_data(dependencies: Dependencies, supplier_id: str, account_id: str) -> list[PersonalData]:
    """Return the traces of every customer of the account; a record that is gone still has its code."""
    account = await dependencies.accounts.get(supplier_id, account_id)
    if account is None:
        raise RecoveryTokenInvalid  # deleted in this moment
    supplier = dependencies.suppliers.named(supplier_id)
    records = await gather(*[dependencies.customers.find(supplier_id, code) for code in account.customers])
    return [
        PersonalData.of(
            record or Customer(supplier_id, code, "person"),
            user_id=account.user_id,
            phone=account.phone,
            supplier_names=(supplier.id, *supplier.name.values()),
        )
        for code, record in zip(account.customers, records, strict=True)
    ]
