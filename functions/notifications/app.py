"""E-mails and events out of the Accounts table's stream, and out of the queue of what could not be delivered at once.

A notification that cannot be delivered goes to the queue and holds nothing up; the queue tries it again, later each
time (`retries`), and in the end it waits in the dead-letter queue. Each notification is delivered once, however often
its record arrives; a mail whose answer from SES is lost may be sent twice, never more often (`budgets`).
"""

import time
from collections.abc import Callable
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import IdempotencyPersistenceLayerError
from aws_lambda_powertools.utilities.typing import LambdaContext

from notifications import flow
from notifications.budgets import Budgets
from notifications.changes import Change, Notification, notifications_of
from notifications.dependencies import Dependencies
from notifications.expiry import longest_wait
from notifications.queue import Queue, read
from notifications.retries import IN_TROUBLE, NEW, Reason, Rules, Waiting, after, reason_of
from notifications.senders import EventBridgeBus, SesSender
from utenza import suppliers
from utenza.clients import client
from utenza.dynamodb import database
from utenza.limits.hourly import HourlyBudget
from utenza.mail_settings import UsesMailBudget
from utenza.observability import count, log, log_failure, traced
from utenza.resources import UsesAccounts, UsesAttemptsTable, UsesCustomers, UsesKeyRing
from utenza.settings import ClaimSettings
from utenza.tables.activity import Activity
from utenza.tables.changes import Changes
from utenza.tables.closures import Closures
from utenza.tables.objections import Objections
from utenza.tables.pending import PendingRegistrations
from utenza.tables.pending_user_ids import PendingUserIds
from utenza.tables.reclaims import Reclaims
from utenza.tables.recoveries import Recoveries
from utenza.tables.supply_links import SupplyLinks
from utenza.tables.user_ids import UserIds

_STREAM = BatchProcessor(event_type=EventType.DynamoDBStreams)
_QUEUE_KEEPS = 14 * 86_400  # seconds
_OF_ONE = 20_000  # milliseconds that a delivery may need: a mail 5.5 s, and the reads and writes around it
_ONCE = IdempotencyConfig(expires_after_seconds=_QUEUE_KEEPS, hash_function="sha256")


class Settings(UsesCustomers, UsesAccounts, UsesAttemptsTable, UsesMailBudget, UsesKeyRing, ClaimSettings):
    mails_per_hour: int
    activity_table: str
    changes_table: str
    changes_kept_days: int
    deliveries_table: str
    configuration_set: str
    event_bus: str
    notifications_queue: str
    dead_notifications: str
    notification_retry_seconds: int
    mail_retry_hours: int


@cache
def dependencies() -> Dependencies:
    settings = Settings.load()
    accounts, sender = settings.accounts_table, settings.sender_email
    return Dependencies(
        suppliers=suppliers.load(),
        customers=settings.customers,
        accounts=settings.accounts,
        pending=PendingRegistrations(database(), accounts),
        recoveries=Recoveries(database(), accounts),
        reclaims=Reclaims(database(), accounts),
        objections=Objections(database(), accounts),
        keys=settings.keys,
        sender=SesSender(client("sesv2"), sender, settings.configuration_set) if sender else None,
        bus=EventBridgeBus(client("events"), settings.event_bus),
        closures=Closures(database(), accounts),
        budgets=Budgets(
            settings.attempts,
            settings.mail_budget,
            HourlyBudget(database(), settings.attempts_table, "mails", settings.mails_per_hour),
        ),
        pending_user_ids=PendingUserIds(database(), accounts),
        user_ids=UserIds(database(), accounts),
        activity=Activity(database(), settings.activity_table),
        supply_links=SupplyLinks(database(), accounts),
        changes=Changes(database(), settings.changes_table, settings.changes_kept_days),
        notifies_of_claims=settings.notifies_of_claims,
    )


class NotDelivered(Exception):
    """A notification was not delivered. What a service says of it stays out of the log: it may quote an address."""

    def __init__(self, kind: str, reason: Reason) -> None:
        super().__init__(f"{kind}: {reason}")
        self.reason = reason


