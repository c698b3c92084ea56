"""Mails about logins and further supplies: whom they are for, and what they say, as things are now."""

from collections.abc import Callable, Mapping
from datetime import date

from notifications.changes import Notification
from notifications.dependencies import Addressed, Dependencies
from utenza.http.user_agents import in_words
from utenza.identifiers import email
from utenza.tokens import email_codes
from utenza.tokens.holder import is_held_by


def _new_login(notification: Notification, dependencies: Dependencies, _now: int) -> Addressed | None:
    """Tell of a login from a kind of device, or a network, that the account never had; never of its first one."""
    supplier, account_id = notification.supplier, notification.subject["account_id"]
    entry = dependencies.activity.new_origin(supplier, account_id, notification.subject["entry"])
    account = dependencies.accounts.get(supplier, account_id) if entry else None
    if entry is None or account is None or account.status != "active":
        return None
    device = in_words(entry.device, account.language)
    return Addressed(account.user_id, account.language, {"device": device}, account.account_id)


def _supply_code(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Write to the address that the CRM has, while the record's holder is still the one that was typed."""
    supplier, link_id = notification.supplier, notification.subject["id"]
    link = dependencies.supply_links.waiting_for(supplier, link_id, now=now)
    customer = dependencies.customers.find(supplier, link.customer_code) if link else None
    code_key = email_codes.key_of(link.code_key, dependencies.keys, now=now) if link else None
    if link is None or customer is None or code_key is None or not email.is_valid(customer.email):
        return None
    if not is_held_by(link.holder, customer, dependencies.keys.lasting(now=now)):
        return None
    values = {"code": email_codes.code_for("supply", link_id, code_key), "customer_code": customer.code}
    return Addressed(customer.email, link.language, values)


def _owner(notification: Notification, dependencies: Dependencies, _now: int) -> Addressed | None:
    account = dependencies.accounts.get(notification.supplier, notification.subject["account_id"])
    if account is None or account.status != "active":
        return None
    values = {"customer_code": notification.subject["customer_code"]}
    return Addressed(account.user_id, account.language, values, account.account_id)


def _unused(notification: Notification, dependencies: Dependencies, _now: int) -> Addressed | None:
    """Warn of the day on which the account closes, unless somebody logged in since."""
    account = dependencies.accounts.get(notification.supplier, notification.subject["account_id"])
    if account is None or account.status != "active" or account.last_login_at > account.warned.since:
        return None
    is_offered = account.language in dependencies.suppliers.named(account.supplier).languages
    closes_on = date.fromisoformat(notification.subject["closes_on"])
    values = {"date": written(closes_on, account.language if is_offered else "it")}
    return Addressed(account.user_id, account.language, values, account.account_id)


def written(day: date, language: str) -> str:
    """Return a day as it is written in Italian, English or German."""
    if language == "en":
        return f"{day.day} {day:%B %Y}"
    return f"{day:%d.%m.%Y}" if language == "de" else f"{day:%d/%m/%Y}"


def _elsewhere(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    """Tell the address that the CRM has, when it is another than the account's, who sees the supply now."""
    owner, code = _owner(notification, dependencies, now), notification.subject["customer_code"]
    customer = dependencies.customers.find(notification.supplier, code)
    if owner is None or customer is None or not email.is_another(customer.email, owner.to):
        return None
    return Addressed(customer.email, owner.language, owner.values)


def _linked_elsewhere(notification: Notification, dependencies: Dependencies, now: int) -> Addressed | None:
    return _elsewhere(notification, dependencies, now) if dependencies.notifies_of_claims else None


EMAILS: Mapping[str, Callable[[Notification, Dependencies, int], Addressed | None]] = {
    "new_login": _new_login,
    "supply_code": _supply_code,
    "supply_linked": _owner,
    "supply_linked_elsewhere": _linked_elsewhere,
    "supply_delegated": _elsewhere,
    "supply_unlinked": _owner,
    "delegate_removed": _owner,
    "supply_over": _owner,
    "account_unused": _unused,
}
