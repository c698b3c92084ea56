"""Recovery with mail, on fakes: the code first, the question only after it."""

from typing import Any

import pytest

from recovery import flow
from tests.unit.flows.fixtures import (
    MARIO,
    NOW,
    SOURCE,
    Flows,
    answered,
    coded,
    forgotten,
    forgotten_user_id,
    mailed_recovery_code,
    new_flows,
    register_mario,
)
from utenza.errors import CodeInvalid, RecoveryTokenExpired, RecoveryTokenInvalid, TooManyAttempts, UtenzaError
from utenza.tables.recoveries import MERGED, address_of

ADDRESS = "mario@example.org"
UNKNOWN = "nobody@example.org"
QUESTION = "Come si chiamava il mio primo gatto?"


@pytest.fixture
def flows() -> Flows:
    """Return a house that sends mail, in which Mario has registered."""
    flows = register_mario(new_flows())
    return flows._replace(recovery=flows.recovery._replace(sends_mail=True))


def _start(flows: Flows, *, now: int = NOW, **changes: Any) -> flow.Started:
    return flow.start(forgotten(**changes), flows.recovery, source=SOURCE, language="it", now=now)


def _code(flows: Flows, token: str, code: str, *, now: int = NOW) -> str:
    try:
        return flow.check_code(coded(token, code), flows.recovery, now=now).recovery_token
    except UtenzaError as refused:
        return refused.code


def _answer(flows: Flows, token: str, *, now: int = NOW, **changes: Any) -> str:
    try:
        flow.change_password(answered(token, **changes), flows.recovery, now=now)
    except UtenzaError as refused:
        return refused.code
    return "changed"


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("user_id", [ADDRESS, UNKNOWN, "no address", "mar\u0131o@example.org"])
def test_everyone_is_asked_for_a_code_and_shown_no_question(flows: Flows, user_id: str) -> None:
    started = _start(flows, user_id=user_id)
    assert (started.next, started.question, started.expires_in) == ("code", None, 900)


def test_the_code_shows_the_question_and_the_answer_changes_the_password(flows: Flows) -> None:
    token = _start(flows).recovery_token
    request = flow.check_code(coded(token, mailed_recovery_code(flows)), flows.recovery, now=NOW)
    assert (request.next, request.question) == ("answer", QUESTION)
    assert _answer(flows, request.recovery_token) == "changed"


def test_the_same_code_again_leads_to_the_same_recovery(flows: Flows) -> None:
    token = _start(flows).recovery_token
    code = mailed_recovery_code(flows)
    tokens = [_code(flows, token, code, now=NOW + later) for later in range(7)]
    assert len({flows.recovery.recovery_tokens.read(each, "answer", now=NOW) for each in tokens}) == 1
    assert _answer(flows, tokens[0], answer="Fuffi") == "answer_invalid"
    assert _code(flows, token, code).startswith("recovery-9")
    assert [_answer(flows, tokens[1], answer="Fuffi") for _ in range(4)] == ["answer_invalid"] * 4
    assert _answer(flows, tokens[2]) == "recovery_token_invalid"


def test_codes_have_five_tries_in_all_before_and_after_the_right_one(flows: Flows) -> None:
    token = _start(flows).recovery_token
    code = mailed_recovery_code(flows)
    assert [_code(flows, token, _wrong(code)) for _ in range(2)] == ["code_invalid"] * 2
    assert [_code(flows, token, code).startswith("recovery-") for _ in range(2)] == [True] * 2
    assert [_code(flows, token, _wrong(code)) for _ in range(3)] == ["recovery_token_invalid"] * 3
    assert _code(flows, token, code) == "recovery_token_invalid"


def test_a_code_is_not_repeated_once_the_password_is_changed(flows: Flows) -> None:
    token = _start(flows).recovery_token
    code = mailed_recovery_code(flows)
    assert _answer(flows, _code(flows, token, code)) == "changed"
    assert _code(flows, token, code) == "recovery_token_invalid"


