"""What SES says of our mails, by SNS and a queue: hard bounces and complaints mark the account that a mail was sent to.

A message that fails comes again alone, and waits in the dead letters in the end.
"""

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from email_feedback import flow
from utenza.observability import count, log, log_failure, traced
from utenza.resources import UsesAccounts

_QUEUE = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


class Settings(UsesAccounts):
    pass


class NotMarked(Exception):
    """A message is not worked off. Why is in the log, without the address that it names."""


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> Any:  # noqa: ANN401 - Lambda's partial answer
    return process_partial_response(event=event, record_handler=_mark, processor=_QUEUE, context=context)


def _mark(record: SQSRecord) -> None:
    try:
        event = json.loads(record.body)
    except json.JSONDecodeError:  # SES greets a new topic with a sentence
        log("feedback_ignored", record=record.message_id)
        return
    try:
        status = flow.mark(event, Settings.load().accounts)
    except Exception as error:  # noqa: BLE001 - the messages beside this one shall not come again
        log_failure(error, record=record.message_id)
        raise NotMarked from None
    log("email_undeliverable", status=status or "ignored", record=record.message_id)
    count("EmailFeedback", status=status or "ignored")
