import random
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
from utenza.limits.subjects import Subject

NOW = 1_800_000_000
LIMIT = Limit(capacity=5, interval=900)
SUBJECT = Subject("uno", "verify", "0012345", LIMIT)
SOURCE = Subject("uno", "verify-source", "203.0.113.9", Limit(capacity=20, interval=72))


@pytest.fixture
def attempts(kind: str, request: pytest.FixtureRequest) -> Attempts:
    if kind == "fake":
        return FakeAttempts()
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    return Attempts(request.getfixturevalue("db"), new_table())


def wait_of(attempts: Attempts, now: int, *subjects: Subject) -> int | None:
    """Count one attempt and return how long it is told to wait, None when it was counted."""
    try:
        attempts.count(*(subjects or (SUBJECT,)), now=now)
    except TooManyAttempts as refused:
        return refused.retry_after
    return None


def use_up(attempts: Attempts, count: int = LIMIT.capacity, now: int = NOW, subject: Subject = SUBJECT) -> None:
    assert [wait_of(attempts, now, subject) for _ in range(count)] == [None] * count


def test_so_many_attempts_at_once_are_free(attempts: Attempts) -> None:
    use_up(attempts)
    assert wait_of(attempts, NOW) == 900


def test_one_attempt_comes_back_in_each_interval(attempts: Attempts) -> None:
    use_up(attempts)
    for times in range(1, 5):
        assert wait_of(attempts, NOW + 900 * times - 1) == 1
        assert wait_of(attempts, NOW + 900 * times) is None
        assert wait_of(attempts, NOW + 900 * times) == 900


def test_after_a_quiet_time_all_are_free_again(attempts: Attempts) -> None:
    use_up(attempts)
    use_up(attempts, now=NOW + 5 * 900)
    assert wait_of(attempts, NOW + 5 * 900) == 900


def test_refused_attempts_do_not_prolong_the_wait(attempts: Attempts) -> None:
    use_up(attempts)
    assert [wait_of(attempts, NOW + second) for second in range(0, 900, 90)] == list(range(900, 0, -90))
    assert wait_of(attempts, NOW + 900) is None


def test_subjects_kinds_and_suppliers_are_counted_apart(attempts: Attempts) -> None:
    use_up(attempts)
    for other in (SUBJECT._replace(name="0012346"), SUBJECT._replace(kind="login"), SUBJECT._replace(supplier="due")):
        assert attempts.count(other, now=NOW) == (1,)
    assert wait_of(attempts, NOW) == 900


@pytest.mark.parametrize("name", ["", "2001:db8::/64", "è" * 5000, "\ud800", "a#b"])
def test_any_text_is_a_subject(attempts: Attempts, name: str) -> None:
    subject = SUBJECT._replace(name=name, limit=Limit(1, 900))
    assert [wait_of(attempts, NOW, subject) for _ in range(2)] == [None, 900]


def test_of_several_subjects_all_are_counted(attempts: Attempts) -> None:
    assert [attempts.count(SUBJECT, SOURCE, now=NOW) for _ in range(3)] == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize("full", [SUBJECT, SOURCE])
def test_a_refusal_of_one_subject_takes_nothing_from_the_other(attempts: Attempts, full: Subject) -> None:
    use_up(attempts, full.limit.capacity, subject=full)
    for _ in range(50):
        assert wait_of(attempts, NOW, SUBJECT, SOURCE) == full.limit.interval
    other = SOURCE if full is SUBJECT else SUBJECT
    use_up(attempts, other.limit.capacity, subject=other)


def test_the_longest_wait_is_told(attempts: Attempts) -> None:
    use_up(attempts)
    use_up(attempts, 20, subject=SOURCE)
    assert wait_of(attempts, NOW, SOURCE, SUBJECT) == 900


def test_a_subject_that_is_forgotten_begins_anew(attempts: Attempts) -> None:
    use_up(attempts)
    attempts.forget(SUBJECT)
    use_up(attempts)
    assert wait_of(attempts, NOW) == 900


def test_an_attempt_that_is_refunded_was_none(attempts: Attempts) -> None:
    use_up(attempts)
    attempts.refund(SUBJECT)
    assert [wait_of(attempts, NOW) for _ in range(2)] == [None, 900]


def test_several_subjects_are_refunded_at_once(attempts: Attempts) -> None:
    for _ in range(3):
        attempts.count(SUBJECT, SOURCE, now=NOW)
    attempts.refund(SUBJECT, SOURCE)
    assert attempts.count(SUBJECT, SOURCE, now=NOW) == (3, 3)
    attempts.refund()