def test_steps_cannot_be_left_out(flows: Flows) -> None:
    token = _start(flows).recovery_token
    assert _answer(flows, token) == "recovery_token_invalid"
    code = mailed_recovery_code(flows)
    second = _code(flows, token, code)
    assert _code(flows, second, code) == "recovery_token_invalid"
    assert _answer(flows, token) == "recovery_token_invalid"
    assert _answer(flows, second) == "changed"
    assert _code(flows, second, code) == "recovery_token_invalid"


@pytest.mark.parametrize("user_id", [ADDRESS, UNKNOWN, "no address"])
def test_five_wrong_codes_end_a_recovery_whoever_it_is_of(flows: Flows, user_id: str) -> None:
    token = _start(flows, user_id=user_id).recovery_token
    assert [_code(flows, token, "x") for _ in range(6)] == ["code_invalid"] * 5 + ["recovery_token_invalid"]


def test_no_code_fits_an_unknown_or_closed_account(flows: Flows) -> None:
    token = _start(flows, user_id=UNKNOWN).recovery_token
    assert _code(flows, token, mailed_recovery_code(flows)) == "code_invalid"
    token = _start(flows).recovery_token
    flows.accounts.close("gas", ADDRESS)
    assert _code(flows, token, mailed_recovery_code(flows)) == "code_invalid"


def test_a_code_is_good_for_its_own_recovery_alone(flows: Flows) -> None:
    older = _start(flows).recovery_token
    code, later = mailed_recovery_code(flows), NOW + MERGED
    newer = _start(flows, now=later).recovery_token
    assert code == mailed_recovery_code(flows) or _code(flows, newer, code, now=later) == "code_invalid"
    assert _code(flows, newer, mailed_recovery_code(flows), now=later).startswith("recovery-")
    assert _code(flows, older, code, now=later).startswith("recovery-")


def test_recoveries_within_five_minutes_are_one_mail_and_its_code_fits_each(flows: Flows) -> None:
    tokens = [_start(flows, now=NOW + seconds).recovery_token for seconds in (0, 1, MERGED - 1)]
    first, *others = flows.recoveries.open
    assert {flows.recoveries.open[claims].recovery.code_id for claims in others} == {first.recovery_id}
    code = mailed_recovery_code(flows, first)
    assert [_code(flows, token, code)[:9] for token in tokens] == ["recovery-"] * 3
    assert _mails_left(flows) == 4  # what became one was counted once


def test_a_used_code_fits_no_recovery_begun_later(flows: Flows) -> None:
    token = _start(flows).recovery_token
    code = mailed_recovery_code(flows)
    assert _code(flows, token, code).startswith("recovery-")
    later = _start(flows).recovery_token
    [first, second] = flows.recoveries.open
    assert flows.recoveries.open[second].recovery.code_id != first.recovery_id
    assert _code(flows, later, mailed_recovery_code(flows)).startswith("recovery-")


def test_who_uses_up_a_mailbox_leaves_its_owner_the_code_of_the_last_mail(flows: Flows) -> None:
    for minute in range(0, 120, 10):  # a stranger, with nothing left after five mails
        _start(flows, now=NOW + minute * 60)
    last = flows.recoveries.mailed["gas", address_of(ADDRESS)]
    assert last.mailed_at == NOW + 40 * 60
    later = NOW + 3 * 3600
    token = _start(flows, now=later).recovery_token
    claims = [*flows.recoveries.open][-1]
    assert flows.recoveries.open[claims].recovery.code_id == last.code_id
    second = _code(flows, token, mailed_recovery_code(flows), now=later)
    assert _answer(flows, second, now=later) == "changed"
    _start(flows, now=later)  # of the next generation: an old code is not good for it
    assert flows.recoveries.open[[*flows.recoveries.open][-1]].recovery.code_id != last.code_id


def test_other_mails_leave_room_for_a_recovery(flows: Flows) -> None:
    budget = flows.recovery.mail_budget
    while flows.attempts.count_with((), [budget.mailbox(ADDRESS)], now=NOW):
        pass
    _start(flows)
    assert flows.recoveries.mailed["gas", address_of(ADDRESS)].mailed_at == NOW


