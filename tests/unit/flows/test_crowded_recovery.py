"""Strangers who keep an address's count of recoveries full: whoever reads its mail recovers all the same."""

import re

import pytest

from recovery import flow
from tests.unit.flows.deployed import default, with_deployed_limits
from tests.unit.flows.fixtures import (
    MARIO,
    NOW,
    SOURCE,
    Flows,
    answered,
    coded,
    forgotten,
    mailed_recovery_code,
    new_flows,
    register_mario,
)
from tests.unit.flows.test_mail_budgets import World
from utenza.errors import CodeInvalid, TooManyAttempts, UtenzaError
from utenza.tokens import email_codes

ADDRESS, UNKNOWN = "mario@example.org", "nobody@example.org"
_BILLS = [MARIO._replace(code=f"01234566{number}") for number in range(10, 22)]


@pytest.fixture
def world() -> World:
    world = World(register_mario(new_flows(MARIO, *_BILLS)))
    mailing = world.flows.recovery._replace(sends_mail=True)
    world.flows = with_deployed_limits(world.flows._replace(recovery=mailing))
    return world


@pytest.fixture
def flows(world: World) -> Flows:
    return world.flows


def _start(flows: Flows, *, now: int = NOW, source: str = SOURCE, user_id: str = ADDRESS) -> str:
    request = forgotten(user_id=user_id)
    return flow.start(request, flows.recovery, source=source, language="it", now=now).recovery_token


def _source(number: int) -> str:
    return f"198.18.{number % 1000 // 250}.{number % 250}"


def _crowd(flows: Flows, user_id: str = ADDRESS) -> None:
    """Begin as many recoveries as the address has at once."""
    for number in range(default("RecoveryAttemptsPerAccount")):
        _start(flows, source=_source(number), user_id=user_id)


def _answer(flows: Flows, token: str, code: str, now: int = NOW) -> str:
    try:
        return flow.check_code(coded(token, code), flows.recovery, now=now).next
    except CodeInvalid as refused:
        return f"code_invalid {refused.words}".strip()
    except UtenzaError as refused:
        return refused.code


def _long(flows: Flows) -> str:
    """Return the long code of the latest recovery."""
    recovery = [*flows.recoveries.open.values()][-1].recovery
    key = email_codes.key_of(recovery.code_key, flows.recovery.keys, now=NOW)
    assert key
    return email_codes.long_code_for("recovery", recovery.code_id, key)


@pytest.mark.parametrize("minutes", [1, 61, 5 * 60 - 1, 12 * 60 + 7, 24 * 60 - 1, 24 * 60 + 1, 47 * 60])
def test_whoever_reads_the_mail_recovers_at_any_moment_of_a_flood_from_a_thousand_sources(
    world: World, minutes: int
) -> None:
    """Recoveries, and registrations that use up the mailbox, each minute; the owner has the newest mail, and types."""
    refused = 0
    for number in range(minutes):
        now = NOW + 60 * number
        world.recover(ADDRESS, _source(number), now)
        if number % 5 == 0:
            try:
                world.choose(_BILLS[number % 12].code, ADDRESS, _source(number), now)
            except TooManyAttempts:
                refused += 1
    now = NOW + 60 * minutes
    token = world.recover(ADDRESS, SOURCE, now).recovery_token
    [*_, newest] = (mail for mail in world.letters if mail.subject.endswith("nuova password"))
    long = re.search(r"^\d{4} \d{4} \d{4} \d{4}$", newest.text, re.MULTILINE)
    assert long
    token = flow.check_code(coded(token, long[0]), world.flows.recovery, now=now).recovery_token
    assert flow.change_password(answered(token), world.flows.recovery, now=now)
    assert len(world.letters) <= 2 * 10 + 5


@pytest.mark.parametrize("user_id", [ADDRESS, UNKNOWN])
def test_over_the_count_of_the_address_six_digits_are_not_compared(flows: Flows, user_id: str) -> None:
    _crowd(flows, user_id)
    token = _start(flows, user_id=user_id)
    answers = {_answer(flows, token, mailed_recovery_code(flows)) for _ in range(3)} | {_answer(flows, token, "x")}
    assert answers == {"code_invalid long_code"}


def test_the_long_code_fits_recoveries_of_both_kinds(flows: Flows) -> None:
    token = _start(flows)
    assert _answer(flows, token, _long(flows)) == "answer"
    _crowd(flows)
    token = _start(flows)
    assert _answer(flows, token, _long(flows).replace(" ", "")) == "answer"


def test_a_long_code_of_another_recovery_or_of_no_account_fits_nothing(flows: Flows) -> None:
    token = _start(flows)
    own = _long(flows)
    assert _answer(flows, token, own[:-1] + str((int(own[-1]) + 1) % 10)) == "code_invalid"
    _crowd(flows, UNKNOWN)
    token = _start(flows, user_id=UNKNOWN)
    assert _answer(flows, token, own) == "code_invalid long_code"
    assert _answer(flows, token, _long(flows)) == "code_invalid long_code"


def test_five_tries_end_such_a_recovery_too(flows: Flows) -> None:
    _crowd(flows)
    token = _start(flows)
    assert [_answer(flows, token, "0" * 16) for _ in range(5)] == ["code_invalid long_code"] * 5
    assert _answer(flows, token, _long(flows)) == "recovery_token_invalid"


@pytest.mark.parametrize("user_id", [ADDRESS, UNKNOWN])
def test_a_source_has_to_wait_all_the_same(flows: Flows, user_id: str) -> None:
    for _ in range(default("RecoveryAttemptsPerSource")):
        _start(flows, user_id=user_id)
    for _ in range(3):
        with pytest.raises(TooManyAttempts):
            _start(flows, user_id=user_id)
    assert _start(flows, user_id=user_id, source=_source(1))


def test_a_recovery_that_was_not_counted_gives_nothing_back(flows: Flows) -> None:
    _crowd(flows)
    before = flows.attempts.used("recovery-account", flows.recovery.per_account, NOW)
    _finish(flows)
    assert flows.attempts.used("recovery-account", flows.recovery.per_account, NOW) == before == 10


def test_one_that_was_counted_gives_its_start_back(flows: Flows) -> None:
    _start(flows, source=_source(1))
    _finish(flows)
    assert flows.attempts.used("recovery-account", flows.recovery.per_account, NOW) == 1


def _finish(flows: Flows) -> None:
    token = _start(flows)
    token = flow.check_code(coded(token, _long(flows)), flows.recovery, now=NOW).recovery_token
    flow.change_password(answered(token), flows.recovery, now=NOW)


@pytest.mark.parametrize("user_id", [ADDRESS, UNKNOWN])
def test_without_mail_the_address_has_to_wait(flows: Flows, user_id: str) -> None:
    without = flows._replace(recovery=flows.recovery._replace(sends_mail=False))
    _crowd(without, user_id)
    with pytest.raises(TooManyAttempts) as refused:
        _start(without, user_id=user_id)
    assert refused.value.retry_after == default("AttemptsRefillSeconds")


def test_a_hundred_thousand_guesses_an_hour_at_the_long_code_are_hopeless() -> None:
    """A thousand sources, each with all that it has, all year: the chance of one right guess."""
    a_year = 1000 * (100 + 50 * 24 * 365) * 5
    assert a_year / 10**16 < 1 / 4_000_000
