"""Where somebody is logged in, and the end of one session or of all others."""

from account.flow import Caller, Dependencies, identify
from account.schemas import EndSessionsRequest
from utenza.errors import FieldError, InvalidRequest
from utenza.parallel import gather
from utenza.tables.sessions import OpenSession


def list_open(access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> tuple[str, list[OpenSession]]:
    """Return the caller's session id and all open sessions, the youngest first; AccessTokenInvalid as `flow.read`."""
    caller = identify(access_token, dependencies, issuer=issuer, now=now)
    return caller.claims.session_id, _open(caller, dependencies, now=now)[::-1]


def end(request: EndSessionsRequest, access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> str:
    """End one session of the account, which may be this one, or all others; return the account's id.

    A session that is no open one of this account has nothing left to end. Raises InvalidRequest when it is not said
    which, AccessTokenInvalid as `flow.read`.
    """
    if bool(request.session) == request.others:
        fault = FieldError("session", "required") if not request.others else FieldError("others", "invalid")
        raise InvalidRequest([fault])
    caller = identify(access_token, dependencies, issuer=issuer, now=now)
    if request.session:
        dependencies.sessions.end_of(caller.account.supplier, request.session, caller.account.account_id)
    else:
        end_all(caller, dependencies, but=caller.claims.session_id, now=now)
    return caller.account.account_id


def end_all(caller: Caller, dependencies: Dependencies, *, but: str = "", now: int) -> None:
    """End every session that the index knows of, but this one."""
    supplier, account_id = caller.account.supplier, caller.account.account_id
    found = dependencies.sessions.of_account(supplier, account_id, now=now)
    others = [session.id for session in found if session.id != but]
    gather(*[lambda id_=id_: dependencies.sessions.end_of(supplier, id_, account_id) for id_ in others])


def _open(caller: Caller, dependencies: Dependencies, *, now: int) -> list[OpenSession]:
    found = dependencies.sessions.of_account(caller.account.supplier, caller.account.account_id, now=now)
    return [session for session in found if session.generation == caller.account.generation]
