"""The streams of the Customers table and of accounts: these follow what the import changed, seconds later.

What closed accounts leave behind is cleaned up. Who holds another supply that nobody has registered is offered it.

What fails because of AWS comes again, in order, for a day. What no second try helps holds nothing up: it goes to the
dead letters, in ids alone, and once the record is put right it comes back from there by the queue. To synchronise twice
is to synchronise once.
"""

import json
import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from customer_sync import flow, offers
from customer_sync.changes import Change, Images, change_of, images_of
from utenza.batches import in_order, may_pass
from utenza.clients import client
from utenza.dynamodb import database
from utenza.limits.outages import OUTAGES
from utenza.observability import Event, count, log, log_failure, traced
from utenza.resources import UsesAccounts, UsesCustomers, UsesKeyRing
from utenza.tables.activation_codes import ActivationCodes
from utenza.tables.activity import Activity
from utenza.tables.closures import Closures
from utenza.tables.offers import Offers

_QUEUE = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


class Settings(UsesCustomers, UsesAccounts, UsesKeyRing):
    activity_table: str
    dead_customer_changes: str  # the address of the queue


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
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401 - Lambda's partial answer
    dependencies()  # a function that cannot start sets no record aside
    if event["Records"][0].get("eventSource") == "aws:sqs":
        return process_partial_response(event=event, record_handler=_again, processor=_QUEUE, context=context)
    return in_order(DynamoDBStreamEvent(event).records, _synchronise)


class NotDone(Exception):
    """A change is not worked off. Why is in the log, without what was read."""


def _again(record: SQSRecord) -> None:
    """Work off what was set aside, as things are now; what fails again goes back to the dead letters by itself."""
    try:
        _work_off(Change.model_validate_json(record.body), Images(), record.message_id)
    except Exception as error:  # noqa: BLE001 - the messages beside this one shall not come again
        log_failure(error, record=record.message_id)
        raise NotDone from None


def _synchronise(record: DynamoDBRecord) -> None:
    change, event_id = None, record.event_id or ""
    try:
        change = change_of(record, Settings.load().customers_table)
        if change is not None:
            _work_off(change, images_of(record), event_id)
    except Exception as error:
        if may_pass(error):
            raise
        log_failure(error, record=event_id)
        _set_aside(change, event_id)


def _set_aside(change: Change | None, event_id: str) -> None:
    body = change.model_dump_json() if change else json.dumps({"unreadable": event_id})
    client("sqs").send_message(QueueUrl=Settings.load().dead_customer_changes, MessageBody=body)


def _work_off(change: Change, images: Images, record: str) -> None:
    now, supplier = int(time.time()), change.supplier
    if change.kind == "closing":
        flow.clean_up(supplier, change.account_id, change.customers, dependencies())
        return
    for code in change.customers:
        if change.kind == "record":
            _follow(change, code, images, record, now)
        elif change.kind == "account":
            _report(flow.synchronise(supplier, code, dependencies(), before=None, now=now), record)
        else:  # a customer is in an account, or not any more
            _offer(record, supplier, code, account_id=change.account_id, now=now)


def _follow(change: Change, code: str, images: Images, record: str, now: int) -> None:
    """Bring up to date whatever a customer's record matters to."""
    supplier, (before, after, was_there) = change.supplier, images
    if was_there:  # before all that reads: a code of a former holder is not good, whatever the record is now
        flow.withdraw_activation_code(
            supplier, code, dependencies(), before=before, record=after, changed_at=change.at or now, now=now
        )
    done = flow.synchronise(supplier, code, dependencies(), before=before, now=now)
    _report(done, record)
    account_id, known = done.account_id if done else "", (before, after) if before or after else ()
    _offer(record, supplier, code, records=known, account_id=account_id, now=now)


def _offer(record: str, supplier: str, code: str, **known: Any) -> None:  # noqa: ANN401 - of `refresh`
    """Bring offers up to date. They look at other records and accounts, and are hints alone.

    So a fault in one of those holds up no change of holder behind this one; an outage is tried again.
    """
    try:
        offers.refresh(supplier, code, dependencies(), **known)
    except OUTAGES:
        raise
    except Exception as failure:  # noqa: BLE001 - whatever it is
        log_failure(failure, record=record)


def _report(done: flow.Synchronised | None, record: str) -> None:
    if done is None:
        return
    event: Event = "customer_unlinked" if done.outcome == "unlinked" else "customer_synchronised"
    log(event, account=done.account_id, record=record)
    if done.outcome == "unlinked":
        count("CustomersUnlinked")
