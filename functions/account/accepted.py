"""A new version of a document, accepted after the login; what was accepted before stays in the history."""

from account.flow import Caller, Dependencies, read
from account.schemas import AcceptedRequest
from utenza.errors import InvalidRequest, Unavailable
from utenza.http.accepted import faults
from utenza.tables.agreements import Acceptance


def accept(
    request: AcceptedRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> Caller:
    """Add what is new to the history, and return the caller with it; what was accepted before is no fault.

    Raises AccessTokenInvalid as `flow.read`; InvalidRequest for what is not the current version of a document.
    Unavailable when the history grew in this moment.
    """
    caller = read(access_token, dependencies, issuer=issuer, now=now)
    account = caller.account
    if found := [*faults(request.accepted, dependencies.suppliers.named(account.supplier))]:
        raise InvalidRequest(found)
    known = {(each.document, each.version) for each in caller.accepted}
    given = dict.fromkeys((each.document, each.version) for each in request.accepted)
    new = tuple(Acceptance(*each, now) for each in given if each not in known)
    if not new:
        return caller
    if not dependencies.agreements.accept(account.supplier, account.account_id, caller.accepted, new, now=now):
        raise Unavailable
    dependencies.activity.note(
        account.supplier, account.account_id, "document_accepted", caller.origin(network), now=now
    )
    return caller._replace(accepted=(*caller.accepted, *new))
