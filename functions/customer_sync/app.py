"""The stream of the Customers table: accounts follow what the import changed, seconds later.

A batch that fails comes again as a whole: to synchronise twice is to synchronise once.
"""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from customer_sync import flow
from utenza.customers.record import Customer
from utenza.observability import count, log, traced
from utenza.resources import UsesAccounts, UsesCustomers, UsesKeyRing
from utenza.tables.customers import from_item


class Settings(UsesCustomers, UsesAccounts, UsesKeyRing):
    pass


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(settings.customers, settings.accounts, settings.keys)


@traced
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    for record in DynamoDBStreamEvent(event).records:
        _synchronise(record)


def _synchronise(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    if change is None:
        raise ValueError("a record of the stream without a change")
    before = from_item(change.old_image) if change.old_image else None
    supplier, code = _named(before or from_item(change.new_image))
    done = flow.synchronise(supplier, code, dependencies(), before=before, now=int(time.time()))
    if done is None:
        return
    if done.outcome == "unlinked":
        log("customer_unlinked", account=done.account_id, record=record.event_id or "")
        count("CustomersUnlinked")
    else:
        log("customer_synchronised", account=done.account_id, record=record.event_id or "")


def _named(customer: Customer) -> tuple[str, str]:
    return customer.supplier, customer.code
