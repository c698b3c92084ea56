"""Where notifications leave: e-mails through SES, events through EventBridge."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formataddr
from typing import Any

from notifications.emails import Email
from utenza.suppliers import Supplier


class EventBridgeRefused(Exception):
    """An entry was not taken; `code` is EventBridge's own."""


class SesSender:
    """`sender` is a verified identity; the configuration set tells of bounces and complaints."""

    def __init__(self, client: Any, sender: str, configuration_set: str) -> None:  # noqa: ANN401 - boto3's clients
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def send(self, supplier: Supplier, to: str, email: Email, tags: Mapping[str, str]) -> None:
        """Hand one mail to SES; botocore's ClientError when it does not take it."""
        reply_to = supplier.mail.get("reply_to", "")
        self._client.send_email(
            FromEmailAddress=formataddr((supplier.mail.get("sender_name", supplier.name["it"]), self._sender)),
            Destination={"ToAddresses": [to]},
            **({"ReplyToAddresses": [reply_to]} if reply_to else {}),
            Content={
                "Simple": {
                    "Subject": _utf8(email.subject),
                    "Body": {"Text": _utf8(email.text), "Html": _utf8(email.html)},
                    # No holiday replies, RFC 3834.
                    "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
                }
            },
            ConfigurationSetName=self._configuration_set,
            EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
        )


class EventBridgeBus:
    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - boto3's clients
        self._client = client
        self._name = name

    def put(self, kind: str, detail: Mapping[str, object], *, at: int) -> None:
        """Hand one event to the bus; EventBridgeRefused or botocore's ClientError when it does not take it."""
        entry = {
            "EventBusName": self._name,
            "Source": "utenza",
            "DetailType": kind,
            "Detail": json.dumps({**detail, "occurred_at": datetime.fromtimestamp(at, UTC).isoformat()}),
        }
        response = self._client.put_events(Entries=[entry])
        if response["FailedEntryCount"]:
            raise EventBridgeRefused(response["Entries"][0]["ErrorCode"])


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
