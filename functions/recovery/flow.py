"""A forgotten password: with mail a code to the address, then the question chosen at registration, a new password.

Addresses without an account go the same way, to a code or a decoy question that nothing fits.
"""

from collections.abc import Callable
from typing import NamedTuple

from recovery.checks import traceable, wrong_password
from recovery.schemas import CodeRequest, PasswordRequest, RecoveryRequest, UserIdRequest
from utenza.customers import matching
from utenza.errors import (
    AnswerInvalid,
    CodeInvalid,
    FieldError,
    InvalidRequest,
    RecoveryTokenInvalid,
    TooManyAttempts,
)
from utenza.http.requests import Submitted
from utenza.identifiers import email
from utenza.limits.counter import Attempts
from utenza.limits.devices import RECOVERED_KEPT, Device, Devices, KnownTo
from utenza.limits.limit import Limit
from utenza.limits.mails import MailBudget, count_mail
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject, of_source
from utenza.parallel import gather
from utenza.passwords import answers, decoy_questions
from utenza.passwords.hashing import Hasher
from utenza.suppliers import Suppliers
from utenza.tables.accounts import Accounts, Login
from utenza.tables.activity import NOWHERE, Activity, Origin
from utenza.tables.customers import Customers
from utenza.tables.recoveries import Recoveries, Recovery, address_of
from utenza.tables.reminders import Reminders
from utenza.tokens import email_codes
from utenza.tokens.claims import RecoveryClaims, RecoveryStep
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.recovery import RecoveryTokens


class Dependencies(NamedTuple):
    """`per_account` limits the recoveries of an address and, counted apart, the answers."""

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    recoveries: Recoveries
    reminders: Reminders
    attempts: Attempts
    devices: Devices
    per_account: Limit
    per_source: Limit
    mail_budget: MailBudget
    keys: KeyRing
    recovery_tokens: RecoveryTokens
    hasher: Hasher
    password_minimum: int
    sends_mail: bool
    activity: Activity


class Started(NamedTuple):
    """`expires_in` is in seconds; there is no question before the code."""

    recovery_token: str
    expires_in: int
    next: RecoveryStep
    question: str | None


def start(request: RecoveryRequest, dependencies: Dependencies, *, source: str, language: str, now: int) -> Started:
    """Begin a recovery beside others of this address; nothing tells whether there is an account.

    Raises TooManyAttempts; with mail only of a source.
    """
    supplier, address, attempts = request.supplier, email.subject(request.user_id), dependencies.attempts
    subjects = (
        Subject(supplier, "recovery-account", address_of(address), dependencies.per_account),
        *of_source(supplier, "recovery-source", source, dependencies.per_source),
    )
    if dependencies.sends_mail:
        return _start_by_mail(supplier, address, dependencies, subjects, source=source, language=language, now=now)
    _, login = gather(
        lambda: attempts.count(*subjects, now=now), lambda: dependencies.accounts.login_of(supplier, address)
    )
    generation = login.generation if login else 0
    code_key = dependencies.keys.current(now=now).key_id
    recovery = dependencies.recoveries.begin(
        supplier, address, "answer", generation=generation, code_key=code_key, language=language, now=now
    )
    token = dependencies.recovery_tokens.issue(recovery, "answer", now=now)
    decoy = decoy_questions.question_for(supplier, address, dependencies.keys.lasting(now=now).sign)
    question = login.question if login and login.status == "active" else decoy
    return Started(*token, "answer", question)


def check_code(request: CodeRequest, dependencies: Dependencies, *, now: int) -> Started:
    """Show the question to who has the code from the mail; that spends the code's token, but for a repeat.

    Raises RecoveryTokenInvalid, RecoveryTokenExpired or CodeInvalid. Without mail no token is good for this step.
    """
    recovery = dependencies.recovery_tokens.read(request.recovery_token, "code", now=now)
    begun = dependencies.recoveries.count_try(recovery, "code", now=now)
    is_repeat = begun.step != "code"
    with given_back_in_outages(lambda: dependencies.recoveries.refund_try(recovery, begun)):
        login = _login(begun, dependencies, recovery.supplier)
        key = email_codes.key_of(begun.code_key, dependencies.keys, now=now)
        code_id = begun.code_id or recovery.recovery_id
        short = email_codes.fits(request.code, "recovery", code_id, key)
        long = email_codes.fits_long(request.code, "recovery", code_id, key)
        if login is None or not (long or (short and not begun.is_crowded)):
            raise RecoveryTokenInvalid if is_repeat else CodeInvalid("long_code" if begun.is_crowded else "")
        gather(
            lambda: (
                dependencies.recoveries.refund_try(recovery, begun)
                if is_repeat
                else dependencies.recoveries.advance(recovery, now=now)
            ),
            lambda: dependencies.recoveries.spend_code(recovery.supplier, begun.email_key, code_id),
        )
    token, expires_in = dependencies.recovery_tokens.issue(recovery, "answer", now=now)
    return Started(token, expires_in, "answer", login.question)


