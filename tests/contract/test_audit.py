"""Audit entries, written beside what they are about, and the event that the stream makes of each."""

from collections.abc import Callable
from typing import Any

from notifications.changes import Change, notifications_of
from utenza.dynamodb import DynamoDb
from utenza.tables.audit import AuditEntry, audited

NOW = 1_800_000_000
ENTRY = AuditEntry("uno", "close", "arn:aws:iam::123456789012:user/anna", "ticket 4711", account_id="account-1")


def test_an_entry_stays_for_five_years_and_is_its_own(
    dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    for _ in range(2):
        db.transact(audited(table, ENTRY, now=NOW))
    items = [db.get(table, item["pk"]["S"]) for item in dynamodb.scan(TableName=table)["Items"]]
    assert len(items) == 2
    for item in items:
        assert item
        assert item.pop("pk").startswith("uno#audit#")
        assert item == {
            "action": "close",
            "operator": ENTRY.operator,
            "reason": "ticket 4711",
            "account_id": "account-1",
            "at": NOW,
            "expires_at": NOW + 5 * 365 * 86_400,
        }


def test_an_entry_becomes_one_event_that_says_all_of_it(
    dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    db.transact(audited(table, ENTRY._replace(customer_code="0012345"), now=NOW))
    [item] = [db.get(table, each["pk"]["S"]) for each in dynamodb.scan(TableName=table)["Items"]]
    assert item
    [notice] = notifications_of(Change("event-1", NOW, None, item))
    assert (notice.kind, notice.supplier, notice.is_event) == ("OperatorAction", "uno", True)
    assert notice.subject == {
        "audit_id": item["pk"].removeprefix("uno#audit#"),
        "action": "close",
        "operator": ENTRY.operator,
        "reason": "ticket 4711",
        "account_id": "account-1",
        "customer_code": "0012345",
    }
    assert notifications_of(Change("event-1", NOW, item, item)) == []
