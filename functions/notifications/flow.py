"""Delivers a notification: finds whom it is for and what it says, as things are now; sends an e-mail or an event."""

from collections.abc import Callable, Mapping
from typing import Literal, cast

from notifications import account_emails, user_ids
from notifications.budgets import Withheld
from notifications.changes import Notification
from notifications.dependencies import Addressed, Dependencies
from notifications.emails import compose
from notifications.expiry import has_expired
from utenza.customers.record import Customer
from utenza.identifiers import email
from utenza.tables.accounts import Account
from utenza.tables.changes import KINDS, ChangeKind, NewChange
from utenza.tables.objections import Objection
from utenza.tables.pending import Pending
from utenza.tokens import email_codes
from utenza.tokens.holder import is_held_by

SCHEMA_VERSION = 2  # of what an event says: docs/events.md
_SAID = ("customer_code", "role", "document", "version")  # what an event says of its subject beside the account

type Outcome = Literal["delivered", "nobody", "expired"] | Withheld


def deliver(notification: Notification, dependencies: Dependencies, *, now: int) -> Outcome:
    """Send the e-mail or the event.

    Return "nobody" where there is none to send it to any more, or nothing to say; "expired" where the code is over;
    else the budget that withholds it.
    """
    if notification.kind == "OperatorAction":
        return _publish_audit(notification, dependencies)
    if notification.is_event:
        return "delivered" if _publish(notification, dependencies, now) else "nobody"
    sender = dependencies.sender
    mail = sender and _EMAILS[notification.kind](notification, dependencies, now)
    if not sender or not mail:
        return "expired" if sender and has_expired(notification, now=now) else "nobody"
    supplier = dependencies.suppliers.named(notification.supplier)
    text = compose(mail.text or notification.kind, supplier, mail.language, mail.values)
    tags = {"supplier": supplier.id} | ({"account": mail.account_id} if mail.account_id else {})

    def send() -> None:
        sender.send(supplier, mail.to, text, tags)

    return dependencies.budgets.send(notification, mail.to, send, now=now) or "delivered"


def _publish(notification: Notification, dependencies: Dependencies, now: int) -> bool:
    """Record what the CRM learns, and publish the event, with the number of the record."""
    account = dependencies.accounts.get(notification.supplier, notification.subject["account_id"])
    if account is None:
        return False
    detail: dict[str, object] = {
        "schema_version": SCHEMA_VERSION,
        "supplier": account.supplier,
        "account_id": account.account_id,
        "customers": list(account.customers),
    }
    if notification.kind in KINDS:
        detail["change"] = _record(notification, dependencies, now)
    if notification.kind == "EmailUndeliverable":
        detail["email_status"] = account.email_status
    said = {name: value for name, value in notification.subject.items() if name in _SAID}
    dependencies.bus.put(notification.kind, detail | said, at=notification.at)
    return True


def _record(notification: Notification, dependencies: Dependencies, now: int) -> int:
    subject, name = notification.subject, f"{notification.event_id} {notification.kind}"
    kind = cast(ChangeKind, notification.kind)  # one of KINDS
    change = NewChange(kind, subject["account_id"], notification.at, subject.get("customer_code", ""))
    return dependencies.changes.record(notification.supplier, name, change, now=now)


def _publish_audit(notification: Notification, dependencies: Dependencies) -> Outcome:
    """Publish what an operator did; an audit entry never changes, so the notification says all of it."""
    detail = {"schema_version": SCHEMA_VERSION, "supplier": notification.supplier, **notification.subject}
    dependencies.bus.put(notification.kind, detail, at=notification.at)
    return "delivered"