def test_no_more_is_refunded_than_was_counted(attempts: Attempts) -> None:
    use_up(attempts, 1)
    for _ in range(3):
        attempts.refund(SUBJECT)
    use_up(attempts)
    assert wait_of(attempts, NOW) == 900


@pytest.mark.parametrize("off", [1, 45, 300])
def test_a_clock_that_is_off_stretches_a_wait_by_no_more_than_that(attempts: Attempts, off: int) -> None:
    use_up(attempts, now=NOW + off)  # by a function whose clock is fast
    assert wait_of(attempts, NOW) == 900 + off
    assert wait_of(attempts, NOW + 900 + off) is None


@pytest.mark.parametrize("off", [1, 45, 300])
def test_a_fast_clock_wipes_no_more_than_it_is_fast(attempts: Attempts, off: int) -> None:
    use_up(attempts)
    assert wait_of(attempts, NOW + off) == 900 - off


def test_a_limit_that_was_changed_holds_at_once(attempts: Attempts) -> None:
    use_up(attempts)
    assert wait_of(attempts, NOW, SUBJECT._replace(limit=Limit(3, 900))) == 2700
    assert wait_of(attempts, NOW, SUBJECT._replace(limit=Limit(6, 900))) is None


@pytest.mark.parametrize("old", [0, 1, 5])
def test_of_fifty_at_once_the_free_ones_pass(attempts: Attempts, old: int) -> None:
    """Also when older attempts, which have leaked out, stand in the way."""
    if old:
        use_up(attempts, old, NOW - 86_400)
    start = Barrier(50)

    def guess() -> int | None:
        start.wait()
        return wait_of(attempts, NOW, SUBJECT, SOURCE)

    assert sorted(map(str, in_threads(*[guess] * 50))) == ["900"] * 45 + ["None"] * 5


def test_fifty_at_once_count_fifty(attempts: Attempts) -> None:
    subject, start = SUBJECT._replace(limit=Limit(50, 900)), Barrier(50)

    def guess() -> int | None:
        start.wait()
        return wait_of(attempts, NOW, subject)

    assert in_threads(*[guess] * 50) == (None,) * 50
    assert wait_of(attempts, NOW, subject) == 900


def test_an_unused_bucket_takes_one_request_any_other_two(
    new_client: Callable[[str], Any], new_table: Callable[[], str]
) -> None:
    client = new_client("dynamodb")
    requests, attempts = watched(client), Attempts(DynamoDb(client), new_table())

    def operations() -> list[str]:
        done = [operation for operation, _ in requests]
        requests.clear()
        return done

    assert attempts.count(SUBJECT, now=NOW) == (1,)
    assert operations() == ["UpdateItem"]
    assert attempts.count(SUBJECT, now=NOW) == (2,)
    assert operations() == ["UpdateItem"] * 2
    assert attempts.count(SOURCE, SUBJECT._replace(name="other"), now=NOW) == (1, 1)
    assert operations() == ["TransactWriteItems"]
    assert wait_of(attempts, NOW, SUBJECT._replace(limit=Limit(2, 900)), SOURCE) == 900
    assert operations() == ["TransactWriteItems"]


def test_no_personal_data_is_stored_and_the_table_can_clean_itself(dynamodb: Any, new_table: Callable[[], str]) -> None:
    table = new_table()
    subject = SUBJECT._replace(kind="login", name="mario@example.it")
    for _ in range(2):
        Attempts(DynamoDb(dynamodb), table).count(subject, now=NOW)
    [item] = dynamodb.scan(TableName=table)["Items"]
    assert item.pop("pk")["S"].startswith("uno#login#")
    assert len(item.pop("mark")["S"]) == 8  # random, of the last call
    assert item == {"drained_at": {"N": str(NOW + 1800)}, "expires_at": {"N": str(NOW + 1800)}}


def test_a_counter_of_the_version_before_is_an_unused_bucket(dynamodb: Any, new_table: Callable[[], str]) -> None:
    table = new_table()
    old = {"attempts": {"N": "9"}, "last_at": {"N": str(NOW)}, "expires_at": {"N": str(NOW + 86_400)}}
    dynamodb.put_item(TableName=table, Item={"pk": {"S": SUBJECT.key}, **old})
    use_up(Attempts(DynamoDb(dynamodb), table))


# Attempts in a row

IN_A_ROW = SUBJECT._replace(limit=Limit(capacity=5, interval=900, in_a_row=8))


