from collections.abc import Callable
from typing import Any

import pytest

from utenza.dynamodb import ConditionFailed, DynamoDb, put
from utenza.tables.reminders import Reminders

NOW = 1_800_000_000


def test_a_reminder_is_written_for_everyone_and_names_nobody(
    dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]
) -> None:
    table = new_table()
    reminders = Reminders(db, table)
    for code, account in (("0012345", "account-1"), ("0099999", None), ("0012345", None)):
        reminders.request("uno", code, account, now=NOW)
    items = dynamodb.scan(TableName=table)["Items"]
    assert len(items) == 2
    for item in items:
        assert item["account_id"] == {"S": ""}
        assert item["expires_at"] == {"N": str(NOW + 900)}
        assert not {"0012345", "0099999"} & {value for entry in item.values() for value in entry.values()}
        assert item["pk"]["S"].startswith("uno#reminder#")


def test_nothing_but_a_reminder_is_ever_written_over(dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]) -> None:
    table = new_table()
    reminders = Reminders(db, table)
    reminders.request("due", "0012345", None, now=NOW)
    [item] = dynamodb.scan(TableName=table)["Items"]
    pk = item["pk"]["S"].replace("due#", "uno#")
    db.write(put(table, {"pk": pk, "account_id": "account-1"}, condition="attribute_not_exists(#pk)"))
    with pytest.raises(ConditionFailed):
        reminders.request("uno", "0012345", None, now=NOW)
