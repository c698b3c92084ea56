"""What SES says of our mails, by SNS: bounces for good and complaints mark the account that they were sent to."""

import json
from functools import cache
from typing import Any

from email_feedback import flow
from utenza.concurrency import run
from utenza.dynamodb import DynamoDb
from utenza.observability import log
from utenza.settings import Settings
from utenza.tables.accounts import Accounts


@cache
def accounts() -> Accounts:
    return Accounts(DynamoDb(), Settings().text("ACCOUNTS_TABLE"))


def handler(event: dict[str, Any], _context: object) -> None:
    for record in event["Records"]:
        told = run(flow.mark(json.loads(record["Sns"]["Message"]), accounts()))
        log("mail_undeliverable", status=told or "ignored", record=record["Sns"]["MessageId"])
