"""What SES says of our mails, by SNS: hard bounces and complaints mark the account that a mail was sent to."""

import json
from typing import Any

from aws_lambda_powertools.utilities.data_classes import SNSEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from email_feedback import flow
from utenza.observability import count, log, traced
from utenza.resources import UsesAccounts


class Settings(UsesAccounts):
    pass


@traced
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    for record in SNSEvent(event).records:
        status = flow.mark(json.loads(record.sns.message), Settings.load().accounts)
        log("email_undeliverable", status=status or "ignored", record=record.sns.message_id)
        count("EmailFeedback", status=status or "ignored")