@cache
def _deliver_once() -> Callable[..., None]:
    """Return what delivers a notification under a name, once for each name."""

    def deliver(*, name: str, notification: Notification) -> None:  # noqa: ARG001 - the name is what is remembered
        outcome = flow.deliver(notification, dependencies(), now=int(time.time()))
        if outcome == "delivered":
            log("notification_delivered", notification=notification.kind, record=notification.event_id)
            count("EventsPublished" if notification.is_event else "EmailsSent", kind=notification.kind)
        elif outcome == "expired":
            log("email_expired", notification=notification.kind, record=notification.event_id)
            count("EmailsExpired", kind=notification.kind)
        elif outcome != "nobody":
            log("email_withheld", notification=notification.kind, record=notification.event_id, budget=outcome)
            count("EmailsWithheld", budget=outcome)

    store = DynamoDBPersistenceLayer(
        Settings.load().deliveries_table, key_attr="pk", expiry_attr="expires_at", boto3_client=client("dynamodb")
    )
    once: Callable[..., None] = idempotent_function(
        deliver, data_keyword_argument="name", config=_ONCE, persistence_store=store
    )
    return once


def _deliver(notification: Notification) -> None:
    try:
        _deliver_once()(name=f"{notification.event_id} {notification.kind}", notification=notification)
    except Exception as error:  # noqa: BLE001 - whatever it is: nothing may be held up
        log_failure(error, notification=notification.kind, record=notification.event_id)
        count("EventsFailed" if notification.is_event else "EmailsFailed", kind=notification.kind)
        raise NotDelivered(notification.kind, reason_of(_cause(error))) from None


def _cause(error: BaseException) -> BaseException:
    """Return what failed: the store of what was delivered wraps what DynamoDB says."""
    return error.__cause__ if isinstance(error, IdempotencyPersistenceLayerError) and error.__cause__ else error


class _Batch:
    """Records of the stream. Once a mail was slow, or refused for the crowd, those behind it are set aside untried."""

    def __init__(self, context: LambdaContext) -> None:
        self._context = context
        self._mails_wait = False

    def work_off(self, record: DynamoDBRecord) -> None:
        """Deliver what one change calls for; what fails, or has no time, is left to the queue."""
        for notification in notifications_of(_change(record)):
            if (self._mails_wait and not notification.is_event) or self._is_late():
                _put_off(notification, NEW, "slow")
                continue
            try:
                _deliver(notification)
            except NotDelivered as failed:  # the records behind this one shall not wait for it
                self._mails_wait |= not notification.is_event and failed.reason in IN_TROUBLE
                _put_off(notification, NEW, failed.reason)

    def _is_late(self) -> bool:
        return self._context.get_remaining_time_in_millis() < _OF_ONE


def _put_off(notification: Notification, waiting: Waiting, reason: Reason) -> None:
    """Have a notification tried again, or give it up; what this raises leaves it to the stream or the queue."""
    settings = Settings.load()
    longest = longest_wait(notification)
    rules = Rules(settings.notification_retry_seconds, settings.mail_retry_hours, longest)
    queue = Queue(client("sqs"), settings.notifications_queue, settings.dead_notifications)
    again = after(waiting, reason, rules, now=int(time.time()))
    if again is None:
        log("notification_given_up", notification=notification.kind, record=notification.event_id, reason=reason)
        count("NotificationsGivenUp", reason=reason)
        queue.give_up(notification)
        return
    log("notification_put_off", notification=notification.kind, record=notification.event_id, reason=reason)
    count("NotificationsPutOff", reason=reason)
    queue.put(notification, again[0], delay=again[1])


def _change(record: DynamoDBRecord) -> Change:
    stream = record.dynamodb
    if stream is None or record.event_id is None:
        raise ValueError("a record of the stream without a change")
    at = int(stream.approximate_creation_date_time or time.time())
    return Change(record.event_id, at, stream.old_image or None, stream.new_image or None)


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401 - each source has a response of its own
    _ONCE.register_lambda_context(context)
    if event["Records"][0]["eventSource"] == "aws:sqs":
        for record in event["Records"]:  # one, see template.yaml: a failure is its own
            notification, waiting = read(record["body"])
            try:
                _deliver(notification)
            except NotDelivered as failed:
                _put_off(notification, waiting, failed.reason)
        return None
    work_off = _Batch(context).work_off
    return process_partial_response(event=event, record_handler=work_off, processor=_STREAM, context=context)
