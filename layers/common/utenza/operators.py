"""Mails to those who operate the deployment: plain text, nothing of a customer, and never a reason to fail."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from utenza.observability import log_failure


def tell(sesv2: Any, sender: str, to: str, subject: str, text: str) -> bool:  # noqa: ANN401 - boto3's clients
    """Send one mail; tell whether SES took it. What it said is in the log otherwise."""
    try:
        sesv2.send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [to]},
            Content={"Simple": {"Subject": _utf8(subject), "Body": {"Text": _utf8(text)}}},
        )
    except (ClientError, BotoCoreError) as error:
        log_failure(error)
        return False
    return True


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