def change_password(
    submitted: Submitted[PasswordRequest],
    dependencies: Dependencies,
    *,
    now: int,
    origin: Callable[[], Origin] = lambda: NOWHERE,
) -> str:
    """Change the password of who knows the answer, end every session, and return the account's id.

    Raises InvalidRequest, RecoveryTokenInvalid, RecoveryTokenExpired, TooManyAttempts or AnswerInvalid. Whether a
    password can be traced to the customer is said only to who has given the right answer.
    """
    request = submitted.valid(wrong_password(submitted, minimum=dependencies.password_minimum))
    recovery = dependencies.recovery_tokens.read(request.recovery_token, "answer", now=now)
    supplier, attempts = recovery.supplier, dependencies.attempts
    subject = Subject(supplier, "recovery-answer", recovery.address, dependencies.per_account)
    attempts.count(subject, now=now)  # first: who has to wait keeps the tries of this recovery
    with given_back_in_outages(lambda: attempts.refund(subject)):
        try:
            begun = dependencies.recoveries.count_try(recovery, "answer", now=now)
        except RecoveryTokenInvalid:
            attempts.refund(subject)  # nothing will be compared
            raise
        with given_back_in_outages(lambda: dependencies.recoveries.refund_try(recovery, begun)):
            if begun.step == "done":
                return _changed_before(request, dependencies, recovery, begun, subject)
            return _change_password(submitted, dependencies, recovery, begun, subject, now=now, origin=origin)


def remind(request: UserIdRequest, dependencies: Dependencies, *, source: str, now: int) -> None:
    """Have the user id mailed to whose bill this is; without mail nothing can be sent, so nothing is looked up.

    Raises TooManyAttempts; nothing tells whether a mail will come.
    """
    supplier, code, attempts = request.supplier, request.customer_code, dependencies.attempts
    sources = of_source(supplier, "recovery-source", source, dependencies.per_source)
    if not dependencies.sends_mail:
        attempts.count(*sources, now=now)
        return
    budget = dependencies.mail_budget
    may_mail = count_mail(
        attempts,
        (Subject(supplier, "reminder", code, dependencies.per_account), *sources),
        (budget.customer(supplier, code), *budget.source(source)),
        now=now,
    )
    customer, account_id = gather(
        lambda: dependencies.customers.find(supplier, code),
        lambda: dependencies.accounts.account_of(supplier, code),
    )
    account = account_id if matching.has_tax_code(request.tax_code, customer) and may_mail else None
    dependencies.reminders.request(supplier, code, account, now=now)


def _start_by_mail(
    supplier: str,
    address: str,
    dependencies: Dependencies,
    subjects: tuple[Subject, ...],
    *,
    source: str,
    language: str,
    now: int,
) -> Started:
    """Begin a recovery at the code; whether there is an account is found out where the mail is written."""
    budget, recoveries = dependencies.mail_budget, dependencies.recoveries
    mails = (budget.recovery_mailbox(address), *budget.source(source))
    (may_mail, is_crowded), login, last = gather(
        lambda: _count_start(dependencies.attempts, subjects, mails, now),
        lambda: dependencies.accounts.login_of(supplier, address),
        lambda: recoveries.last_code(supplier, address),
    )
    if last is not None and email_codes.key_of(last.code_key, dependencies.keys, now=now) is None:
        last = None  # its key has left the ring: that code fits no more
    generation, code_key = login.generation if login else 0, dependencies.keys.current(now=now).key_id
    is_merged = may_mail and last is not None and last.fits(generation, may_mail=True, now=now)
    recovery, _ = gather(
        lambda: recoveries.begin_by_mail(
            supplier,
            address,
            last,
            generation=generation,
            code_key=code_key,
            language=language,
            may_mail=may_mail,
            is_crowded=is_crowded,
            now=now,
        ),
        lambda: dependencies.attempts.refund(*(mails if is_merged else ())),
    )
    return Started(*dependencies.recovery_tokens.issue(recovery, "code", now=now), "code", None)


