"""What has happened to an account without changing an item that says so: an item of its own, for its stream record.

Mails and events come from that record; the item is of no use after it.
"""

import secrets
from typing import Literal

from utenza.dynamodb import Write, put

KEPT = 86_400  # seconds

type Noted = Literal["SessionEnded", "DocumentAccepted", "ContactChanged", "AccountUnused"]


def noted(table: str, supplier: str, kind: Noted, account_id: str, *, now: int, **more: str) -> Write:
    """Return the write that has an event published, for the transaction of what it is about; ids alone, no more."""
    item = {"pk": f"{supplier}#noted#{secrets.token_hex(16)}", "kind": kind, "account_id": account_id}
    return put(table, {**item, **more, "expires_at": now + KEPT})
