from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.activity import FakeActivity
from tests.fakes.writes import transact
from utenza.dynamodb import DynamoDb, Write
from utenza.tables.activity import Activity, Entry, Origin, is_cursor, subject_of

NOW = 1_800_000_000
MONTH = 2_629_800
HOME, BAR = Origin("Chrome|Android", "192.0.2.0/24"), Origin("Safari|iOS", "198.51.100.0/24")
MIXED = Origin(HOME.device, BAR.network)


class Book:
    """The activity of one deployment, and what leaves entries in it."""

    def __init__(self, activity: Activity, write: Callable[[Write], None]) -> None:
        self.activity = activity
        self._write = write

    def log_in(self, origin: Origin, *, at: int, failed: int = 0, account: str = "a1", is_new: bool = False) -> None:
        noted = self.activity.noted("uno", account, "login", origin, now=at, failed=failed, is_new_device=is_new)
        self._write(noted)

    def all_of(self, account: str = "a1", now: int = NOW + 100) -> list[Entry]:
        return self.activity.page("uno", account, now=now)[0]


@pytest.fixture
def book(kind: str, request: pytest.FixtureRequest) -> Book:
    if kind == "fake":
        return Book(FakeActivity(), lambda write: transact([write]))
    new_table: Callable[..., str] = request.getfixturevalue("new_table")
    db: DynamoDb = request.getfixturevalue("db")
    return Book(Activity(db, new_table("Activity")), db.write)


def test_entries_are_listed_with_the_youngest_first_and_those_of_others_never(book: Book) -> None:
    book.log_in(HOME, at=NOW, failed=3)
    book.log_in(BAR, at=NOW + 1, account="a2")
    book.activity.note("uno", "a1", "password_changed", BAR, now=NOW + 2)
    assert book.all_of() == [Entry(NOW + 2, "password_changed", *BAR), Entry(NOW, "login", *HOME, 3)]
    assert book.activity.page("due", "a1", now=NOW) == ([], "")


def test_pages_follow_one_another_and_end(book: Book) -> None:
    for number in range(5):
        book.log_in(HOME, at=NOW + number)
    found, before = list[int](), ""
    for size in (2, 2, 1):
        entries, before = book.activity.page("uno", "a1", before=before, now=NOW + 9, most=2)
        assert len(entries) == size
        assert before == "" or is_cursor(before)
        found += [entry.at for entry in entries]
    assert (found, before) == ([NOW + 4, NOW + 3, NOW + 2, NOW + 1, NOW], "")


def test_entries_of_one_second_are_all_kept(book: Book) -> None:
    for _ in range(3):
        book.log_in(HOME, at=NOW)
    assert len(book.all_of()) == 3


def test_an_entry_is_shown_for_twelve_months_whether_it_was_cleaned_away_or_not(book: Book) -> None:
    book.log_in(HOME, at=NOW)
    assert book.all_of(now=NOW + 12 * MONTH - 1)
    assert book.all_of(now=NOW + 12 * MONTH) == []


def test_of_a_closed_account_nothing_stays_and_of_others_everything(book: Book) -> None:
    for number in range(60):
        book.log_in(HOME, at=NOW + number)
    book.log_in(BAR, at=NOW, account="a2")
    book.activity.forget("uno", "a1")
    book.activity.forget("uno", "a1")
    assert book.all_of() == []
    assert len(book.all_of("a2")) == 1


@pytest.mark.parametrize(
    ("before", "origin", "is_news"),
    [
        ([HOME], HOME, False),
        ([HOME], BAR, True),
        ([HOME], MIXED, True),  # another network
        ([HOME, BAR], MIXED, False),
        ([BAR], MIXED, True),  # another kind of device
    ],
)
def test_a_login_is_news_from_a_device_or_a_network_that_none_came_from_before(
    book: Book, before: list[Origin], origin: Origin, *, is_news: bool
) -> None:
    for number, each in enumerate(before):
        book.log_in(each, at=NOW + number)
    book.log_in(origin, at=NOW + 50, failed=2)
    book.log_in(BAR, at=NOW + 60)  # later ones do not matter
    book.log_in(MIXED, at=NOW + 70)
    assert book.activity.page("uno", "a1", now=NOW + 100, most=3)[0][2].at == NOW + 50
    _, cursor = book.activity.page("uno", "a1", now=NOW + 100, most=3)
    found = book.activity.new_origin("uno", "a1", cursor)
    assert found == (Entry(NOW + 50, "login", *origin, 2) if is_news else None)


def test_changes_make_no_device_known(book: Book) -> None:
    book.log_in(HOME, at=NOW - 10)
    book.activity.note("uno", "a1", "question_changed", BAR, now=NOW - 5)
    book.log_in(BAR, at=NOW)
    book.log_in(HOME, at=NOW + 1)
    _, cursor = book.activity.page("uno", "a1", now=NOW + 100, most=2)
    assert book.activity.new_origin("uno", "a1", cursor) == Entry(NOW, "login", *BAR)


def test_the_first_login_is_no_news_and_one_that_was_erased_neither(book: Book) -> None:
    book.log_in(HOME, at=NOW)
    book.log_in(HOME, at=NOW + 1)
    _, second = book.activity.page("uno", "a1", now=NOW + 9, most=1)
    book.activity.forget("uno", "a1")
    assert book.activity.new_origin("uno", "a1", second) is None
    book.log_in(BAR, at=NOW + 20)
    book.log_in(BAR, at=NOW + 21)
    book.log_in(BAR, at=NOW + 22)
    _, second = book.activity.page("uno", "a1", now=NOW + 30, most=2)
    assert book.activity.new_origin("uno", "a1", second) is None


def test_of_two_logins_in_one_second_that_of_the_new_device_is_news_whichever_is_listed_first(book: Book) -> None:
    book.log_in(HOME, at=NOW)
    book.log_in(BAR, at=NOW)
    _, last = book.activity.page("uno", "a1", now=NOW + 9, most=1)
    assert book.activity.new_origin("uno", "a1", last)
    book.log_in(HOME, at=NOW + 1)
    _, first = book.activity.page("uno", "a1", now=NOW + 9, most=2)
    assert book.activity.new_origin("uno", "a1", first)


def test_the_stream_tells_logins_on_devices_that_are_not_known_from_all_others(
    dynamodb: Any, db: DynamoDb, new_table: Callable[..., str]
) -> None:
    table = new_table("Activity")
    book = Book(Activity(db, table), db.write)
    book.log_in(HOME, at=NOW, is_new=True)
    book.log_in(HOME, at=NOW + 1)
    items = dynamodb.scan(TableName=table)["Items"]
    assert sorted(item.get("is_new_device", {}).get("BOOL", False) for item in items) == [False, True]
    assert {subject_of(item["pk"]["S"]) for item in items} == {("uno", "a1")}
