"""Recovery with mail, on fakes: the code first, the question only after it."""

from typing import Any

import pytest

from recovery import flow
from tests.unit.flows.house import (
    MARIO,
    NOW,
    SOURCE,
    House,
    answered,
    coded,
    forgotten,
    forgotten_user_id,
    house,
    mailed_recovery_code,
    register_mario,
)
from utenza.concurrency import run
from utenza.errors import CodeInvalid, RecoveryTokenExpired, RecoveryTokenInvalid, TooManyAttempts, UtenzaError

ADDRESS = "mario@example.org"
UNKNOWN = "nobody@example.org"
QUESTION = "Come si chiamava il mio primo gatto?"


@pytest.fixture
def here() -> House:
    """Return a house that sends mail, in which Mario has registered."""
    here = register_mario(house())
    return here._replace(recovery=here.recovery._replace(sends_mail=True))


def _start(here: House, *, now: int = NOW, **changes: Any) -> flow.Started:
    return run(flow.start(forgotten(**changes), here.recovery, source=SOURCE, language="it", now=now))


def _code(here: House, token: str, code: str, *, now: int = NOW) -> str:
    try:
        return run(flow.check_code(coded(token, code), here.recovery, now=now)).recovery_token
    except UtenzaError as refused:
        return refused.code


def _answer(here: House, token: str, *, now: int = NOW, **changes: Any) -> str:
    try:
        run(flow.change_password(answered(token, **changes), here.recovery, now=now))
    except UtenzaError as refused:
        return refused.code
    return "changed"


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("user_id", [ADDRESS, UNKNOWN, "no address", "mar\u0131o@example.org"])
def test_everyone_is_asked_for_a_code_and_shown_no_question(here: House, user_id: str) -> None:
    started = _start(here, user_id=user_id)
    assert (started.next, started.question, started.expires_in) == ("code", None, 900)


def test_the_code_shows_the_question_and_the_answer_changes_the_password(here: House) -> None:
    token = _start(here).recovery_token
    asked = run(flow.check_code(coded(token, mailed_recovery_code(here)), here.recovery, now=NOW))
    assert (asked.next, asked.question) == ("answer", QUESTION)
    assert _answer(here, asked.recovery_token) == "changed"
    assert _answer(here, asked.recovery_token) == "recovery_token_invalid"


def test_steps_cannot_be_left_out_or_repeated(here: House) -> None:
    token = _start(here).recovery_token
    assert _answer(here, token) == "recovery_token_invalid"
    code = mailed_recovery_code(here)
    second = _code(here, token, code)
    assert _code(here, token, code) == "recovery_token_invalid"
    assert _code(here, second, code) == "recovery_token_invalid"
    assert _answer(here, token) == "recovery_token_invalid"
    assert _answer(here, second) == "changed"
    assert _code(here, second, code) == "recovery_token_invalid"


@pytest.mark.parametrize("user_id", [ADDRESS, UNKNOWN, "no address"])
def test_five_wrong_codes_end_a_recovery_whoever_it_is_of(here: House, user_id: str) -> None:
    token = _start(here, user_id=user_id).recovery_token
    assert [_code(here, token, "x") for _ in range(6)] == ["code_invalid"] * 5 + ["recovery_token_invalid"]


def test_no_code_fits_an_unknown_or_closed_account(here: House) -> None:
    token = _start(here, user_id=UNKNOWN).recovery_token
    assert _code(here, token, mailed_recovery_code(here, UNKNOWN)) == "code_invalid"
    token = _start(here).recovery_token
    here.accounts.close("gas", ADDRESS)
    assert _code(here, token, mailed_recovery_code(here)) == "code_invalid"


def test_a_code_is_good_for_its_own_recovery_alone(here: House) -> None:
    older = _start(here).recovery_token
    code = mailed_recovery_code(here)
    newer = _start(here).recovery_token
    assert _code(here, older, code) == "recovery_token_invalid"
    assert code == mailed_recovery_code(here) or _code(here, newer, code) == "code_invalid"
    assert _code(here, newer, mailed_recovery_code(here)).startswith("recovery-")


def test_answers_have_five_tries_of_their_own_after_the_codes(here: House) -> None:
    token = _start(here).recovery_token
    code = mailed_recovery_code(here)
    for _ in range(4):
        assert _code(here, token, _wrong(code)) == "code_invalid"
    second = _code(here, token, code)
    outcomes = [_answer(here, second, answer="Fuffi") for _ in range(6)]
    assert outcomes == ["answer_invalid"] * 5 + ["recovery_token_invalid"]


def test_fifteen_minutes_are_for_both_steps_together(here: House) -> None:
    token = _start(here).recovery_token
    with pytest.raises(RecoveryTokenExpired):
        run(flow.check_code(coded(token, "123456"), here.recovery, now=NOW + 900))
    second = _code(here, token, mailed_recovery_code(here), now=NOW + 899)
    assert _answer(here, second, now=NOW + 900) == "recovery_token_invalid"


def test_the_first_step_does_the_same_whoever_asks(here: House) -> None:
    class Watched:
        calls = 0

        async def login_of(self, *_: str) -> None:
            self.calls += 1

    accounts: Any = Watched()
    desk = here.recovery._replace(accounts=accounts)
    for user_id in (ADDRESS, UNKNOWN):
        token = run(flow.start(forgotten(user_id=user_id), desk, source=SOURCE, language="it", now=NOW)).recovery_token
        assert accounts.calls == 0
        with pytest.raises(CodeInvalid):
            run(flow.check_code(coded(token, "x"), desk, now=NOW))
        assert accounts.calls == 1
        accounts.calls = 0


# The reminder of the user id


def _remind(here: House, *, source: str = SOURCE, **changes: Any) -> None:
    run(flow.remind(forgotten_user_id(**changes), here.recovery, source=source, now=NOW))


def test_a_reminder_is_noted_for_everyone_and_goes_to_whose_bill_it_is(here: House) -> None:
    [account] = here.accounts.accounts.values()
    _remind(here)
    _remind(here, customer_code="9999999999")
    _remind(here, supplier="luce")
    assert here.reminders.asked == {
        ("gas", MARIO.code): account.account_id,
        ("gas", "9999999999"): None,
        ("luce", MARIO.code): None,
    }


def test_a_bill_without_its_tax_code_is_nobodys(here: House) -> None:
    _remind(here, tax_code="12345670017")
    assert here.reminders.asked == {("gas", MARIO.code): None}


def test_who_has_no_account_is_reminded_of_none() -> None:
    here = house(mail=True)
    _remind(here)
    assert here.reminders.asked == {("gas", MARIO.code): None}


def test_reminders_are_counted_per_customer_code_known_or_not(here: House) -> None:
    for code in (MARIO.code, "9999999999"):
        for number in range(10):
            _remind(here, customer_code=code, source=f"192.0.2.{number}")
        with pytest.raises(TooManyAttempts):
            _remind(here, customer_code=code, source="192.0.2.99")


def test_a_token_of_the_mail_less_way_needs_no_code(here: House) -> None:
    without = here.recovery._replace(sends_mail=False)
    token = run(flow.start(forgotten(), without, source=SOURCE, language="it", now=NOW)).recovery_token
    with pytest.raises(RecoveryTokenInvalid):
        run(flow.check_code(coded(token, mailed_recovery_code(here)), here.recovery, now=NOW))
