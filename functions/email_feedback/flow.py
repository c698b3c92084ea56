"""Bounces and complaints, as SES publishes them: which account they are about, and what they say of its address."""

from collections.abc import Mapping
from typing import Any

from utenza.tables.accounts import Accounts, EmailStatus


def mark(event: Mapping[str, Any], accounts: Accounts) -> EmailStatus | None:
    """Mark the account and return how; None for soft bounces, and for mails that went to no account."""
    status = _status(event)
    tags = event["mail"].get("tags", {})
    supplier, account = (next(iter(tags.get(name, [])), "") for name in ("supplier", "account"))
    if status is None or not supplier or not account:
        return None
    accounts.note_email_status(supplier, account, status)
    return status


def _status(event: Mapping[str, Any]) -> EmailStatus | None:
    match event:
        case {"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}}:
            return "bounced"
        case {"eventType": "Complaint"}:
            return "complained"
    return None
