from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest

from tests.contract.requests_of import watched
from tests.fakes.attempts import FakeAttempts
from tests.threads import in_threads
from utenza.dynamodb import DynamoDb
from utenza.errors import TooManyAttempts
from utenza.limits.counter import Attempts
from utenza.limits.limit import Limit

NOW = 1_800_000_000
LIMIT = Limit(free=5, first_wait=30, max_wait=900, memory=86400)
WAITS = [30, 60, 120, 240, 480, 900, 900, 900]


@pytest.fixture
def attempts(kind: str, request: pytest.FixtureRequest) -> Attempts:
    if kind == "fake":
        return FakeAttempts()
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    return Attempts(request.getfixturevalue("db"), new_table())


def wait_of(attempts: Attempts, now: int, limit: Limit = LIMIT, subject: str = "0012345") -> int | None:
    """Count one attempt and return how long it is told to wait, None when it was counted."""
    try:
        attempts.count("uno", "verify", subject, limit, now=now)
    except TooManyAttempts as refused:
        return refused.retry_after
    return None


def use_up(attempts: Attempts, count: int = LIMIT.free, now: int = NOW) -> None:
    assert [wait_of(attempts, now) for _ in range(count)] == [None] * count


def test_waits_double_up_to_the_maximum() -> None:
    assert [LIMIT.wait(count) for count in range(14)] == [0] * 5 + WAITS + [900]
    assert LIMIT.wait(10**9) == 900
    assert Limit(free=1, first_wait=60, max_wait=30, memory=1).wait(1) == 30


def test_the_free_attempts_are_free(attempts: Attempts) -> None:
    use_up(attempts)
    assert wait_of(attempts, NOW) == 30


def test_each_attempt_after_the_free_ones_waits_longer(attempts: Attempts) -> None:
    use_up(attempts)
    now = NOW
    for wait in WAITS:
        assert wait_of(attempts, now) == wait
        assert wait_of(attempts, now + wait - 1) == 1
        now += wait
        assert wait_of(attempts, now) is None


def test_refused_attempts_neither_count_nor_prolong_the_wait(attempts: Attempts) -> None:
    use_up(attempts)
    assert [wait_of(attempts, NOW + second) for second in range(30)] == list(range(30, 0, -1))
    assert wait_of(attempts, NOW + 30) is None
    assert wait_of(attempts, NOW + 30) == 60


def test_all_is_forgotten_after_the_memory(attempts: Attempts) -> None:
    use_up(attempts)
    assert wait_of(attempts, NOW + 86399) is None
    assert wait_of(attempts, NOW + 86399) == 60
    use_up(attempts, now=NOW + 2 * 86400)
    assert wait_of(attempts, NOW + 2 * 86400) == 30


def test_free_attempts_are_forgotten_too(attempts: Attempts) -> None:
    use_up(attempts, 4)
    use_up(attempts, now=NOW + 86400)
    assert wait_of(attempts, NOW + 86400) == 30


def test_subjects_kinds_and_suppliers_are_counted_apart(attempts: Attempts) -> None:
    use_up(attempts)
    attempts.count("uno", "verify", "0012346", LIMIT, now=NOW)
    attempts.count("uno", "login", "0012345", LIMIT, now=NOW)
    attempts.count("due", "verify", "0012345", LIMIT, now=NOW)
    assert wait_of(attempts, NOW) == 30


@pytest.mark.parametrize("subject", ["", "2001:db8::/64", "è" * 5000, "\ud800", "a#b"])
def test_any_text_is_a_subject(attempts: Attempts, subject: str) -> None:
    limit = LIMIT._replace(free=1)
    assert [wait_of(attempts, NOW, limit, subject) for _ in range(2)] == [None, 30]


def test_a_subject_that_is_forgotten_begins_anew(attempts: Attempts) -> None:
    use_up(attempts)
    attempts.forget("uno", "verify", "0012345")
    use_up(attempts)
    assert wait_of(attempts, NOW) == 30


def test_a_count_says_how_many_that_makes(attempts: Attempts) -> None:
    def count(now: int) -> int:
        return attempts.count("uno", "verify", "0012345", LIMIT, now=now)

    assert [count(NOW), count(NOW), count(NOW + 86399), count(NOW + 3 * 86400)] == [1, 2, 3, 1]


def refund(attempts: Attempts, counted: int, limit: Limit = LIMIT) -> None:
    attempts.refund("uno", "verify", "0012345", limit, counted=counted)