def _confirmation(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    pending = _pending(notification, dependencies, now)
    key = pending and email_codes.key_of(pending.code_key, dependencies.keys, now=now)
    if not pending or not key:  # without its key no code would fit
        return None
    code = email_codes.code_for("confirmation", notification.subject["id"], key)
    return Addressed(
        pending.registration.user_id,
        pending.registration.language,
        {"code": code, "customer_code": notification.subject["customer_code"]},
    )


def _pending(notification: Notification, dependencies: Dependencies, now: int) -> Pending | None:
    return dependencies.pending.waiting_for(
        notification.supplier, notification.subject["customer_code"], notification.subject["id"], now=now
    )


def _taken(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    pending = _pending(notification, dependencies, now)
    login = pending and dependencies.accounts.login_of(notification.supplier, pending.registration.email_key)
    return (
        _to_account(notification.supplier, login.account_id, dependencies)
        if login and login.status == "active"
        else None
    )


def _recovery(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    recovery = dependencies.recoveries.waiting_for(
        notification.supplier, notification.subject["address"], notification.subject["id"], now=now
    )
    key = recovery and email_codes.key_of(recovery.code_key, dependencies.keys, now=now)
    login = recovery and dependencies.accounts.login_of(notification.supplier, recovery.email_key)
    if not key or not login or login.status != "active":
        return None
    account = dependencies.accounts.get(notification.supplier, login.account_id)
    values = {
        "code": email_codes.code_for("recovery", notification.subject["id"], key),
        "long_code": email_codes.long_code_for("recovery", notification.subject["id"], key),
        "customer_code": ", ".join(account.customers) or "-" if account else "",
    }
    return _to(account, values)


def _reclaim(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write to the address that the CRM has, while things are as they were when the reclaim began."""
    supplier, reclaim_id = notification.supplier, notification.subject["id"]
    reclaim = dependencies.reclaims.waiting_for(supplier, reclaim_id, now=now)
    if reclaim is None:
        return None
    account = dependencies.accounts.get(supplier, reclaim.account_id)
    customer = dependencies.customers.find(supplier, reclaim.customer_code)
    key, code_key = dependencies.keys.lasting(now=now), email_codes.key_of(reclaim.code_key, dependencies.keys, now=now)
    if code_key is None or account is None or customer is None or reclaim.customer_code not in account.customers:
        return None
    if not is_held_by(reclaim.holder, customer, key) or not email.is_another(customer.email, account.user_id):
        return None
    values = {"code": email_codes.code_for("reclaim", reclaim_id, code_key), "customer_code": customer.code}
    return Addressed(customer.email, reclaim.language, values)


def _owner(notification: Notification, dependencies: Dependencies, _now: int) -> Addressed | None:
    return _to_account(notification.supplier, notification.subject["account_id"], dependencies)


def _unlinked(notification: Notification, dependencies: Dependencies, _now: int) -> Addressed | None:
    values = {"customer_code": notification.subject["customer_code"]}
    return _to_account(notification.supplier, notification.subject["account_id"], dependencies, values)


def _closed(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write to the address that the account had; what comes back from there is no matter of the account any more."""
    farewell = dependencies.closures.farewell_to(notification.supplier, notification.subject["account_id"], now=now)
    if farewell is None:
        return None
    text = f"account_closed_{farewell.cause}" if farewell.cause else ""
    return Addressed(farewell.user_id, farewell.language, text=text)


def _reminder(notification: Notification, dependencies: Dependencies, _now: int) -> Addressed | None:
    account = dependencies.accounts.get(notification.supplier, notification.subject["account_id"])
    return _to(account, {"user_id": account.user_id}) if account else None


def _claim(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write to the address that the CRM has: its code says that whoever registers is the customer."""
    code, pending_id = notification.subject["customer_code"], notification.subject["id"]
    pending = _pending(notification, dependencies, now)
    key = pending and email_codes.key_of(pending.code_key, dependencies.keys, now=now)
    customer = dependencies.customers.find(notification.supplier, code)
    if not pending or not key or customer is None or not email.is_valid(customer.email):
        return None
    values = {"code": email_codes.code_for("claim", pending_id, key), "customer_code": code}
    return Addressed(customer.email, pending.registration.language, values)


def _elsewhere(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write to the address that the CRM has, when it is another than the one just registered, how to object."""
    account = dependencies.accounts.get(notification.supplier, notification.subject["account_id"])
    customer = _known_elsewhere(account, dependencies)
    if account is None or customer is None or account.frozen_at or not dependencies.notifies_of_claims:
        return None
    values = {"customer_code": customer.code}
    page = dependencies.suppliers.named(account.supplier).mail.get("objection_page")
    if not page:
        return Addressed(customer.email, account.language, values)
    objection = Objection(account.account_id, customer.code)
    code = dependencies.objections.issue(account.supplier, objection, now=now)
    values |= {"objection_page": page, "objection_code": code}
    return Addressed(customer.email, account.language, values, text="registered_elsewhere_objection")


def _frozen(notification: Notification, dependencies: Dependencies, _now: int) -> Addressed | None:
    account = dependencies.accounts.get(notification.supplier, notification.subject["account_id"])
    if account is None or account.status != "frozen":
        return None
    return Addressed(account.user_id, account.language, {}, account.account_id)


def _frozen_elsewhere(notification: Notification, dependencies: Dependencies, _now: int) -> Addressed | None:
    account = dependencies.accounts.get(notification.supplier, notification.subject["account_id"])
    customer = _known_elsewhere(account, dependencies)
    if account is None or customer is None or account.status != "frozen":
        return None
    return Addressed(customer.email, account.language, {"customer_code": customer.code})


def _known_elsewhere(account: Account | None, dependencies: Dependencies) -> Customer | None:
    """Return an account's customer if the CRM knows them by another address that can be written to."""
    if account is None or account.status == "closed" or not account.customers:
        return None
    customer = dependencies.customers.find(account.supplier, account.customers[0])
    if customer is None or not email.is_another(customer.email, account.user_id):
        return None
    return customer


def _to_account(
    supplier: str, account_id: str, dependencies: Dependencies, values: Mapping[str, str] = {}
) -> Addressed | None:
    return _to(dependencies.accounts.get(supplier, account_id), values)


def _to(account: Account | None, values: Mapping[str, str]) -> Addressed | None:
    if account is None or account.status != "active":
        return None
    return Addressed(account.user_id, account.language, values, account.account_id)


_EMAILS: Mapping[str, Callable[[Notification, Dependencies, int], Addressed | None]] = {
    "confirmation_code": _confirmation,
    "claim_code": _claim,
    "address_taken": _taken,
    "recovery_code": _recovery,
    "reclaim_code": _reclaim,
    "user_id_reminder": _reminder,
    "welcome": _owner,
    "registered_elsewhere": _elsewhere,
    "account_frozen": _frozen,
    "account_frozen_elsewhere": _frozen_elsewhere,
    "account_unfrozen": _owner,
    "password_changed": _owner,
    "question_changed": _owner,
    "customer_unlinked": _unlinked,
    "customer_reclaimed": _unlinked,
    "customer_removed": _unlinked,
    "account_closed": _closed,
    "user_id_code": user_ids.code_of_change,
    "user_id_taken": user_ids.taken,
    "user_id_changed": _owner,
    "user_id_left": user_ids.left,
    "user_id_restored": _owner,
    "user_id_withdrawn": user_ids.withdrawn,
    "sessions_ended": _owner,
    "session_reused": _owner,
    **account_emails.EMAILS,
}
