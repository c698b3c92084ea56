"""The streams of the Customers table and of accounts: these follow what the import changed, seconds later.

What closed accounts leave behind is cleaned up.

A batch that fails comes again as a whole: to synchronise twice is to synchronise once.
"""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from customer_sync import flow
from utenza.dynamodb import database
from utenza.observability import Event, count, log, traced
from utenza.resources import UsesAccounts, UsesCustomers, UsesKeyRing
from utenza.tables.activity import Activity
from utenza.tables.closures import Closures
from utenza.tables.customers import from_item


class Settings(UsesCustomers, UsesAccounts, UsesKeyRing):
    activity_table: str


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        settings.customers,
        settings.accounts,
        settings.keys,
        Closures(database(), settings.accounts_table),
        Activity(database(), settings.activity_table),
    )


@traced
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    for record in DynamoDBStreamEvent(event).records:
        _synchronise(record)


def _synchronise(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    if change is None:
        raise ValueError("a record of the stream without a change")
    now, image = int(time.time()), change.new_image or change.old_image
    if "closed_at" in image:
        flow.clean_up(image["supplier"], image["account_id"], image["customers"], dependencies())
        return
    if "customers" in image:  # a new account
        for code in image["customers"]:
            _report(flow.synchronise(image["supplier"], code, dependencies(), before=None, now=now), record)
        return
    before = from_item(change.old_image) if change.old_image else None
    _report(flow.synchronise(image["supplier"], image["code"], dependencies(), before=before, now=now), record)


def _report(done: flow.Synchronised | None, record: DynamoDBRecord) -> None:
    if done is None:
        return
    event: Event = "customer_unlinked" if done.outcome == "unlinked" else "customer_synchronised"
    log(event, account=done.account_id, record=record.event_id or "")
    if done.outcome == "unlinked":
        count("CustomersUnlinked")
