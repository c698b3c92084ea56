"""A forgotten password: with mail a code to the address, then the question chosen at registration, a new password.

Addresses without an account go the same way, to a code or a decoy question that nothing fits.
"""

from collections.abc import Iterator
from typing import NamedTuple

from recovery.schemas import CodeRequest, PasswordRequest, RecoveryRequest, UserIdRequest
from utenza.customers import matching
from utenza.customers.record import Customer, has_two_tax_codes, without_tax_codes
from utenza.errors import AnswerInvalid, CodeInvalid, FieldError, InvalidRequest, RecoveryTokenInvalid
from utenza.http.requests import Submitted
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit
from utenza.parallel import gather
from utenza.passwords import answers, decoy_questions, policy
from utenza.passwords.hashing import Hasher
from utenza.passwords.personal_data import PersonalData
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tables.recoveries import Recoveries, address_of
from utenza.tables.reminders import Reminders
from utenza.tokens import email_codes
from utenza.tokens.claims import RecoveryStep
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.recovery import RecoveryTokens

_NOBODY = PersonalData((), (), ())


class Dependencies(NamedTuple):
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
    next: RecoveryStep
    question: str | None


def start(request: RecoveryRequest, dependencies: Dependencies, *, source: str, language: str, now: int) -> Started:
    """Begin a recovery, which ends an older one of this address; nothing tells whether there is an account.

    Raises TooManyAttempts.
    """
    supplier, address, attempts = request.supplier, email.subject(request.user_id), dependencies.attempts
    gather(
        lambda: attempts.count(supplier, "recovery-account", address_of(address), dependencies.per_account, now=now),
        lambda: attempts.count(supplier, "recovery-source", source, dependencies.per_source, now=now),
    )
    tokens = dependencies.recovery_tokens
    if dependencies.sends_mail:  # to the stored address; whether there is one is found out where the mail is written
        recovery = dependencies.recoveries.begin(supplier, address, "code", language=language, now=now)
        return Started(*tokens.issue(recovery, "code", now=now), "code", None)
    recovery, login = gather(
        lambda: dependencies.recoveries.begin(supplier, address, "answer", language=language, now=now),
        lambda: dependencies.accounts.login_of(supplier, address),
    )
    decoy = decoy_questions.question_for(supplier, address, dependencies.keys.lasting(now=now).sign)
    question = login.question if login and login.status == "active" else decoy
    return Started(*tokens.issue(recovery, "answer", now=now), "answer", question)


def check_code(request: CodeRequest, dependencies: Dependencies, *, now: int) -> Started:
    """Show the question to who has the code from the mail; that spends the code's token.

    Raises RecoveryTokenInvalid, RecoveryTokenExpired or CodeInvalid. Without mail no token is good for this step.
    """
    recovery = dependencies.recovery_tokens.read(request.recovery_token, "code", now=now)
    address = dependencies.recoveries.count_try(recovery, "code", now=now)
    login = dependencies.accounts.login_of(recovery.supplier, address)
    right = email_codes.fits(request.code, "recovery", recovery.recovery_id, dependencies.keys.lasting(now=now))
    if not right or login is None or login.status != "active":
        raise CodeInvalid
    dependencies.recoveries.advance(recovery, now=now)
    token, expires_in = dependencies.recovery_tokens.issue(recovery, "answer", now=now)
    return Started(token, expires_in, "answer", login.question)