def outcome_in_a_row(attempts: Attempts, now: int, *more: Subject) -> str:
    """Count one attempt; return "counted", or "wait", or "recover" where no wait helps."""
    try:
        attempts.count(IN_A_ROW, *more, now=now)
    except TooManyAttempts as refused:
        return "recover" if refused.until_recovery and refused.retry_after == 86_400 else "wait"
    return "counted"


def use_up_in_a_row(attempts: Attempts) -> None:
    outcomes = [outcome_in_a_row(attempts, NOW + 900 * number) for number in range(9)]
    assert outcomes == ["counted"] * 8 + ["recover"]


@pytest.mark.parametrize("pause", [0, 900, 7 * 900, 86_400, 300 * 86_400])
def test_so_many_in_a_row_are_all_however_slowly(attempts: Attempts, pause: int) -> None:
    outcomes = [outcome_in_a_row(attempts, NOW + number * (901 + pause)) for number in range(12)]
    assert outcomes == ["counted"] * 8 + ["recover"] * 4


def test_free_attempts_are_limited_in_a_row_as_well(attempts: Attempts) -> None:
    assert [outcome_in_a_row(attempts, NOW) for _ in range(6)] == ["counted"] * 5 + ["wait"]
    later = [outcome_in_a_row(attempts, NOW + 86_400) for _ in range(6)]
    assert later == ["counted"] * 3 + ["recover"] * 3


def test_where_a_series_is_used_up_nothing_is_counted_of_others(attempts: Attempts) -> None:
    use_up_in_a_row(attempts)
    for _ in range(30):
        assert outcome_in_a_row(attempts, NOW + 86_400, SOURCE) == "recover"
    assert attempts.count(SOURCE, now=NOW + 86_400) == (1,)


def test_the_end_of_a_series_leaves_the_bucket_as_it_is(attempts: Attempts) -> None:
    assert [outcome_in_a_row(attempts, NOW) for _ in range(6)] == ["counted"] * 5 + ["wait"]
    attempts.end_series(IN_A_ROW)
    assert outcome_in_a_row(attempts, NOW) == "wait"
    outcomes = [outcome_in_a_row(attempts, NOW + 900 * number) for number in range(1, 10)]
    assert outcomes == ["counted"] * 8 + ["recover"]


def test_there_need_be_no_series_to_end(attempts: Attempts) -> None:
    attempts.end_series(IN_A_ROW)
    use_up(attempts)
    attempts.end_series(SUBJECT)
    assert wait_of(attempts, NOW) == 900


def test_forgetting_ends_a_series(attempts: Attempts) -> None:
    use_up_in_a_row(attempts)
    attempts.forget(IN_A_ROW)
    use_up_in_a_row(attempts)


def test_a_refunded_attempt_was_none_of_the_series(attempts: Attempts) -> None:
    for number in range(20):
        assert outcome_in_a_row(attempts, NOW + 900 * number) == "counted"
        attempts.refund(IN_A_ROW)
    assert attempts.count(IN_A_ROW, now=NOW + 86_400) == (1,)


def test_only_attempts_since_the_last_success_are_returned(attempts: Attempts) -> None:
    assert [attempts.count(IN_A_ROW, now=NOW) for _ in range(3)] == [(1,), (2,), (3,)]
    attempts.end_series(IN_A_ROW)
    assert [attempts.count(IN_A_ROW, now=NOW) for _ in range(2)] == [(1,), (2,)]
    assert attempts.count(IN_A_ROW, now=NOW + 5 * 900) == (1,)  # the others have leaked out


def test_of_fifty_at_once_those_in_a_row_pass(attempts: Attempts) -> None:
    subject, start = SUBJECT._replace(limit=Limit(40, 900, in_a_row=10)), Barrier(50)

    def guess() -> int | None:
        start.wait()
        return wait_of(attempts, NOW, subject)

    assert sorted(map(str, in_threads(*[guess] * 50))) == ["86400"] * 40 + ["None"] * 10


def test_a_series_is_stored_for_a_year(dynamodb: Any, new_table: Callable[[], str]) -> None:
    table, year = new_table(), 365 * 86_400
    attempts = Attempts(DynamoDb(dynamodb), table)
    for used in (1, 2):
        attempts.count(IN_A_ROW, now=NOW)
        [item] = dynamodb.scan(TableName=table)["Items"]
        assert int(item["expires_at"]["N"]) == int(item["drained_at"]["N"]) + year == NOW + used * 900 + year
    DynamoDb(dynamodb).transact(attempts.succeeded(IN_A_ROW, now=NOW))
    [item] = dynamodb.scan(TableName=table)["Items"]
    assert item.keys() == {"pk", "drained_at", "expires_at", "mark"}
    assert (int(item["drained_at"]["N"]), int(item["expires_at"]["N"])) == (NOW + 900, NOW + 1800)


