"""The streams of the Customers table and of accounts: these follow what the import changed, seconds later.

What closed accounts leave behind is cleaned up. Who holds another supply that nobody has registered is offered it.

A batch that fails comes again as a whole: to synchronise twice is to synchronise once.
"""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, StreamRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from customer_sync import flow, offers
from utenza.dynamodb import database
from utenza.limits.outages import OUTAGES
from utenza.observability import Event, count, log, log_failure, traced
from utenza.resources import UsesAccounts, UsesCustomers, UsesKeyRing
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.activity import Activity
from utenza.tables.closures import Closures
from utenza.tables.customers import from_item
from utenza.tables.offers import Offers


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
        Offers(database(), settings.accounts_table),
        ActivationCodes(database(), settings.accounts_table),
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
    if "code" not in image:  # that a customer is in an account, or not any more; or a registration that waits
        supplier, is_in_account, code = image["pk"].partition("#customer#")
        if is_in_account:
            _offer(record, supplier, code, account_id=image["account_id"], now=now)
        return
    _follow(change, record, now)


def _follow(change: StreamRecord, record: DynamoDBRecord, now: int) -> None:
    """Bring up to date whatever a customer's record matters to."""
    before, after = (from_item(image) if image else None for image in (change.old_image, change.new_image))
    found = before or after
    if found is None:
        raise ValueError("a record of the stream without an image")
    done = flow.synchronise(found.supplier, found.code, dependencies(), before=before, now=now)
    _report(done, record)
    if before is not None:
        changed_at = int(change.approximate_creation_date_time or now)
        flow.withdraw_activation_code(before, after, dependencies(), changed_at=changed_at, now=now)
    account_id = done.account_id if done else ""
    _offer(record, found.supplier, found.code, records=(before, after), account_id=account_id, now=now)


def _offer(record: DynamoDBRecord, supplier: str, code: str, **known: Any) -> None:  # noqa: ANN401 - of `refresh`
    """Bring offers up to date. They look at other records and accounts, and are hints alone.

    So a fault in one of those holds up no change of holder behind this one; an outage is tried again.
    """
    try:
        offers.refresh(supplier, code, dependencies(), **known)
    except OUTAGES:
        raise
    except Exception as failure:  # noqa: BLE001 - whatever it is
        log_failure(failure, record=record.event_id or "")


def _report(done: flow.Synchronised | None, record: DynamoDBRecord) -> None:
    if done is None:
        return
    event: Event = "customer_unlinked" if done.outcome == "unlinked" else "customer_synchronised"
    log(event, account=done.account_id, record=record.event_id or "")
    if done.outcome == "unlinked":
        count("CustomersUnlinked")
