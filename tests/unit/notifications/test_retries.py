"""When a notification is tried again: a pure function of why it failed, and of what came before."""

import json
from itertools import chain, repeat

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from notifications.changes import Notification
from notifications.expiry import LIFETIMES, has_expired, longest_wait
from notifications.queue import body_of, read
from notifications.retries import LONGEST, Reason, Rules, Waiting, after, reason_of

NOW = 1_800_000_000
RULES = Rules(first=60, hours=24)
WELCOME = Notification("welcome", "event-1", NOW, "gas", {"account_id": "a"})


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("TooManyRequestsException", "throttled"),
        ("ThrottlingException", "throttled"),  # "Daily message quota exceeded" and "Maximum sending rate exceeded"
        ("LimitExceededException", "throttled"),
        ("SendingPausedException", "throttled"),
        ("AccountSuspendedException", "throttled"),
        ("MessageRejected", "refused"),
        ("BadRequestException", "refused"),
        ("AccessDeniedException", "failed"),
        ("InternalFailure", "failed"),
    ],
)
def test_what_aws_says_tells_whether_it_helps_to_ask_again(code: str, reason: Reason) -> None:
    assert reason_of(ClientError({"Error": {"Code": code}}, "SendEmail")) == reason


def test_no_answer_is_no_refusal() -> None:
    assert reason_of(ReadTimeoutError(endpoint_url="https://ses.example")) == "unanswered"
    assert reason_of(KeyError("code")) == "failed"


def _waits(*reasons: Reason, then: Reason | None = None) -> list[int]:
    """Return how long each wait is, one after another, until it is given up; `then` is what always comes after."""
    waiting, now, waits = Waiting(), NOW, list[int]()
    for reason in chain(reasons, repeat(then) if then else ()):
        again = after(waiting, reason, RULES, now=now)
        if again is None:
            break
        waiting, wait = again
        waits.append(wait)
        now += wait
    return waits


def test_throttling_is_waited_for_with_growing_delays_for_the_hours_that_the_parameter_says() -> None:
    waits = _waits(then="throttled")
    assert [30 <= waits[0] <= 60, 60 <= waits[1] <= 120, 120 <= waits[2] <= 240, 240 <= waits[3] <= 480] == [True] * 4
    assert all(450 <= wait <= LONGEST for wait in waits[4:])
    assert 24 * 3600 <= sum(waits) < 24 * 3600 + LONGEST


def test_a_code_that_somebody_waits_for_is_tried_often_while_it_is_good() -> None:
    code = WELCOME._replace(kind="recovery_code")
    rules, waiting, now = Rules(60, 24, longest_wait(code)), Waiting(), NOW
    while (again := after(waiting, "throttled", rules, now=now)) and not has_expired(code, now=now):
        waiting, wait = again
        assert wait <= 60
        now += wait
    assert waiting.throttled > 14
    assert longest_wait(code._replace(kind="confirmation_code")) == 300
    assert longest_wait(WELCOME) == LONGEST


def test_all_else_is_tried_five_times_and_a_refusal_once() -> None:
    assert len(_waits(then="failed")) == 4
    assert len(_waits(then="unanswered")) == 4
    assert _waits("refused") == []
    assert sum(_waits(then="failed")) <= 900  # operators hear of a fault within a quarter of an hour


def test_throttling_and_having_had_no_turn_take_no_try() -> None:
    tries: list[Reason] = ["throttled", "slow"] * 9
    assert len(_waits(*tries, then="failed")) == len(tries) + 4


def test_a_message_says_what_it_has_been_through_and_one_of_a_redrive_begins_again() -> None:
    waiting = Waiting(1, 7, NOW)
    assert read(body_of(WELCOME, waiting)) == (WELCOME, waiting)
    assert read(body_of(WELCOME)) == (WELCOME, Waiting())
    assert "waited" not in json.loads(body_of(WELCOME))
    assert read(json.dumps(WELCOME._asdict())) == (WELCOME, Waiting())  # of an earlier version


def test_codes_expire_and_other_mails_are_never_too_late() -> None:
    for kind, lifetime in LIFETIMES.items():
        code = WELCOME._replace(kind=kind)
        assert not has_expired(code, now=NOW + lifetime - 1)
        assert has_expired(code, now=NOW + lifetime)
    assert not has_expired(WELCOME, now=NOW * 2)
