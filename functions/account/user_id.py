"""Another user id: with mail it waits until the code from the new address confirms it, and the old one goes on.

Free or taken, the answer and the work are the same: who owns a taken address is told by mail.
"""

from typing import NamedTuple

from account.flow import Caller, Dependencies, carried_into, read_again
from account.schemas import NewUserIdRequest
from utenza.dynamodb import Write
from utenza.errors import FieldError, InvalidRequest, TooManyAttempts, Unavailable
from utenza.identifiers import email
from utenza.limits.mails import count_mail, given_back_if_refused
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject
from utenza.parallel import gather
from utenza.tables.accounts import Account, Login
from utenza.tables.pending_user_ids import REPEATED, TRIES, PendingUserId
from utenza.tables.recoveries import address_of
from utenza.tables.user_ids import History
from utenza.tokens.claims import UserIdClaims


class UserIdChange(NamedTuple):
    """`confirmation` is the token that confirms the address and its lifetime in seconds, None where nothing waits."""

    caller: Caller
    confirmation: tuple[str, int] | None = None


def change(
    request: NewUserIdRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    source: str,
    issuer: str,
    now: int,
    network: str = "",
) -> UserIdChange:
    """Have the new user id wait for its code; without mail, change it at once.

    A call that is repeated answers as the first did; after a minute it has the code mailed once more. Raises as
    `identify_again`; TooManyAttempts, also when there were three changes in seven days; InvalidRequest when it is the
    user id already; without mail UserIdTaken. Unavailable when the account changed in this moment.
    """
    caller = read_again(access_token, request.reauth_token, dependencies, issuer=issuer, now=now)
    caller = caller._replace(network=network)
    address, account = email.key(request.user_id), caller.account
    if address == email.key(account.user_id):
        if dependencies.sends_mail:
            raise InvalidRequest([FieldError("user_id", "same_user_id")])
        return UserIdChange(caller)  # the repeat of a call whose answer was lost
    if not dependencies.sends_mail:
        return UserIdChange(_change_at_once(request.user_id, caller, dependencies, now=now))
    pending = _wait(request.user_id, address, caller, dependencies, source=source, now=now)
    claims = UserIdClaims(account.supplier, account.account_id, pending.change_id)
    return UserIdChange(caller, dependencies.user_id_tokens.issue(claims, now=now))


def check(history: History, login: Login | None, account: Account, *, now: int) -> Login:
    """Return the login of the account; Unavailable when it is not its own any more.

    TooManyAttempts when there were three changes in seven days: more would not fit, and could not be taken back.
    """
    if wait := history.wait(now):
        raise TooManyAttempts(wait)
    if login is None or login.account_id != account.account_id:
        raise Unavailable
    return login


def _wait(
    user_id: str, address: str, caller: Caller, dependencies: Dependencies, *, source: str, now: int
) -> PendingUserId:
    account, counted = caller.account, list[Subject]()
    supplier, account_id = account.supplier, account.account_id
    before = caller.pending if caller.pending_user_id == user_id else None
    wants_mail = before is None or before.tries >= TRIES or now >= before.asked_at + REPEATED
    subjects = _subjects(account, address, dependencies)
    mails = dependencies.mail_budget.of_account(supplier, account_id, address, source) if wants_mail else ()

    def count() -> bool:
        allowed = count_mail(dependencies.attempts, subjects, mails, now=now)
        counted.extend((*subjects, *(mails if allowed else ())))
        return allowed and wants_mail

    with given_back_in_outages(lambda: dependencies.attempts.refund(*counted)):
        may_mail, taken, history = gather(
            count,
            lambda: dependencies.accounts.login_of(supplier, address),
            lambda: dependencies.user_ids.history_of(supplier, account_id, now=now),
        )
        with given_back_if_refused(dependencies.attempts, mails if may_mail else ()):
            if wait := history.wait(now):
                raise TooManyAttempts(wait)
        return _begin(user_id, caller, dependencies, address_taken=taken is not None, mailed=may_mail, now=now)


def _begin(
    user_id: str, caller: Caller, dependencies: Dependencies, *, address_taken: bool, mailed: bool, now: int
) -> PendingUserId:
    account, waiting, table = caller.account, caller.pending, dependencies.pending_user_ids
    code_key = dependencies.keys.current(now=now).key_id
    for _ in range(2):
        if waiting and waiting.is_repeated_by(account, user_id, address_taken=address_taken):
            if mailed:
                table.mail_again(account, waiting, code_key=code_key, now=now)
            return waiting
        begun = table.begin(
            account,
            user_id,
            replaces=waiting,
            address_taken=address_taken,
            code_key=code_key,
            mailed=mailed,
            now=now,
        )
        if begun:
            return begun
        # A second call at the same moment was first: if it was the same, this is its repeat, and sends nothing.
        waiting, mailed = table.waiting_for(account.supplier, account.account_id, now=now), False
    raise Unavailable


def _change_at_once(user_id: str, caller: Caller, dependencies: Dependencies, *, now: int) -> Caller:
    """Change the user id without a proof; counted, because it says whether an address is somebody's."""
    account = caller.account
    subjects = _subjects(account, email.key(user_id), dependencies)
    dependencies.attempts.count(*subjects, now=now)
    with given_back_in_outages(lambda: dependencies.attempts.refund(*subjects)):
        history, login = gather(
            lambda: dependencies.user_ids.history_of(account.supplier, account.account_id, now=now),
            lambda: dependencies.accounts.login_of(account.supplier, email.key(account.user_id)),
        )
        changed = dependencies.user_ids.change(
            account,
            check(history, login, account, now=now),
            user_id,
            history,
            carried=carried_into(account.generation + 1, caller.claims),
            now=now,
            also=(
                carried_session(caller, dependencies),
                noted_change(caller, dependencies, now=now),
                dependencies.pending_user_ids.ended(account.supplier, account.account_id),
            ),
        )
        if changed is None:
            raise Unavailable
    return Caller(caller.claims, changed)


def noted_change(caller: Caller, dependencies: Dependencies, *, now: int) -> Write:
    """Return the write that leaves the change in the account's activity."""
    account, origin = caller.account, caller.origin(caller.network)
    return dependencies.activity.noted(account.supplier, account.account_id, "user_id_changed", origin, now=now)


def carried_session(caller: Caller, dependencies: Dependencies) -> Write:
    """Return the write that has the caller's session go on, for the transaction that ends all others."""
    account = caller.account
    return dependencies.sessions.carried(
        account.supplier, caller.claims.session_id, account.account_id, account.generation
    )


def _subjects(account: Account, address: str, dependencies: Dependencies) -> tuple[Subject, Subject]:
    """Return what such a wish is counted for; the guesses at the codes of an address are those of registrations."""
    limit = dependencies.per_address
    return (
        Subject(account.supplier, "confirmation", address_of(address), limit),
        Subject(account.supplier, "user-id", account.account_id, limit),
    )
