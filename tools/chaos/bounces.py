"""Mails that bounce: what SES tells the topic, and whether the accounts have it in the end."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tools.local_stack.stack import LocalStack


class Bounces:
    """Publishes a bounce of some open accounts' mails, in the place of SES."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self.told: dict[str, str] = {}
        """The keys of the accounts, and the addresses whose mails bounced."""

    def publish(self, items: Iterable[Mapping[str, Any]], most: int) -> int:
        """Publish a bounce for some accounts of the table's items that have none yet, and return for how many."""
        number = 0
        for account in items:
            if number == most:
                break
            if _is_open(account) and account["pk"] not in self.told:
                self._publish(account)
                self.told[account["pk"]] = account["user_id"]
                number += 1
        return number

    def lost(self, accounts: Iterable[Mapping[str, Any]]) -> list[str]:
        """Return the accounts that are still as they were and do not have the bounce."""
        return [
            f"{account['pk']}: its bounce was lost"
            for account in accounts
            if account["pk"] in self.told
            and account.get("user_id") == self.told[account["pk"]]
            and account.get("email_status") != "bounced"
        ]

    def _publish(self, account: Mapping[str, Any]) -> None:
        event = {
            "eventType": "Bounce",
            "bounce": {"bounceType": "Permanent"},
            "mail": {
                "tags": {"supplier": [account["supplier"]], "account": [account["account_id"]]},
                "destination": [account["user_id"]],
            },
        }
        topic = self._stack.outputs["EmailFeedbackTopicArn"]
        self._stack.client("sns").publish(TopicArn=topic, Message=json.dumps(event))


def _is_open(item: Mapping[str, Any]) -> bool:
    return bool(item["pk"].split("#")[1] == "account" and item["status"] == "active")
