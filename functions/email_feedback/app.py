"""What SES says of our mails, by SNS: hard bounces and complaints mark the account that a mail was sent to."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes import SNSEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from email_feedback import flow
from utenza.dynamodb import database
from utenza.observability import count, log, traced
from utenza.settings import Settings as EnvironmentSettings
from utenza.tables.accounts import Accounts


class Settings(EnvironmentSettings):
    accounts_table: str


@cache
def accounts() -> Accounts:
    return Accounts(database(), Settings.from_environment().accounts_table)


@traced
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    for record in SNSEvent(event).records:
        status = flow.mark(json.loads(record.sns.message), accounts())
        log("email_undeliverable", status=status or "ignored", record=record.sns.message_id)
        count("EmailFeedback", status=status or "ignored")
