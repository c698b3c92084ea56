"""Where somebody is logged in, and the end of one session or of all others."""

from collections.abc import Callable, Sequence
from functools import partial

from account.flow import Caller, Dependencies, identify
from account.schemas import EndSessionsRequest
from utenza.errors import FieldError, InvalidRequest
from utenza.parallel import gather
from utenza.tables.sessions import OpenSession


def list_open(access_token: str, dependencies: Dependencies, *, issuer: str, now: int) -> tuple[str, list[OpenSession]]:
    """Return the caller's session id and all open sessions, the youngest first; AccessTokenInvalid as `flow.read`."""
    caller = identify(access_token, dependencies, issuer=issuer, now=now)
    return caller.claims.session_id, _open(caller, dependencies, now=now)[::-1]


def end(
    request: EndSessionsRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> str:
    """End one session of the account, which may be this one, or all others; return the account's id.

    A session that is no open one of this account has nothing left to end. Raises InvalidRequest when it is not said
    which, AccessTokenInvalid as `flow.read`.
    """
    if bool(request.session) == request.others:
        fault = FieldError("session", "required") if not request.others else FieldError("others", "invalid")
        raise InvalidRequest([fault])
    caller = identify(access_token, dependencies, issuer=issuer, now=now)
    supplier, account_id, origin = caller.account.supplier, caller.account.account_id, caller.origin(network)
    if request.session:
        told = dependencies.own_changes.session_ended(supplier, account_id, now=now)
        also = [told, dependencies.activity.noted(supplier, account_id, "sessions_ended", origin, now=now)]
        dependencies.sessions.end_of(supplier, request.session, account_id, also=also)
    elif others := [each.id for each in _open(caller, dependencies, now=now) if each.id != caller.claims.session_id]:
        tell = partial(dependencies.own_changes.tell_of_ended_sessions, supplier, account_id, now=now)
        note = partial(dependencies.activity.note, supplier, account_id, "sessions_ended", origin, now=now)
        gather(tell, note, *_ends(others, caller, dependencies))
    return account_id


def end_all(caller: Caller, dependencies: Dependencies, *, now: int) -> None:
    """End every session that the index knows of; nobody is told."""
    found = dependencies.sessions.of_account(caller.account.supplier, caller.account.account_id, now=now)
    gather(*_ends([session.id for session in found], caller, dependencies))


def _ends(ids: Sequence[str], caller: Caller, dependencies: Dependencies) -> list[Callable[[], None]]:
    """Return the calls that end these sessions, to be made side by side."""
    supplier, account_id = caller.account.supplier, caller.account.account_id
    return [partial(dependencies.sessions.end_of, supplier, id_, account_id) for id_ in ids]


def _open(caller: Caller, dependencies: Dependencies, *, now: int) -> list[OpenSession]:
    found = dependencies.sessions.of_account(caller.account.supplier, caller.account.account_id, now=now)
    return [session for session in found if session.generation == caller.account.generation]
