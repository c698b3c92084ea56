"""Bounces and complaints, as SES publishes them: which account they are about, and what they say of its address."""

from collections.abc import Mapping
from typing import Any

from utenza.identifiers import email
from utenza.tables.accounts import Account, Accounts, EmailStatus


def mark(event: Mapping[str, Any], accounts: Accounts) -> EmailStatus | None:
    """Mark the account and return how; None for soft bounces and mails to no account, or to an address that it left."""
    status = _status(event)
    tags = event["mail"].get("tags", {})
    supplier, account = (next(iter(tags.get(name, [])), "") for name in ("supplier", "account"))
    if status is None or not supplier or not account:
        return None
    found = accounts.get(supplier, account)
    to = event["mail"].get("destination") or [""]
    if found is None or not _is_of(found, to[0]):
        return None
    accounts.note_email_status(found, status)
    return status


def _is_of(account: Account, address: str) -> bool:
    """Tell whether the account still has the address; a mail that came back late may be from before a change."""
    return bool(account.user_id) and email.is_valid(address) and not email.is_another(address, account.user_id)


def _status(event: Mapping[str, Any]) -> EmailStatus | None:
    match event:
        case {"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}}:
            return "bounced"
        case {"eventType": "Complaint"}:
            return "complained"
    return None