def change_password(submitted: Submitted[PasswordRequest], dependencies: Dependencies, *, now: int) -> str:
    """Change the password of who knows the answer, end every session, and return the account's id.

    Raises InvalidRequest, RecoveryTokenInvalid, RecoveryTokenExpired, TooManyAttempts or AnswerInvalid. Whether a
    password can be traced to the customer is said only to who has given the right answer.
    """
    request = submitted.valid(_wrong_password(submitted, dependencies))
    recovery = dependencies.recovery_tokens.read(request.recovery_token, "answer", now=now)
    supplier, attempts = recovery.supplier, dependencies.attempts
    address = dependencies.recoveries.count_try(recovery, "answer", now=now)
    counted, login = gather(
        lambda: attempts.count(supplier, "recovery-account", recovery.address, dependencies.per_account, now=now),
        lambda: dependencies.accounts.login_of(supplier, address),
    )
    active = login is not None and login.status == "active"
    right = dependencies.hasher.verify(login.answer_hash if login and active else None, answers.fold(request.answer))
    if login is None or not active or not right:
        raise AnswerInvalid
    codes = _traceable(request.password, dependencies, supplier, login.account_id)
    if codes:
        gather(
            lambda: dependencies.recoveries.refund_try(recovery),
            lambda: attempts.refund(
                supplier, "recovery-account", recovery.address, dependencies.per_account, counted=counted
            ),
        )
        raise InvalidRequest([FieldError("password", code) for code in codes])
    *_, password_hash = gather(
        lambda: attempts.forget(supplier, "login-account", address),
        lambda: attempts.forget(supplier, "recovery-account", recovery.address),
        lambda: dependencies.hasher.hash(request.password),
    )
    dependencies.recoveries.finish(recovery, address, login, password_hash)
    return login.account_id


def remind(request: UserIdRequest, dependencies: Dependencies, *, source: str, now: int) -> None:
    """Have the user id mailed to whose bill this is; without mail nothing can be sent, so nothing is looked up.

    Raises TooManyAttempts; nothing tells whether a mail will come.
    """
    supplier, code, attempts = request.supplier, request.customer_code, dependencies.attempts
    if not dependencies.sends_mail:
        attempts.count(supplier, "recovery-source", source, dependencies.per_source, now=now)
        return
    gather(
        lambda: attempts.count(supplier, "reminder", code, dependencies.per_account, now=now),
        lambda: attempts.count(supplier, "recovery-source", source, dependencies.per_source, now=now),
    )
    customer, account_id = gather(
        lambda: dependencies.customers.find(supplier, code),
        lambda: dependencies.accounts.account_of(supplier, code),
    )
    account = account_id if matching.has_tax_code(request.tax_code, customer) else None
    dependencies.reminders.request(supplier, code, account, now=now)


def _wrong_password(submitted: Submitted[PasswordRequest], dependencies: Dependencies) -> Iterator[FieldError]:
    """Yield what is wrong with answer and password, in view of one another."""
    typed, is_wrong = submitted.typed, submitted.is_wrong
    answer = answers.fold(typed("answer"))
    if not answer and not is_wrong("answer"):
        yield FieldError("answer", "required")
    if not is_wrong("password"):
        codes = policy.check(typed("password"), minimum=dependencies.password_minimum, personal_data=_NOBODY)
        yield from (FieldError("password", code) for code in codes)
        if answer and answer == answers.fold(typed("password")):
            yield FieldError("password", "password_is_answer")
    if not is_wrong("password_repeat") and not policy.are_one(typed("password"), typed("password_repeat")):
        yield FieldError("password_repeat", "repeat_differs")


def _traceable(password: str, dependencies: Dependencies, supplier_id: str, account_id: str) -> list[str]:
    """Return what is wrong with a password in view of all customers of the account; a lost record has its code."""
    account = dependencies.accounts.get(supplier_id, account_id)
    if account is None:
        raise RecoveryTokenInvalid  # deleted in this moment
    supplier = dependencies.suppliers.named(supplier_id)
    records = gather(*[lambda code=code: dependencies.customers.find(supplier_id, code) for code in account.customers])
    codes: dict[str, None] = {}
    for code, record in zip(account.customers, records, strict=True):
        personal_data = PersonalData.of(
            _without_unproved(record) if record else Customer(supplier_id, code, "person"),
            user_id=account.user_id,
            phone=account.phone,
            supplier_names=(supplier.id, *supplier.name.values()),
        )
        found = policy.check(password, minimum=dependencies.password_minimum, personal_data=personal_data)
        codes |= dict.fromkeys(found)
    return list(codes)


def _without_unproved(record: Customer) -> Customer:
    """Return a record without its tax codes if it has two; nothing says which of them its customer proved."""
    return without_tax_codes(record, "codice_fiscale", "partita_iva") if has_two_tax_codes(record) else record
