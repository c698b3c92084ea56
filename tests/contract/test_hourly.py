from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from tests.fakes.hourly import FakeHourlyBudget
from tests.threads import in_threads
from utenza.dynamodb import DynamoDb
from utenza.limits.hourly import HourlyBudget

HOUR = 1_800_000_000 - 1_800_000_000 % 3600


@pytest.fixture
def budget(kind: str, request: pytest.FixtureRequest) -> HourlyBudget:
    if kind == "fake":
        return FakeHourlyBudget(3)
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    return HourlyBudget(request.getfixturevalue("db"), new_table(), "mails", 3)


def test_each_hour_of_the_clock_has_its_own_budget(budget: HourlyBudget) -> None:
    assert [budget.count(now=HOUR + second) for second in (0, 1, 3598, 3599)] == [True, True, True, False]
    assert [budget.count(now=HOUR + 3600) for _ in range(4)] == [True, True, True, False]


def test_what_is_given_back_can_be_counted_again(budget: HourlyBudget) -> None:
    budget.give_back(now=HOUR)  # nothing was counted
    assert [budget.count(now=HOUR) for _ in range(4)] == [True, True, True, False]
    budget.give_back(now=HOUR + 9)
    assert [budget.count(now=HOUR) for _ in range(2)] == [True, False]


def test_of_twenty_at_once_no_more_pass(budget: HourlyBudget) -> None:
    start = Barrier(20)

    def count() -> bool:
        start.wait()
        return budget.count(now=HOUR)

    assert sum(in_threads(*[count] * 20)) == 3


def test_the_table_can_clean_itself(dynamodb: Any, db: DynamoDb, new_table: Callable[[], str]) -> None:
    table = new_table()
    HourlyBudget(db, table, "mails", 3).count(now=HOUR + 5)
    [item] = dynamodb.scan(TableName=table)["Items"]
    assert item == {"pk": {"S": f"*#mails#{HOUR}"}, "counted": {"N": "1"}, "expires_at": {"N": str(HOUR + 7200)}}
