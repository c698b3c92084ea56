"""A frozen account: nobody logs in or recovers its password, every session has ended, and nothing is lost.

It stays so until an operator has found out whose it is. `frozen_at` stays after that: an objection is good once.
"""

from utenza.dynamodb import Value, Write, update
from utenza.tables import keys


def freezing(table: str, supplier: str, account_id: str, email_key: str, *, now: int) -> tuple[Write, Write]:
    """Return the writes that freeze an active account and, by a new generation, end every session."""
    values: dict[str, Value] = {"active": "active", "frozen": "frozen", "one": 1}
    change = "SET #status = :frozen, #generation = #generation + :one"
    return (
        update(
            table,
            keys.account(supplier, account_id),
            f"{change}, #frozen_at = :now",
            condition="#status = :active",
            values=values | {"now": now},
        ),
        update(
            table,
            keys.email(supplier, email_key),
            change,
            condition="#account_id = :account AND #status = :active",
            values=values | {"account": account_id},
        ),
    )


def unfreezing(table: str, supplier: str, account_id: str, email_key: str) -> tuple[Write, Write]:
    """Return the writes that make a frozen account active again; its sessions stay ended."""
    values = {"active": "active", "frozen": "frozen"}
    return (
        update(
            table,
            keys.account(supplier, account_id),
            "SET #status = :active",
            condition="#status = :frozen",
            values=values,
        ),
        update(
            table,
            keys.email(supplier, email_key),
            "SET #status = :active",
            condition="#account_id = :account AND #status = :frozen",
            values=values | {"account": account_id},
        ),
    )