def test_a_success_after_a_recovery_leaves_no_lasting_item(dynamodb: Any, new_table: Callable[[], str]) -> None:
    table = new_table()
    attempts = Attempts(DynamoDb(dynamodb), table)
    DynamoDb(dynamodb).transact(attempts.succeeded(IN_A_ROW, now=NOW))
    [item] = dynamodb.scan(TableName=table)["Items"]
    assert int(item["expires_at"]["N"]) == NOW
    assert attempts.count(IN_A_ROW, now=NOW) == (1,)


# Clocks that differ


SKEW = 300  # seconds that a function's clock may be off, either way


@pytest.mark.parametrize(("slow", "fast"), [(-SKEW, 0), (0, SKEW), (-SKEW, SKEW)])
@pytest.mark.parametrize("seed", range(3))
def test_clocks_that_are_off_neither_wipe_nor_stretch_waits_beyond_that(
    attempts: Attempts, slow: int, fast: int, seed: int
) -> None:
    """Count two hundred attempts, each with a clock of its own, beside a bucket that always has the right time."""
    chance, off_at_most = random.Random(seed), fast - slow
    time, right, counted = NOW, 0, []
    for _ in range(200):
        time += chance.choice([0, 1, 60, 450, 900, 1800])
        told = wait_of(attempts, time + chance.choice([slow, 0, fast, chance.randint(slow, fast)]))
        if told is None:
            counted.append(time)
            assert LIMIT.wait(right, time) <= off_at_most
            right = max(time, right) + LIMIT.interval
        else:
            assert told <= LIMIT.wait(right, time) + off_at_most
    for first, begin in enumerate(counted):
        for number, end in enumerate(counted[first:], 1):
            assert number <= LIMIT.capacity + (end - begin + off_at_most) / LIMIT.interval


EXTRA = Subject("*", "mailbox", "mario@example.it", Limit(capacity=2, interval=3600))
OTHER = Subject("*", "mails-source", "203.0.113.9", Limit(capacity=4, interval=240))


def test_extras_are_counted_while_all_of_them_have_room_and_refuse_nothing(attempts: Attempts) -> None:
    assert [attempts.count_with([SUBJECT], [EXTRA, OTHER], now=NOW) for _ in range(4)] == [True, True, False, False]
    assert wait_of(attempts, NOW) is None  # four of five are counted
    assert wait_of(attempts, NOW) == 900
    assert wait_of(attempts, NOW, EXTRA) == 3600
    assert [wait_of(attempts, NOW, OTHER) for _ in range(3)] == [None, None, 240]


def test_a_refusal_takes_nothing_from_the_extras(attempts: Attempts) -> None:
    use_up(attempts)
    for _ in range(10):
        with pytest.raises(TooManyAttempts):
            attempts.count_with([SUBJECT], [EXTRA], now=NOW)
    use_up(attempts, 2, subject=EXTRA)


def test_extras_alone_are_counted_too(attempts: Attempts) -> None:
    assert attempts.count_with([], [], now=NOW)
    assert [attempts.count_with([], [EXTRA], now=NOW) for _ in range(3)] == [True, True, False]
    assert [attempts.count_with([], [EXTRA, OTHER], now=NOW + 3600) for _ in range(2)] == [True, False]


def test_of_fifty_at_once_no_more_extras_pass_than_have_room(attempts: Attempts) -> None:
    subject, start = SUBJECT._replace(limit=Limit(50, 900)), Barrier(50)

    def guess() -> bool:
        start.wait()
        return attempts.count_with([subject], [EXTRA, OTHER], now=NOW)

    assert sum(in_threads(*[guess] * 50)) == 2
    assert wait_of(attempts, NOW, subject) == 900


def test_used_up_extras_take_as_many_requests_as_used_ones(
    new_client: Callable[[str], Any], new_table: Callable[[], str]
) -> None:
    client = new_client("dynamodb")
    requests, attempts = watched(client), Attempts(DynamoDb(client), new_table())
    for counted, calls in ((True, 1), (True, 2), (False, 2)):
        requests.clear()
        assert attempts.count_with([SUBJECT, SOURCE], [EXTRA], now=NOW) is counted
        assert len(requests) == calls
