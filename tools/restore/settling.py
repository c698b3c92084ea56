"""An older table that becomes the stack's: what was closed or frozen since is closed and frozen in it again.

It is done before the table has a stream, so that nobody is told once more.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tools.restore.since import CLOSED, Since
from utenza.dynamodb import DynamoDb
from utenza.identifiers import email
from utenza.tables.accounts import Accounts
from utenza.tables.closures import Closures


class Settled(NamedTuple):
    """What was done to an account: "closed", "frozen", or "look": somebody has to see what became of it."""

    account_id: str
    done: str


def settle(db: DynamoDb, table: str, supplier: str, since: Since, *, now: int) -> Iterator[Settled]:
    """Settle what the accounts of a supplier went through since; it may be done again at any time."""
    accounts, closures = Accounts(db, table), Closures(db, table)
    for account_id, kinds in sorted(since.changed.items()):
        account = accounts.get(supplier, account_id)
        if account is None or account.status == "closed":
            continue  # it was registered since, and is lost, or has been settled
        key = email.key(account.user_id)
        if CLOSED in kinds:
            if closures.close(account, key, now=now):
                yield Settled(account_id, "closed")
            continue
        if "AccountFrozen" in kinds and account.status == "active":
            accounts.freeze(account, key, now=now)
            yield Settled(account_id, "frozen")
        yield Settled(account_id, "look")
