"""The code from the mail proves the new address: it is the user id from then on, and all other sessions end."""

from account.flow import Caller, Dependencies, carried_into, identify
from account.schemas import UserIdConfirmRequest
from account.user_id import carried_session, check, noted_change
from utenza.errors import CodeInvalid, NewUserIdInvalid, TooManyAttempts, Unavailable, UserIdTaken
from utenza.identifiers import email
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject
from utenza.parallel import gather
from utenza.tables.accounts import Login
from utenza.tables.pending_user_ids import PendingUserId
from utenza.tables.user_ids import History
from utenza.tokens import email_codes
from utenza.tokens.claims import UserIdClaims


def confirm(
    request: UserIdConfirmRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> Caller:
    """Change the user id in one transaction, and return the caller with the account as it is then.

    A call that is repeated answers as the first did. Raises AccessTokenInvalid as `flow.read`, NewUserIdInvalid (also
    for the token of another account), NewUserIdExpired, CodeInvalid, or TooManyAttempts after three changes in seven
    days. Unavailable when the account changed in this moment.
    """
    claims = dependencies.user_id_tokens.read(request.confirmation_token, now=now)
    caller = identify(access_token, dependencies, issuer=issuer, now=now)._replace(network=network)
    if (claims.supplier, claims.account_id) != (caller.account.supplier, caller.account.account_id):
        raise NewUserIdInvalid
    try:
        return _confirm(request, claims, caller, dependencies, now=now)
    except NewUserIdInvalid:
        return _confirmed_before(request, claims, caller, dependencies, now=now)


def _confirm(
    request: UserIdConfirmRequest, claims: UserIdClaims, caller: Caller, dependencies: Dependencies, *, now: int
) -> Caller:
    counted: list[PendingUserId] = []
    table = dependencies.pending_user_ids

    def count() -> None:
        counted.append(table.count_try(*claims, now=now))

    def give_back() -> None:
        if counted:
            table.refund_try(claims.supplier, claims.account_id, counted[0])

    with given_back_in_outages(give_back):
        account = caller.account
        _, history, login = gather(
            count,
            lambda: dependencies.user_ids.history_of(account.supplier, account.account_id, now=now),
            lambda: dependencies.accounts.login_of(account.supplier, email.key(account.user_id)),
        )
        [pending] = counted
        if pending.generation != account.generation:
            raise NewUserIdInvalid
        key = email_codes.key_of(pending.code_key, dependencies.keys, now=now)
        if not email_codes.fits(request.code, "user_id", claims.change_id, key) or pending.address_taken:
            raise CodeInvalid
        return _change(pending, caller, dependencies, history, check(history, login, account, now=now), now=now)


def _change(
    pending: PendingUserId,
    caller: Caller,
    dependencies: Dependencies,
    history: History,
    login: Login,
    *,
    now: int,
) -> Caller:
    account = caller.account
    ended = dependencies.pending_user_ids.ended(account.supplier, account.account_id, pending.change_id)
    try:
        changed = dependencies.user_ids.change(
            account,
            login,
            pending.user_id,
            history,
            carried=carried_into(account.generation + 1, caller.claims),
            change_id=pending.change_id,
            code_key=pending.code_key,
            now=now,
            also=(carried_session(caller, dependencies), noted_change(caller, dependencies, now=now), ended),
        )
    except UserIdTaken:  # in the meantime, by somebody who has proved the address too
        raise NewUserIdInvalid from None
    if changed is None:
        raise Unavailable
    return Caller(caller.claims, changed)


def _confirmed_before(
    request: UserIdConfirmRequest, claims: UserIdClaims, caller: Caller, dependencies: Dependencies, *, now: int
) -> Caller:
    """Answer as the call that changed the user id did, whose answer may have been lost; for the same code alone."""
    attempts, account = dependencies.attempts, caller.account
    history = dependencies.user_ids.history_of(account.supplier, account.account_id, now=now)
    if history.change_id != claims.change_id:
        raise NewUserIdInvalid
    subject = Subject(claims.supplier, "confirmed", claims.change_id, dependencies.per_address)
    try:
        attempts.count(subject, now=now)
    except TooManyAttempts:
        raise NewUserIdInvalid from None
    with given_back_in_outages(lambda: attempts.refund(subject)):
        key = email_codes.key_of(history.code_key, dependencies.keys, now=now)
    if not email_codes.fits(request.code, "user_id", claims.change_id, key):
        raise NewUserIdInvalid
    attempts.refund(subject)
    return caller
