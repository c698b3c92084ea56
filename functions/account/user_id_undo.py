"""Whoever lost the user id to a thief takes it back with the code from the mail to the old address, without a login."""

import secrets

from account.flow import Dependencies
from account.schemas import UndoRequest
from utenza.errors import CodeInvalid, Unavailable, UserIdTaken
from utenza.identifiers import email
from utenza.limits.subjects import of_source
from utenza.parallel import gather
from utenza.tables.accounts import Account
from utenza.tables.activity import Origin
from utenza.tables.objections import supplier_of
from utenza.tables.user_ids import History, Undo

_ROUNDS = 3


def undo(request: UndoRequest, dependencies: Dependencies, *, source: str, now: int, network: str = "") -> str:
    """Give the account its user id back, end every session, and return its id; the password has to be recovered.

    Every other code of the account ends too: whoever had the account meanwhile cannot take it back. A repeated call
    finds it restored. Raises TooManyAttempts, or CodeInvalid for whatever else was typed: a code that has expired or
    has been overtaken, of an account that is not active, or of an address that belongs to another account by now.
    """
    typed = request.undo_code
    supplier = supplier_of(typed, [supplier.id for supplier in dependencies.suppliers])
    sources = of_source(supplier, "undo-source", source, dependencies.per_source)
    _, found = gather(
        lambda: dependencies.attempts.count(*sources, now=now),
        lambda: dependencies.user_ids.find_undo(supplier, typed, now=now),
    )
    for _ in range(_ROUNDS):
        account = dependencies.accounts.get(supplier, found.account_id if found else "")
        if found is None or account is None or account.status != "active":
            raise CodeInvalid("undo_code")
        if _restore(found, account, dependencies, network=network, now=now):
            return account.account_id
    raise Unavailable  # the account changed each time


def _restore(found: Undo, account: Account, dependencies: Dependencies, *, network: str, now: int) -> bool:
    """Take the change back; return whether that is done, False when the account changed in this moment."""
    history, login, password_hash = gather(
        lambda: dependencies.user_ids.history_of(account.supplier, account.account_id, now=now),
        lambda: dependencies.accounts.login_of(account.supplier, email.key(account.user_id)),
        lambda: dependencies.hasher.hash(secrets.token_urlsafe(32)),  # a password that nobody has
    )
    if _is_restored(found, account, history):
        return True
    former = history.of(found.generation)
    if former is None:
        raise CodeInvalid("undo_code")
    if login is None or login.account_id != account.account_id:
        return False
    also = (
        dependencies.pending_user_ids.ended(account.supplier, account.account_id),
        dependencies.activity.noted(
            account.supplier, account.account_id, "user_id_undone", Origin("", network), now=now
        ),
    )
    try:
        return dependencies.user_ids.restore(account, login, found, former, password_hash, now=now, also=also)
    except UserIdTaken:
        raise CodeInvalid("undo_code") from None


def _is_restored(found: Undo, account: Account, history: History) -> bool:
    """Tell whether this code did it before, and nothing has happened to the account since."""
    return (history.undone, history.restored) == (found.generation, account.generation)