def test_an_attempt_that_is_forgiven_was_none(attempts: Attempts) -> None:
    use_up(attempts)
    refund(attempts, 5)
    assert [wait_of(attempts, NOW) for _ in range(2)] == [None, 30]


def test_no_more_is_forgiven_than_was_counted(attempts: Attempts) -> None:
    attempts.forget("uno", "verify", "0012345")
    refund(attempts, 1)
    use_up(attempts, 1)
    for _ in range(3):
        refund(attempts, 1)
    use_up(attempts)
    assert wait_of(attempts, NOW) == 30


@pytest.mark.parametrize(("free", "stay"), [(1, 0), (9, 0), (10, 1), (19, 1), (20, 2), (100, 10)])
def test_up_to_a_tenth_of_the_free_attempts_stays_counted(attempts: Attempts, free: int, stay: int) -> None:
    """Customers who come one after the other from one address never have more than that counted for them."""
    limit = LIMIT._replace(free=free)
    for _ in range(30):
        refund(attempts, attempts.count("uno", "verify", "0012345", limit, now=NOW), limit)
    assert [wait_of(attempts, NOW, limit) for _ in range(free - stay + 1)] == [None] * (free - stay) + [30]


@pytest.mark.parametrize("back", [1, 45, 3600, 10**8])
def test_a_clock_that_goes_back_prolongs_no_wait(attempts: Attempts, back: int) -> None:
    use_up(attempts)
    assert wait_of(attempts, NOW - back) == 30
    assert wait_of(attempts, NOW - back + 29) == 1
    assert wait_of(attempts, NOW - back + 30) is None


def test_a_limit_that_was_changed_holds_at_once(attempts: Attempts) -> None:
    use_up(attempts)
    assert wait_of(attempts, NOW, LIMIT._replace(free=3)) == 120
    assert wait_of(attempts, NOW, LIMIT._replace(free=6)) is None
    assert wait_of(attempts, NOW, LIMIT._replace(first_wait=5, max_wait=7)) == 7


@pytest.mark.parametrize("old", [0, 1, 5])
def test_of_fifty_at_once_the_free_ones_pass(attempts: Attempts, old: int) -> None:
    """Also when older attempts, of which the memory is over, stand in the way."""
    if old:
        use_up(attempts, old, NOW - 86400)
    start = Barrier(50)

    def guess() -> int | None:
        start.wait()
        return wait_of(attempts, NOW)

    assert sorted(map(str, in_threads(*[guess] * 50))) == ["30"] * 45 + ["None"] * 5


def test_fifty_at_once_count_fifty(attempts: Attempts) -> None:
    limit = LIMIT._replace(free=50)
    start = Barrier(50)

    def guess() -> int | None:
        start.wait()
        return wait_of(attempts, NOW, limit)

    assert in_threads(*[guess] * 50) == (None,) * 50
    assert wait_of(attempts, NOW, limit) == 30


def test_a_count_is_one_round_trip_and_so_is_a_refusal(
    new_client: Callable[[str], Any], new_table: Callable[[], str]
) -> None:
    client = new_client("dynamodb")
    requests, attempts = watched(client), Attempts(DynamoDb(client), new_table())
    use_up(attempts)
    assert wait_of(attempts, NOW) == 30
    assert [operation for operation, _ in requests] == ["UpdateItem"] * 6


def test_no_personal_data_is_stored_and_the_table_can_clean_itself(dynamodb: Any, new_table: Callable[[], str]) -> None:
    table = new_table()
    Attempts(DynamoDb(dynamodb), table).count("uno", "login", "mario@example.it", LIMIT, now=NOW)
    [item] = dynamodb.scan(TableName=table)["Items"]
    assert item.pop("pk")["S"].startswith("uno#login#")
    assert item == {"attempts": {"N": "1"}, "last_at": {"N": str(NOW)}, "expires_at": {"N": str(NOW + 86400)}}


def test_the_condition_of_the_widest_limit_fits_dynamodb(
    new_client: Callable[[str], Any], new_table: Callable[[], str]
) -> None:
    """4 kB and 300 operators; source: "Service, account, and table quotas in Amazon DynamoDB"."""
    client = new_client("dynamodb")
    requests = watched(client)
    limit = Limit(free=1, first_wait=1, max_wait=900, memory=10**7)
    assert wait_of(Attempts(DynamoDb(client), new_table()), NOW, limit) is None
    [(_, parameters)] = requests
    assert len(parameters["ConditionExpression"]) < 4096
    assert len(parameters["ConditionExpression"].split()) < 300
