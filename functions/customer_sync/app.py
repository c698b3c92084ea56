"""The stream of the Customers table: accounts show what the import changed, seconds later.

A batch that fails comes again as a whole, in order: to synchronise twice is to synchronise once.
"""

from typing import Any

from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from customer_sync import flow
from utenza.customers.record import Customer
from utenza.observability import log, traced
from utenza.resources import UsesAccounts
from utenza.tables.customers import from_item


class Settings(UsesAccounts):
    pass


@traced
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    for record in DynamoDBStreamEvent(event).records:
        account_id = flow.synchronise(_customer(record), Settings.load().accounts)
        if account_id is not None:
            log("customer_synchronised", account=account_id, record=record.event_id or "")


def _customer(record: DynamoDBRecord) -> Customer:
    """Return the record as it is now; one that the CRM no longer has is closed."""
    change = record.dynamodb
    if change is None:
        raise ValueError("a record of the stream without a change")
    if change.new_image:
        return from_item(change.new_image)
    return from_item(change.old_image)._replace(status="closed")
