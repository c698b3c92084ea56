"""What is held about a person, as JSON, for who asks the supplier for it in writing.

It is what operators may read: phone and question are in the customer's own export alone
(`functions/account/export.py`).
"""

import json
from datetime import UTC, datetime
from typing import Any

from tools.accounts.deployment import Deployment
from utenza.customers.record import CustomerSummary
from utenza.tables import keys
from utenza.tables.accounts import Account
from utenza.tables.activity import Activity, Entry

# The operators' policy in template.yaml lists the same attribute: a test compares.
ACCEPTED_ATTRIBUTES = ("history",)
_LEFT_OUT = ["phone", "security_question"]


def collect(deployment: Deployment, account: Account, *, now: int) -> str:
    """Return the JSON; times are ISO 8601 in UTC, `left_out` names what only the customer can read."""
    found = deployment.db.get(
        deployment.accounts, keys.accepted(account.supplier, account.account_id), only=ACCEPTED_ATTRIBUTES
    )
    activity = Activity(deployment.db, deployment.activity)
    held = {
        "exported_at": _iso(now),
        "account": {
            "account_id": account.account_id,
            "supplier": account.supplier,
            "status": account.status,
            "user_id": account.user_id,
            "language": account.language,
            "created_at": _iso(account.created_at),
            "last_login_at": _iso_or_none(account.last_login_at),
            "email_status": account.email_status,
            "without_supply_since": _iso_or_none(account.without_supply_since),
            "warned_times": account.warned.times,
            "warned_since": _iso_or_none(account.warned.since),
            "closes_at": _iso_or_none(account.warned.closes_at),
            "offered": [{"customer_code_end": end} for end in account.offered],
        },
        "customers": [_customer(summary) for summary in account.summaries],
        "accepted": [
            {"document": each["document"], "version": each["version"], "accepted_at": _iso(each["accepted_at"])}
            for each in (found or {}).get("history", ())
        ],
        "activity": [_event(entry) for entry in activity.all_of(account.supplier, account.account_id, now=now)],
        "left_out": _LEFT_OUT,
    }
    return json.dumps(held, ensure_ascii=False, indent=2)


def _customer(summary: CustomerSummary) -> dict[str, Any]:
    shown = ("code", "kind", "name", "status", "role")
    return {name: getattr(summary, name) for name in shown}


def _event(entry: Entry) -> dict[str, Any]:
    shown = {"at": _iso(entry.at), "kind": entry.kind, "device": entry.device, "network": entry.network}
    return shown | ({"failed_attempts": entry.failed} if entry.failed else {})


def _iso_or_none(seconds: int) -> str | None:
    return _iso(seconds) if seconds else None


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
