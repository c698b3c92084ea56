"""What is held about a person, for that person.

Every part is one read beside the others. What else is held by then joins here: a read in `collect`, a member of
`Held`, and one of `export_schemas.ExportResponse`.
"""

from typing import NamedTuple

from account.flow import Caller, Dependencies, read_again
from account.schemas import ExportRequest
from utenza.errors import Unavailable
from utenza.identifiers import email
from utenza.parallel import gather
from utenza.tables.accounts import Login
from utenza.tables.activity import Entry
from utenza.tables.agreements import Acceptance
from utenza.tables.sessions import OpenSession
from utenza.tables.user_ids import History


class Held(NamedTuple):
    """Everything that is held beside what `caller` shows."""

    caller: Caller
    login: Login
    history: History
    accepted: tuple[Acceptance, ...]
    sessions: list[OpenSession]
    activity: list[Entry]


def collect(
    request: ExportRequest,
    access_token: str,
    dependencies: Dependencies,
    *,
    issuer: str,
    now: int,
    network: str = "",
) -> Held:
    """Return all that is held about the caller; raises as `identify_again`.

    Unavailable when the account changed in this moment.
    """
    caller = read_again(access_token, request.reauth_token, dependencies, issuer=issuer, now=now)
    account = caller.account
    supplier, account_id = account.supplier, account.account_id
    login, history, accepted, sessions, activity = gather(
        lambda: dependencies.accounts.login_of(supplier, email.key(account.user_id)),
        lambda: dependencies.user_ids.history_of(supplier, account_id, now=now),
        lambda: dependencies.agreements.history_of(supplier, account_id),
        lambda: dependencies.sessions.of_account(supplier, account_id, now=now),
        lambda: dependencies.activity.all_of(supplier, account_id, now=now),
    )
    if login is None or (login.account_id, login.generation) != (account_id, account.generation):
        raise Unavailable
    dependencies.activity.note(supplier, account_id, "exported", caller.origin(network), now=now)
    open_now = [session for session in sessions if session.generation == account.generation]
    return Held(caller, login, history, accepted, open_now, activity)
