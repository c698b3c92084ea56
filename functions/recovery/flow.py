"""A forgotten password: the question chosen at registration, its answer, a new password.

Addresses without an account go the same way, with an invented question that no answer fits.
"""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple, NoReturn

from recovery.schemas import CodeRequest, PasswordRequest, RecoveryRequest, UserIdRequest
from utenza import answers, invented_questions, password_policy
from utenza.addressing import customer_of, supplier_of
from utenza.concurrency import together
from utenza.customer import Customer
from utenza.errors import AnswerInvalid, InvalidRequest, RecoveryTokenInvalid
from utenza.identifiers import email
from utenza.keys import StepKeys
from utenza.passwords import Hasher
from utenza.recovery_tokens import RecoveryTokens
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.attempts import Attempts, Limit
from utenza.tables.customers import Customers
from utenza.tables.recoveries import Recoveries, address_of
from utenza.traces import Traces


class Desk(NamedTuple):
    """What recovery works with."""

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    recoveries: Recoveries
    attempts: Attempts
    per_account: Limit
    per_source: Limit
    keys: StepKeys
    recovery_tokens: RecoveryTokens
    hasher: Hasher
    password_minimum: int


class Started(NamedTuple):
    """`expires_in` is in seconds."""

    recovery_token: str
    expires_in: int
    question: str


def start(asked: RecoveryRequest, desk: Desk, *, source: str, now: int) -> Started:
    """Begin a recovery, which ends an older one of this address; nothing tells whether there is an account.

    InvalidRequest or TooManyAttempts say why not.
    """
    supplier = supplier_of(asked, desk.suppliers).id
    address = email.subject(asked.user_id)
    together(
        lambda: desk.attempts.count(supplier, "recovery-account", address_of(address), desk.per_account, now=now),
        lambda: desk.attempts.count(supplier, "recovery-source", source, desk.per_source, now=now),
    )
    recovery, login = together(
        lambda: desk.recoveries.begin(supplier, address, now=now),
        lambda: desk.accounts.login_of(supplier, address),
    )
    invented = invented_questions.question_for(supplier, address, desk.keys.lasting(now=now))
    token, expires_in = desk.recovery_tokens.issue(recovery, now=now)
    return Started(token, expires_in, login.question if login and login.status == "active" else invented)


def check_code(asked: CodeRequest) -> NoReturn:
    """RecoveryTokenInvalid for every token: without mail no code is ever sent, and no token is of this step."""
    asked.raise_errors()
    raise RecoveryTokenInvalid


def change_password(asked: PasswordRequest, desk: Desk, *, now: int) -> str:
    """Change the password of who knows the answer, end every session, and return the account's id.

    InvalidRequest, RecoveryTokenInvalid, RecoveryTokenExpired, TooManyAttempts or AnswerInvalid say why not. Whether a
    password leads back to the customer is said only to who has given the right answer.
    """
    _check(asked, desk, [Traces((), (), ())])
    recovery = desk.recovery_tokens.read(asked.recovery_token, now=now)
    address = desk.recoveries.count_try(recovery, "answer", now=now)
    _, login = together(
        lambda: desk.attempts.count(recovery.supplier, "recovery-account", recovery.address, desk.per_account, now=now),
        lambda: desk.accounts.login_of(recovery.supplier, address),
    )
    active = login is not None and login.status == "active"
    right = desk.hasher.verify(login.answer_hash if login and active else None, answers.fold(asked.answer))
    if login is None or not active or not right:
        raise AnswerInvalid
    try:
        _check(asked, desk, _traces(desk, recovery.supplier, login.account_id))
    except InvalidRequest:
        together(
            lambda: desk.recoveries.forgive_try(recovery),
            lambda: desk.attempts.forgive(recovery.supplier, "recovery-account", recovery.address),
        )
        raise
    password_hash, *_ = together(
        lambda: desk.hasher.hash(asked.password),
        lambda: desk.attempts.forget(recovery.supplier, "login-account", address),
        lambda: desk.attempts.forget(recovery.supplier, "recovery-account", recovery.address),
    )
    desk.recoveries.finish(recovery, address, login, password_hash)
    return login.account_id


def remind(asked: UserIdRequest, desk: Desk, *, source: str, now: int) -> None:
    """Take note of who has forgotten the user id: without mail nothing can be sent, so nothing is looked up."""
    supplier, _ = customer_of(asked, desk.suppliers)
    desk.attempts.count(supplier.id, "recovery-source", source, desk.per_source, now=now)


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


def _traces(desk: Desk, supplier_id: str, account_id: str) -> list[Traces]:
    """Return the traces of every customer of the account; a record that is gone still has its code."""
    account = desk.accounts.get(supplier_id, account_id)
    if account is None:
        raise RecoveryTokenInvalid  # deleted in this moment
    supplier = desk.suppliers.named(supplier_id)
    records = together(*(lambda code=code: desk.customers.find(supplier_id, code) for code in account.customers))
    return [
        Traces.of(
            record or Customer(supplier_id, code, "person"),
            user_id=account.user_id,
            phone=account.phone,
            supplier_names=(supplier.id, *supplier.name.values()),
        )
        for code, record in zip(account.customers, records, strict=True)
    ]