def _count_start(
    attempts: Attempts, subjects: tuple[Subject, ...], mails: tuple[Subject, ...], now: int
) -> tuple[bool, bool]:
    """Count a recovery and its mail; return whether the mail may go, and whether the address's count was full.

    That count limits guesses at six digits. Who can read the mail needs no such limit, and strangers must not be able
    to shut them out by it (docs/adr/0024-a-code-that-nobody-guesses.md).
    """
    try:
        return count_mail(attempts, subjects, mails, now=now), False
    except TooManyAttempts:
        _, *sources = subjects
        return count_mail(attempts, sources, mails, now=now), True


def _change_password(
    submitted: Submitted[PasswordRequest],
    dependencies: Dependencies,
    recovery: RecoveryClaims,
    begun: Recovery,
    subject: Subject,
    *,
    now: int,
    origin: Callable[[], Origin],
) -> str:
    request, supplier, attempts = submitted.valid(), recovery.supplier, dependencies.attempts
    login = _login(begun, dependencies, supplier)
    right = dependencies.hasher.verify(login.answer_hash if login else None, answers.fold(request.answer))
    if login is None or not right:
        raise AnswerInvalid
    faults = _traceable(submitted, dependencies, supplier, login.account_id)
    if faults:
        gather(lambda: dependencies.recoveries.refund_try(recovery, begun), lambda: attempts.refund(subject))
        raise InvalidRequest(faults)
    _, password_hash = gather(
        # Strangers' passwords are heard again, and a customer without a device token gets in.
        lambda: attempts.forget(subject._replace(kind="login-account", name=begun.email_key)),
        lambda: dependencies.hasher.hash(request.password),
    )
    device = Device(supplier, begun.email_key, request.recovery_token)
    renewed = KnownTo(login.account_id, login.generation + 1)
    # The customer's own start and answer were no guesses. What others started stays counted, or they would see it.
    own = (subject,) if begun.is_crowded else (subject, subject._replace(kind="recovery-account"))
    also = (
        *map(attempts.refunded, own),
        # The device gets in at once with the new password, however many strangers are guessing.
        dependencies.devices.remembered(device, renewed, until=now + RECOVERED_KEPT),
        dependencies.activity.noted(supplier, login.account_id, "password_recovered", origin(), now=now),
    )
    try:
        dependencies.recoveries.finish(recovery, begun.email_key, login, password_hash, also=also)
    except RecoveryTokenInvalid:  # a second call at the same moment may have been first
        begun = begun._replace(generation=begun.generation + 1)
        return _changed_before(request, dependencies, recovery, begun, subject)
    return login.account_id


def _changed_before(
    request: PasswordRequest, dependencies: Dependencies, recovery: RecoveryClaims, begun: Recovery, subject: Subject
) -> str:
    """Answer as the call that changed the password did, whose answer may have been lost; for the same values alone."""
    login, hasher = _login(begun, dependencies, recovery.supplier), dependencies.hasher
    is_answer, is_password = gather(
        lambda: hasher.verify(login.answer_hash if login else None, answers.fold(request.answer)),
        lambda: hasher.verify(login.password_hash if login else None, request.password),
    )
    if login is None or not (is_answer and is_password):
        raise RecoveryTokenInvalid
    gather(
        lambda: dependencies.recoveries.refund_try(recovery, begun),
        lambda: dependencies.attempts.refund(subject),
    )
    return login.account_id


def _login(begun: Recovery, dependencies: Dependencies, supplier: str) -> Login | None:
    """Return the login that the recovery is for, None also when its password has been changed since."""
    login = dependencies.accounts.login_of(supplier, begun.email_key)
    good = login is not None and login.status == "active" and login.generation == begun.generation
    return login if good else None


def _traceable(
    submitted: Submitted[PasswordRequest], dependencies: Dependencies, supplier_id: str, account_id: str
) -> list[FieldError]:
    """Return what is wrong with a password in view of all customers of the account."""
    account = dependencies.accounts.get(supplier_id, account_id)
    if account is None:
        raise RecoveryTokenInvalid  # deleted in this moment
    supplier = dependencies.suppliers.named(supplier_id)
    return traceable(submitted, account, dependencies.customers, supplier, minimum=dependencies.password_minimum)
