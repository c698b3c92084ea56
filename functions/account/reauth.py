"""The password again, for what weighs: a token for this session, for five minutes and any number of calls.

Not the age of the session: that fails without a word in clients, and surprises people.
"""

from account.flow import Dependencies, caller_of
from account.schemas import ReauthRequest
from utenza.errors import ReauthFailed
from utenza.identifiers import email
from utenza.limits.outages import given_back_in_outages
from utenza.limits.subjects import Subject
from utenza.parallel import gather


def reauthenticate(
    request: ReauthRequest, access_token: str, dependencies: Dependencies, *, issuer: str, now: int
) -> tuple[str, int]:
    """Return the reauth token and its lifetime in seconds.

    Raises AccessTokenInvalid, TooManyAttempts or ReauthFailed. Counted for the session, never for the login: whoever
    has got hold of one session keeps its owner neither from logging in nor from what another session may do.
    """
    claims, attempts = dependencies.access_tokens.read(access_token, issuer=issuer, now=now), dependencies.attempts
    subject, counted = Subject(claims.supplier, "reauth", claims.session_id, dependencies.per_session), list[Subject]()

    def count() -> None:
        attempts.count(subject, now=now)
        counted.append(subject)

    with given_back_in_outages(lambda: attempts.refund(*counted)):
        _, found, is_open = gather(
            count,
            lambda: dependencies.accounts.get(claims.supplier, claims.account_id),
            lambda: dependencies.sessions.is_open(claims.supplier, claims.session_id, claims.account_id, now=now),
        )
        account = caller_of(claims, found, is_open=is_open).account
        login = dependencies.accounts.login_of(claims.supplier, email.key(account.user_id))
        right = dependencies.hasher.verify(login.password_hash if login else None, request.password)
        if login is None or login.account_id != account.account_id or not right:
            raise ReauthFailed
        token = dependencies.reauth_tokens.issue(claims, now=now)
        attempts.settle(subject, now=now)
    return token