def _mails_left(flows: Flows) -> int:
    mailbox = flows.recovery.mail_budget.recovery_mailbox(ADDRESS)
    return mailbox.limit.capacity - flows.attempts.used("mailbox", mailbox.limit, NOW + MERGED)


def test_a_code_of_before_the_new_password_is_good_for_nothing(flows: Flows) -> None:
    older = _start(flows).recovery_token
    code = mailed_recovery_code(flows)
    later = NOW + MERGED
    second = _code(flows, _start(flows, now=later).recovery_token, mailed_recovery_code(flows), now=later)
    assert _answer(flows, second, now=later) == "changed"
    assert _code(flows, older, code, now=later) == "code_invalid"


def test_answers_have_five_tries_of_their_own_after_the_codes(flows: Flows) -> None:
    token = _start(flows).recovery_token
    code = mailed_recovery_code(flows)
    for _ in range(4):
        assert _code(flows, token, _wrong(code)) == "code_invalid"
    second = _code(flows, token, code)
    outcomes = [_answer(flows, second, answer="Fuffi") for _ in range(6)]
    assert outcomes == ["answer_invalid"] * 5 + ["recovery_token_invalid"]


def test_fifteen_minutes_are_for_both_steps_together(flows: Flows) -> None:
    token = _start(flows).recovery_token
    with pytest.raises(RecoveryTokenExpired):
        flow.check_code(coded(token, "123456"), flows.recovery, now=NOW + 900)
    second = _code(flows, token, mailed_recovery_code(flows), now=NOW + 899)
    assert _answer(flows, second, now=NOW + 900) == "recovery_token_invalid"


def test_the_first_step_does_the_same_whoever_asks(flows: Flows) -> None:
    class Watched:
        calls = 0

        def login_of(self, *_: str) -> None:
            self.calls += 1

    accounts: Any = Watched()
    dependencies = flows.recovery._replace(accounts=accounts)
    for user_id in (ADDRESS, UNKNOWN):
        started = flow.start(forgotten(user_id=user_id), dependencies, source=SOURCE, language="it", now=NOW)
        token = started.recovery_token
        assert accounts.calls == 1
        with pytest.raises(CodeInvalid):
            flow.check_code(coded(token, "x"), dependencies, now=NOW)
        assert accounts.calls == 2
        accounts.calls = 0


# The reminder of the user id


def _remind(flows: Flows, *, source: str = SOURCE, **changes: Any) -> None:
    flow.remind(forgotten_user_id(**changes), flows.recovery, source=source, now=NOW)


def test_a_reminder_is_noted_for_everyone_and_goes_to_whose_bill_it_is(flows: Flows) -> None:
    [account] = flows.accounts.accounts.values()
    _remind(flows)
    _remind(flows, customer_code="9999999999")
    _remind(flows, supplier="luce")
    assert flows.reminders.requested == {
        ("gas", MARIO.code): account.account_id,
        ("gas", "9999999999"): None,
        ("luce", MARIO.code): None,
    }


def test_a_bill_without_its_tax_code_is_nobodys(flows: Flows) -> None:
    _remind(flows, tax_code="12345670017")
    assert flows.reminders.requested == {("gas", MARIO.code): None}


def test_who_has_no_account_is_reminded_of_none() -> None:
    flows = new_flows(mail=True)
    _remind(flows)
    assert flows.reminders.requested == {("gas", MARIO.code): None}


def test_reminders_are_counted_per_customer_code_known_or_not(flows: Flows) -> None:
    for code in (MARIO.code, "9999999999"):
        for number in range(10):
            _remind(flows, customer_code=code, source=f"192.0.2.{number}")
        with pytest.raises(TooManyAttempts):
            _remind(flows, customer_code=code, source="192.0.2.99")


def test_a_token_of_the_mail_less_way_needs_no_code(flows: Flows) -> None:
    without = flows.recovery._replace(sends_mail=False)
    token = flow.start(forgotten(), without, source=SOURCE, language="it", now=NOW).recovery_token
    with pytest.raises(RecoveryTokenInvalid):
        flow.check_code(coded(token, mailed_recovery_code(flows)), flows.recovery, now=NOW)
