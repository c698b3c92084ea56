"""The stream of the Customers table: what the import changes, accounts show seconds later.

A batch that fails comes again as a whole, in order: to follow twice is to follow once.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from customer_sync import flow
from utenza.concurrency import run
from utenza.customers.record import Customer
from utenza.dynamodb import DynamoDb, unmarshal
from utenza.observability import log
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.tables.customers import from_item


@cache
def accounts() -> Accounts:
    return Accounts(DynamoDb(), Settings().text("ACCOUNTS_TABLE"))


def handler(event: dict[str, Any], _context: object) -> None:
    for record in event["Records"]:
        account_id = run(flow.follow(_customer(record["dynamodb"]), accounts()))
        if account_id is not None:
            log("record_followed", account=account_id, record=record["eventID"])


def _customer(change: Mapping[str, Any]) -> Customer:
    """Return the record as it is now; one that the CRM has no longer is closed."""
    if "NewImage" in change:
        return from_item(unmarshal(change["NewImage"]))
    return from_item(unmarshal(change["OldImage"]))._replace(status="closed")
