"""What the CRM is told of: numbers without gaps, each change once, in order, for as long as it is kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from threading import Event
from typing import Any

import pytest

from crm import flow
from tests.fakes.accounts import FakeAccounts
from tests.fakes.changes import FakeChanges
from tests.fakes.registrations import FakeRegistrations
from tests.threads import in_threads
from tests.unit.flows.fixtures import SUPPLIERS
from utenza.dynamodb import DynamoDb
from utenza.suppliers import Suppliers
from utenza.tables.changes import DAY, Changes, Last, NewChange

NOW = 1_800_000_000
CLOSED = NewChange("AccountClosed", "a1", NOW - 5)
UNLINKED = NewChange("CustomerUnlinked", "a2", NOW - 3, "0123")


@pytest.fixture
def changes(kind: str, request: pytest.FixtureRequest) -> Changes:
    if kind == "fake":
        return FakeChanges()
    new_table: Callable[..., str] = request.getfixturevalue("new_table")
    db: DynamoDb = request.getfixturevalue("db")
    return Changes(db, new_table("Changes"))


def _numbers(changes: Changes, after: int = 0, *, now: int = NOW, supplier: str = "uno") -> list[int]:
    return [change.number for change in changes.behind(supplier, after, now=now)]


def test_changes_are_numbered_for_each_supplier_and_read_in_their_order(changes: Changes) -> None:
    assert [changes.record("uno", f"e{each}", CLOSED, now=NOW) for each in range(3)] == [1, 2, 3]
    assert changes.record("due", "e1", UNLINKED, now=NOW + 1) == 1
    assert changes.last("uno").number == 3
    assert _numbers(changes) == [1, 2, 3]
    assert _numbers(changes, 2) == [3]
    [only] = changes.page("due", 0, now=NOW)[0]
    assert only == (1, "CustomerUnlinked", "a2", NOW - 3, NOW + 1, "0123")
    assert changes.page("tre", 0, now=NOW) == ([], False)
    assert changes.last("tre") == Last()


def test_a_repeat_makes_no_second_change(changes: Changes) -> None:
    assert changes.record("uno", "e1 AccountClosed", CLOSED, now=NOW) == 1
    assert changes.record("uno", "e2 AccountClosed", CLOSED, now=NOW) == 2
    assert changes.record("uno", "e1 AccountClosed", CLOSED, now=NOW + 99) == 1
    assert _numbers(changes) == [1, 2]


def test_changes_at_once_get_numbers_of_their_own(changes: Changes) -> None:
    calls = [lambda name=f"e{each % 6}": changes.record("uno", name, CLOSED, now=NOW) for each in range(8)]
    found = in_threads(*calls)
    assert sorted(set(found)) == [1, 2, 3, 4, 5, 6]
    assert found[0] == found[6]
    assert _numbers(changes) == [1, 2, 3, 4, 5, 6]


def test_pages_follow_one_another(changes: Changes) -> None:
    for each in range(5):
        changes.record("uno", f"e{each}", CLOSED, now=NOW)
    found, after, more = list[int](), 0, True
    while more:
        page, more = changes.page("uno", after, now=NOW, most=2)
        found += [change.number for change in page]
        after = page[-1].number if page else after
    assert found == [1, 2, 3, 4, 5]


def test_a_record_is_kept_for_400_days_whether_it_was_cleaned_away_or_not(changes: Changes) -> None:
    for each in range(3):
        changes.record("uno", f"e{each}", CLOSED, now=NOW + each)
    assert _numbers(changes, now=NOW + 400 * DAY) == [2, 3]
    assert changes.page("uno", 0, now=NOW + 400 * DAY, most=1)[0][0].number == 2
    assert _numbers(changes, now=NOW + 500 * DAY) == []
    assert changes.last("uno").number == 3
    assert changes.record("uno", "e9", CLOSED, now=NOW + 500 * DAY) == 4


def test_the_time_of_records_does_not_go_back_and_is_found_by_its_moment(changes: Changes) -> None:
    for each, at in enumerate((NOW, NOW + 10, NOW + 5, NOW + 20, NOW + 20)):  # clocks differ
        changes.record("uno", f"e{each}", CLOSED, now=at)
    times = [change.recorded_at for change in changes.behind("uno", 0, now=NOW)]
    assert times == [NOW, NOW + 10, NOW + 10, NOW + 20, NOW + 20]
    moments = (NOW, NOW + 1, NOW + 10, NOW + 11, NOW + 20, NOW + 21)
    assert [changes.number_before("uno", moment) for moment in moments] == [0, 1, 1, 3, 3, 5]
    assert changes.number_before("due", NOW) == 0


def test_the_day_of_the_last_file_is_remembered(changes: Changes) -> None:
    assert changes.exported_day("uno") is None
    changes.keep_exported_day("uno", date(2026, 11, 26))
    changes.keep_exported_day("uno", date(2026, 11, 27))
    assert changes.exported_day("uno") == date(2026, 11, 27)
    assert changes.exported_day("due") is None
    assert changes.last("uno").number == 0


def test_the_last_record_and_any_other_can_be_asked_for(changes: Changes) -> None:
    changes.record("uno", "e1", CLOSED, now=NOW)
    changes.record("uno", "e2", UNLINKED, now=NOW + 1)
    assert changes.last("uno") == Last(2, NOW + 1, NOW + 1 + 400 * DAY)
    assert changes.at("uno", 2) == (2, "CustomerUnlinked", "a2", NOW - 3, NOW + 1, "0123")
    assert changes.at("uno", 3) is None
    assert changes.at("due", 1) is None


@pytest.fixture
def stored(dynamodb: Any, db: DynamoDb, new_table: Callable[..., str]) -> tuple[Changes, Callable[[int], None]]:
    """Return four changes, a day apart, and what deletes the record of a number."""
    table = new_table("Changes")
    changes = Changes(db, table)
    for each in range(4):
        changes.record("uno", f"e{each}", CLOSED, now=NOW + each * DAY)

    def hide(number: int) -> None:
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": "uno"}, "sk": {"N": str(number)}})

    return changes, hide


def test_what_was_cleaned_away_is_too_old(stored: tuple[Changes, Callable[[int], None]]) -> None:
    changes, hide = stored
    hide(1)
    hide(2)
    assert [changes.number_before("uno", NOW + days * DAY) for days in (0, 1, 3, 4)] == [0, 0, 3, 4]
    assert _numbers(changes, now=NOW + 401 * DAY) == [3, 4]


def test_no_page_goes_over_a_record_that_cannot_be_seen_yet(stored: tuple[Changes, Callable[[int], None]]) -> None:
    """A transaction's items appear one after another: the counter and a later record may be first."""
    changes, hide = stored
    hide(3)
    assert changes.page("uno", 0, now=NOW + 3 * DAY + 899)[0][-1].number == 2
    assert changes.page("uno", 2, now=NOW) == ([], False)
    assert _numbers(changes) == [1, 2]
    assert changes.last("uno").number == 4
    assert _numbers(changes, 2, now=NOW + 402 * DAY) == [4]  # by then it has expired
    hide(4)
    assert changes.number_before("uno", NOW + 3 * DAY) == 2
    assert changes.page("uno", 2, now=NOW) == ([], False)


