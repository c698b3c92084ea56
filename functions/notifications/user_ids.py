"""The mails about a change of user id: to the new address, to the owner of a taken one, and to the old address."""

from notifications.changes import Notification
from notifications.dependencies import Addressed, Dependencies
from utenza.identifiers import email
from utenza.tables.accounts import Account
from utenza.tables.pending_user_ids import PendingUserId
from utenza.tables.user_ids import Undo
from utenza.tokens import email_codes


def code_of_change(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write the code to the new address, as long as the change waits and has a key."""
    pending = _waiting(notification, dependencies, now)
    key = pending and email_codes.key_of(pending.code_key, dependencies.keys, now=now)
    account = dependencies.accounts.get(notification.supplier, notification.subject["account_id"])
    if not pending or not key or account is None:
        return None
    code = email_codes.code_for("user_id", pending.change_id, key)
    values = {"code": code, "customer_code": _codes_of(account)}
    return Addressed(pending.user_id, pending.language, values)


def taken(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write to the owner of the address that somebody wants, at the address as the owner has it."""
    pending = _waiting(notification, dependencies, now)
    login = pending and dependencies.accounts.login_of(notification.supplier, email.key(pending.user_id))
    account = login and dependencies.accounts.get(notification.supplier, login.account_id)
    if not account or account.status != "active":
        return None
    return Addressed(account.user_id, account.language, account_id=account.account_id)


def left(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write to the address before how to take the change back, as long as that is possible."""
    supplier, account_id = notification.supplier, notification.subject["account_id"]
    undo = Undo(account_id, int(notification.subject["generation"]))
    account = dependencies.accounts.get(supplier, account_id)
    former = dependencies.user_ids.history_of(supplier, account_id, now=now).of(undo.generation)
    if account is None or former is None:
        return None
    page = dependencies.suppliers.named(supplier).mail.get("undo_page")
    if not page:
        return Addressed(former.user_id, account.language)
    undo_code = dependencies.user_ids.issue_undo(supplier, undo, now=now)
    values = {"undo_page": page, "undo_code": undo_code, "customer_code": _codes_of(account)}
    return Addressed(former.user_id, account.language, values, text="user_id_left_undo")


def withdrawn(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write to the address that an undo has taken away again."""
    supplier, account_id = notification.supplier, notification.subject["account_id"]
    account = dependencies.accounts.get(supplier, account_id)
    history = dependencies.user_ids.history_of(supplier, account_id, now=now)
    return Addressed(history.withdrawn, account.language) if account and history.withdrawn else None


def _codes_of(account: Account) -> str:
    return ", ".join(account.customers) or "-"


def _waiting(notification: Notification, dependencies: Dependencies, now: int) -> PendingUserId | None:
    supplier, account_id = notification.supplier, notification.subject["account_id"]
    pending = dependencies.pending_user_ids.waiting_for(supplier, account_id, now=now)
    return pending if pending and pending.change_id == notification.subject["id"] else None
