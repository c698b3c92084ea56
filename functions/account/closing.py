"""The end of an account, by its owner."""

from contextlib import suppress

from account.flow import Dependencies, identify_again
from account.schemas import CloseRequest
from account.sessions import end_all
from utenza.errors import Unavailable
from utenza.identifiers import email
from utenza.limits.outages import OUTAGES


def close(request: CloseRequest, access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> str:
    """Close the account in one transaction, and return its id; address and customers are free at once.

    Raises as `identify_again`. Unavailable when the account changed in this moment.
    """
    caller = identify_again(access_token, request.reauth_token, dependencies, issuer=issuer, now=now)
    if not dependencies.closures.close(caller.account, email.key(caller.account.user_id), now=now):
        raise Unavailable
    # They have ended with the account; this only cleans up, before they expire.
    with suppress(*OUTAGES):
        end_all(caller, dependencies, now=now)
    return caller.account.account_id
