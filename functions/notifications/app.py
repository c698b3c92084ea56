"""Two sources of work: the stream of the Accounts table, and the queue of what could not be delivered at once.

A notice that cannot be delivered goes to the queue and holds nothing up; from there it is tried again, and in the end
it waits in the dead-letter queue. Each notice is delivered once, however often its record arrives.
"""

import json
import os
import time
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from notifications import flow
from notifications.changes import Change, Notification, notifications_of
from notifications.senders import EventBridgeBus, SesMailer
from utenza import suppliers
from utenza.concurrency import run
from utenza.dynamodb import DynamoDb
from utenza.observability import log, log_failure
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tables.pending import PendingRegistrations
from utenza.tables.recoveries import Recoveries
from utenza.tokens.keys import KeyRing

_QUICK = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2})
_STREAM = BatchProcessor(event_type=EventType.DynamoDBStreams)
_ONCE = IdempotencyConfig(
    expires_after_seconds=14 * 86_400, hash_function="sha256"
)  # as long as a queue keeps anything


@cache
def dependencies() -> flow.Dependencies:
    settings, db = Settings(), DynamoDb()
    accounts, sender = settings.text("ACCOUNTS_TABLE"), settings.text("SENDER_EMAIL")
    ses = boto3.client("sesv2", config=_QUICK) if sender else None
    return flow.Dependencies(
        suppliers=suppliers.load(),
        customers=Customers(db, settings.text("CUSTOMERS_TABLE")),
        accounts=Accounts(db, accounts),
        pending=PendingRegistrations(db, accounts),
        recoveries=Recoveries(db, accounts),
        keys=KeyRing(settings.text("STEP_SECRET")),
        mailer=SesMailer(ses, sender, settings.text("CONFIGURATION_SET")) if ses else None,
        bus=EventBridgeBus(boto3.client("events", config=_QUICK), settings.text("EVENT_BUS")),
    )


@cache
def _queue() -> tuple[Any, str]:
    return boto3.client("sqs", config=_QUICK), Settings().text("NOTIFICATIONS_QUEUE")


@idempotent_function(  # type: ignore[untyped-decorator]  # powertools leaves it so
    data_keyword_argument="name",
    config=_ONCE,
    persistence_store=DynamoDBPersistenceLayer(
        os.environ["DELIVERIES_TABLE"], key_attr="pk", expiry_attr="expires_at", boto_config=_QUICK
    ),
)
def _deliver_once(*, name: str, notification: Notification) -> None:  # noqa: ARG001 - the name is what is remembered
    run(flow.deliver(notification, dependencies(), now=int(time.time())))
    log("notice_delivered", notification=notification.kind, record=notification.event_id)


class NotDelivered(Exception):
    """A notice could not be delivered. What a service says of it stays out of the log: it may quote an address."""


def _deliver(notification: Notification) -> None:
    try:
        _deliver_once(name=f"{notification.event_id} {notification.kind}", notification=notification)
    except Exception as error:  # noqa: BLE001 - whatever it is: nothing may be held up
        log_failure(error, notification=notification.kind, record=notification.event_id)
        raise NotDelivered(notification.kind) from None


def _record(record: DynamoDBRecord) -> None:
    """Deliver what one change calls for; what fails is left to the queue."""
    for notification in notifications_of(_change(record)):
        try:
            _deliver(notification)
        except NotDelivered:  # the records behind this one shall not wait for it
            queue, url = _queue()
            queue.send_message(QueueUrl=url, MessageBody=json.dumps(notification._asdict()))


def _change(record: DynamoDBRecord) -> Change:
    stream = record.dynamodb
    if stream is None or record.event_id is None:
        raise ValueError("a record of the stream without a change")
    at = int(stream.approximate_creation_date_time or time.time())
    return Change(record.event_id, at, stream.old_image or None, stream.new_image or None)


def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401 - each source has an answer of its own
    _ONCE.register_lambda_context(context)
    if event["Records"][0]["eventSource"] == "aws:sqs":
        for record in event["Records"]:  # one, see template.yaml: a failure is its own
            _deliver(Notification(**json.loads(record["body"])))
        return None
    return process_partial_response(event=event, record_handler=_record, processor=_STREAM, context=context)