def test_a_record_that_a_restored_table_lacks_holds_nobody_up(
    stored: tuple[Changes, Callable[[int], None]],
) -> None:
    """A backup may have a part of a transaction alone."""
    changes, hide = stored
    hide(3)
    assert _numbers(changes, now=NOW + 3 * DAY + 900) == [1, 2, 4]
    dependencies = flow.Dependencies(SUPPLIERS, changes, FakeRegistrations(FakeAccounts()))
    for after, gap in ((1, True), (3, False)):
        asked = flow.Question("uno", flow.Place(after, NOW + (after - 1) * DAY), 100)
        assert flow.catch_up(asked, dependencies, now=NOW + 4 * DAY).gap == gap


def test_a_counter_that_is_behind_its_records_goes_on_behind_them(
    dynamodb: Any, db: DynamoDb, new_table: Callable[..., str]
) -> None:
    table = new_table("Changes")
    changes = Changes(db, table)
    key = {"pk": {"S": "uno#last"}, "sk": {"N": "0"}}
    changes.record("uno", "e1", CLOSED, now=NOW)
    counter = dynamodb.get_item(TableName=table, Key=key)["Item"]
    changes.record("uno", "e2", CLOSED, now=NOW + 5)
    changes.record("uno", "e3", CLOSED, now=NOW + 5)
    for before in (counter, None):
        dynamodb.put_item(TableName=table, Item=before) if before else dynamodb.delete_item(TableName=table, Key=key)
        number = changes.record("uno", f"e4 {before}", UNLINKED, now=NOW)
        assert changes.last("uno") == Last(number, NOW + 5, NOW + 5 + 400 * DAY)
    assert _numbers(changes) == [1, 2, 3, 4, 5]


def test_a_kind_of_a_later_version_is_read_as_any_other(
    dynamodb: Any, db: DynamoDb, new_table: Callable[..., str]
) -> None:
    table = new_table("Changes")
    changes = Changes(db, table)
    changes.record("uno", "e1", CLOSED, now=NOW)
    [item] = [each for each in dynamodb.scan(TableName=table)["Items"] if each["pk"]["S"] == "uno"]
    dynamodb.put_item(TableName=table, Item=item | {"kind": {"S": "SomethingLater"}})
    [change] = changes.behind("uno", 0, now=NOW)
    assert change.kind == "SomethingLater"


def test_a_record_has_ids_and_codes_alone(dynamodb: Any, db: DynamoDb, new_table: Callable[..., str]) -> None:
    table = new_table("Changes")
    Changes(db, table).record("uno", "e1 CustomerUnlinked", UNLINKED, now=NOW)
    items = {item["pk"]["S"]: item for item in dynamodb.scan(TableName=table)["Items"]}
    assert set(items) == {"uno", "uno#last", "uno#once#e1 CustomerUnlinked"}
    assert set(items["uno"]) == {
        *("pk", "sk", "kind", "account_id", "customer_code", "occurred_at", "recorded_at", "before_kept_until"),
        "expires_at",
    }
    assert "expires_at" not in items["uno#last"]  # numbers go on when all records have gone


def test_a_reader_beside_writers_misses_nothing_and_hears_of_no_gap(changes: Changes) -> None:
    suppliers = Suppliers([SUPPLIERS.named("gas")])
    dependencies = flow.Dependencies(suppliers, changes, FakeRegistrations(FakeAccounts()))
    written = Event()

    def write(writer: int) -> None:
        for each in range(6):
            changes.record("gas", f"e{writer}-{each}", CLOSED, now=NOW)

    def read() -> list[int]:
        seen, cursor, is_last = list[int](), "", False
        while True:
            page = flow.catch_up(flow.question("gas", cursor, "2", suppliers), dependencies, now=NOW)
            assert not page.gap
            seen += [change.number for change, _ in page.changes]
            cursor = page.next
            if is_last and not page.changes:
                return seen
            is_last = written.is_set()

    with ThreadPoolExecutor(4) as pool:
        reader = pool.submit(read)
        writers = [pool.submit(write, writer) for writer in range(3)]
        wait(writers)
        written.set()
        assert [writer.exception() for writer in writers] == [None] * 3
        assert reader.result() == [*range(1, 19)]
