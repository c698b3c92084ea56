"""Who has forgotten the user id: one item for each customer code that was asked for, known or not.

They lie beside the accounts, whose stream makes the mail of them.
"""

import hashlib
import secrets

from utenza.dynamodb import DynamoDb, Item, put

LIFETIME = 900  # seconds, after which the item is of no use


class Reminders:
    """`table` is that of the accounts."""

    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def request(self, supplier: str, customer_code: str, account_id: str | None, *, now: int) -> None:
        """Request a reminder for the account; for None everything is done but the mail."""
        item: Item = {
            "pk": f"{supplier}#reminder#{hashlib.sha256(customer_code.encode()).hexdigest()[:32]}",
            "reminder_id": secrets.token_hex(16),
            "account_id": account_id or "",
            "expires_at": now + LIFETIME,
        }
        # Whatever is there is an older reminder, or must not be written over.
        self._db.write(put(self._table, item, condition="attribute_not_exists(#pk) OR attribute_exists(#reminder_id)"))
