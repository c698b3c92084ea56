"""What operators do to accounts: who did what, to which account or customer, and why. Ids alone, nothing of a customer.

An entry lies beside the accounts and is written in the transaction of the change itself, so there is no change without
an entry. The stream makes an event of it.
"""

import secrets
from typing import Literal, NamedTuple

from utenza.dynamodb import Item, Write, put

LIFETIME = 5 * 365 * 86_400  # seconds
AUDITED = ("action", "operator", "reason", "account_id", "customer_code")

type Action = Literal["close", "freeze", "unfreeze", "end_sessions", "unlink", "activation_code", "export", "restore"]


class AuditEntry(NamedTuple):
    """`operator` is the ARN of the caller, `reason` a text without personal data; an id that plays no part is empty."""

    supplier: str
    action: Action
    operator: str
    reason: str
    account_id: str = ""
    customer_code: str = ""


def audited(table: str, entry: AuditEntry, *, now: int) -> Write:
    """Return the write that leaves an entry in the table of the accounts, for a transaction."""
    item: Item = {
        "pk": f"{entry.supplier}#audit#{secrets.token_hex(16)}",
        "at": now,
        "expires_at": now + LIFETIME,
        **{name: getattr(entry, name) or None for name in AUDITED},
    }
    return put(table, item, condition="attribute_not_exists(#pk)")
