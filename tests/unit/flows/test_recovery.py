"""Recovery on fakes: who gets a new password, and what everyone else learns."""

from typing import Any

import pytest

from credentials.flow import register
from login.flow import LoginResult, log_in, refresh
from recovery import flow
from tests.unit.flows.fixtures import (
    HASHER,
    ISSUER,
    MARIO,
    NEW_PASSWORD,
    NOW,
    PASSWORD,
    SOURCE,
    Flows,
    answered,
    coded,
    forgotten,
    forgotten_user_id,
    new_flows,
    register_mario,
    step_one,
    step_two,
    typed_login,
)
from tests.unit.flows.fixtures import (
    read_account as read,
)
from utenza.errors import (
    AccessTokenInvalid,
    AnswerInvalid,
    FieldError,
    InvalidCredentials,
    InvalidRequest,
    RecoveryTokenExpired,
    RecoveryTokenInvalid,
    RefreshTokenInvalid,
    TooManyAttempts,
    UtenzaError,
)
from utenza.identifiers import email
from utenza.limits.limit import Limit
from utenza.passwords import answers
from utenza.passwords.cost import Cost
from utenza.passwords.decoy_questions import question_for
from utenza.passwords.hashing import Hasher
from verify.flow import verify

ADDRESS = "mario@example.org"
QUESTION = "Come si chiamava il mio primo gatto?"
LOOK_ALIKES = ["mar\u0131o@example.org", "mario@e\u212aample.org", "\uff4dario@example.org", "mario@\uff45xample.org"]


@pytest.fixture
def flows() -> Flows:
    """Return a house in which Mario has registered."""
    return register_mario(new_flows())


def _start(flows: Flows, *, now: int = NOW, source: str = SOURCE, **changes: Any) -> flow.Started:
    return flow.start(forgotten(**changes), flows.recovery, source=source, language="it", now=now)


def _answer(flows: Flows, token: str, *, now: int = NOW, **changes: Any) -> str:
    return flow.change_password(answered(token, **changes), flows.recovery, now=now)


def _log_in(flows: Flows, password: str, *, now: int = NOW) -> LoginResult:
    return log_in(typed_login(password=password), flows.login, source=SOURCE, issuer=ISSUER, now=now)


def _decoy(flows: Flows, supplier: str = "gas", user_id: str = ADDRESS) -> str:
    return question_for(supplier, email.subject(user_id), flows.recovery.keys.lasting(now=NOW).sign)


def _outcome(flows: Flows, token: str, *, now: int = NOW, **changes: Any) -> str:
    try:
        _answer(flows, token, now=now, **changes)
    except UtenzaError as refused:
        return refused.code
    return "changed"


# The question


def test_who_has_an_account_is_asked_their_own_question(flows: Flows) -> None:
    started = _start(flows, user_id=" MARIO@Example.ORG ")
    assert (started.question, started.expires_in) == (QUESTION, 900)


@pytest.mark.parametrize("user_id", ["nobody@example.org", "no address", *LOOK_ALIKES])
def test_whoever_has_none_is_asked_an_invented_one_that_stays(flows: Flows, user_id: str) -> None:
    questions = {_start(flows, user_id=user_id).question for _ in range(3)}
    assert questions == {_decoy(flows, user_id=user_id)}
    assert ADDRESS not in {open_.recovery.email_key for open_ in flows.recoveries.open.values()}


def test_another_supplier_does_not_know_the_account(flows: Flows) -> None:
    assert _start(flows, supplier="luce").question == _decoy(flows, supplier="luce")


def test_a_closed_account_is_asked_what_an_unknown_one_is(flows: Flows) -> None:
    decoy = _start(new_flows()).question
    flows.accounts.close("gas", ADDRESS)
    assert _start(flows).question == decoy


def test_every_missing_field_is_reported(flows: Flows) -> None:
    with pytest.raises(InvalidRequest) as refused:
        _start(flows, supplier=None, user_id="")
    assert set(refused.value.errors) == {FieldError("supplier", "required"), FieldError("user_id", "required")}


@pytest.mark.parametrize("user_id", [ADDRESS, "nobody@example.org", "no address"])
def test_recoveries_are_counted_for_known_and_unknown_alike(flows: Flows, user_id: str) -> None:
    for _ in range(10):
        _start(flows, user_id=user_id)
    with pytest.raises(TooManyAttempts) as refused:
        _start(flows, user_id=user_id)
    assert refused.value.retry_after == 900
    _start(flows, user_id="another address")


def test_a_refused_recovery_does_not_end_the_open_one(flows: Flows) -> None:
    token = [_start(flows).recovery_token for _ in range(10)][-1]
    with pytest.raises(TooManyAttempts):
        _start(flows)
    assert _outcome(flows, token) == "changed"


def test_a_source_that_asks_for_many_addresses_waits(flows: Flows) -> None:
    for number in range(100):
        _start(flows, user_id=f"n{number}@example.org")
    with pytest.raises(TooManyAttempts):
        _start(flows, user_id="n100@example.org")
    _start(flows, user_id="n100@example.org", source="192.0.2.8")


# The answer


@pytest.mark.parametrize("answer", ["Briciola", " BRICIOLA! ", "bri ci o'la"])
def test_the_answer_as_remembered_changes_the_password(flows: Flows, answer: str) -> None:
    assert _outcome(flows, _start(flows).recovery_token, answer=answer) == "changed"
    with pytest.raises(InvalidCredentials):
        _log_in(flows, PASSWORD, now=NOW + 1)
    assert _log_in(flows, NEW_PASSWORD, now=NOW + 1).account_id


@pytest.mark.parametrize("user_id", [ADDRESS, "nobody@example.org", "no address"])
def test_five_wrong_answers_end_a_recovery_whoever_it_is_of(flows: Flows, user_id: str) -> None:
    token = _start(flows, user_id=user_id).recovery_token
    outcomes = [_outcome(flows, token, answer="Fuffi") for _ in range(6)]
    assert outcomes == ["answer_invalid"] * 5 + ["recovery_token_invalid"]
    assert _outcome(flows, token) == "recovery_token_invalid"


@pytest.mark.parametrize("answer", ["Po", "Fido", "1969"])
def test_an_answer_that_would_be_refused_today_still_fits_its_account(flows: Flows, answer: str) -> None:
    login = flows.accounts.logins["gas", ADDRESS]
    flows.accounts.logins["gas", ADDRESS] = login._replace(answer_hash=HASHER.hash(answers.fold(answer)))
    assert _outcome(flows, _start(flows).recovery_token, answer=answer) == "changed"


def test_no_answer_fits_a_closed_account(flows: Flows) -> None:
    before = _start(flows).recovery_token
    flows.accounts.close("gas", ADDRESS)
    assert _outcome(flows, before) == "answer_invalid"
    after = _start(flows).recovery_token
    assert _outcome(flows, after) == "answer_invalid"


def test_known_unknown_and_closed_cost_one_verification_and_one_read_each(flows: Flows) -> None:
    class Counting(Hasher):
        calls: list[str] = []  # noqa: RUF012 - one list for this test

        def verify(self, stored: str | None, secret: str) -> bool:
            self.calls.append(secret)
            return super().verify(stored, secret)

    dependencies = flows.recovery._replace(hasher=Counting(Cost(64, 1, 1)))
    for user_id in (ADDRESS, "nobody@example.org", *LOOK_ALIKES):
        request = answered(_start(flows, user_id=user_id).recovery_token, answer="Fuffi")
        with pytest.raises(AnswerInvalid):
            flow.change_password(request, dependencies, now=NOW)
    assert Counting.calls == ["fuffi"] * (2 + len(LOOK_ALIKES))


def test_a_token_is_good_once_and_a_repeat_answers_the_same(flows: Flows) -> None:
    token = _start(flows).recovery_token
    assert [_outcome(flows, token, now=NOW + later) for later in (0, 1, 2, 3, 4, 5, 899)] == ["changed"] * 7
    assert flows.accounts.logins["gas", ADDRESS].generation == 1
    with pytest.raises(RecoveryTokenExpired):
        _answer(flows, token, now=NOW + 900)


@pytest.mark.parametrize(
    "change",
    [{"answer": "Fuffi"}, {"password": PASSWORD, "password_repeat": PASSWORD}, {"answer": "x", "password": PASSWORD}],
)
def test_anything_else_with_a_spent_token_is_refused_five_times_after_the_same_work(
    flows: Flows, change: dict[str, Any]
) -> None:
    class Counting(Hasher):
        calls = 0

        def verify(self, stored: str | None, secret: str) -> bool:
            Counting.calls += 1
            return super().verify(stored, secret)

    flows = flows._replace(recovery=flows.recovery._replace(hasher=Counting(Cost(64, 1, 1))))
    token = _start(flows).recovery_token
    assert _outcome(flows, token) == "changed"
    Counting.calls = 0
    typed: dict[str, Any] = {"password_repeat": change.get("password", NEW_PASSWORD)} | change
    assert [_outcome(flows, token, **typed) for _ in range(5)] == ["recovery_token_invalid"] * 5
    assert Counting.calls == 2 * 5
    assert _outcome(flows, token) == "recovery_token_invalid"
    assert _log_in(flows, NEW_PASSWORD).account_id


def test_a_spent_token_does_not_answer_for_a_newer_password(flows: Flows) -> None:
    older = _start(flows).recovery_token
    assert _outcome(flows, older) == "changed"
    newer = _start(flows).recovery_token
    assert _outcome(flows, newer, password="sei carpe rosse", password_repeat="sei carpe rosse") == "changed"
    assert _outcome(flows, older) == "recovery_token_invalid"
    again = _outcome(flows, older, password="sei carpe rosse", password_repeat="sei carpe rosse")
    assert again == "recovery_token_invalid"


def test_a_second_call_at_the_same_moment_answers_as_the_first_does(
    flows: Flows, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = _start(flows).recovery_token
    finish, first = flows.recoveries.finish, iter([True])

    def second_is_faster(*args: Any, **also: Any) -> None:
        if next(first, False):
            assert _outcome(flows, token) == "changed"
        finish(*args, **also)

    monkeypatch.setattr(flows.recoveries, "finish", second_is_faster)
    assert _outcome(flows, token) == "changed"
    assert flows.accounts.logins["gas", ADDRESS].generation == 1


def test_a_strangers_recovery_does_not_end_the_customers(flows: Flows) -> None:
    customers, strangers = (_start(flows).recovery_token for _ in range(2))
    assert [_outcome(flows, strangers, answer="Fuffi") for _ in range(6)][-1] == "recovery_token_invalid"
    assert _outcome(flows, customers) == "changed"


def test_a_new_password_ends_all_recoveries_which_then_look_like_those_of_nobody(flows: Flows) -> None:
    older, newer = (_start(flows).recovery_token for _ in range(2))
    assert _outcome(flows, newer) == "changed"
    assert _outcome(flows, older) == "answer_invalid"
    assert _outcome(flows, _start(flows).recovery_token) == "changed"


def test_a_recovery_lasts_fifteen_minutes(flows: Flows) -> None:
    token = _start(flows).recovery_token
    with pytest.raises(RecoveryTokenExpired):
        _answer(flows, token, now=NOW + 900)
    _answer(flows, token, now=NOW + 899)


# The new password


def test_what_is_wrong_in_itself_is_said_at_once_and_costs_no_try(flows: Flows) -> None:
    token = _start(flows).recovery_token
    for _ in range(10):
        with pytest.raises(InvalidRequest) as refused:
            _answer(flows, token, answer="?", password="1234", password_repeat="1235")
        assert set(refused.value.errors) == {
            FieldError("answer", "required"),
            FieldError("password", "password_too_short"),
            FieldError("password", "password_too_common"),
            FieldError("password_repeat", "repeat_differs"),
        }
    assert _outcome(flows, token) == "changed"


def test_the_answer_is_no_password(flows: Flows) -> None:
    token = _start(flows).recovery_token
    with pytest.raises(InvalidRequest) as refused:
        _answer(flows, token, answer="Briciola", password="brici-OLA!", password_repeat="brici-OLA!")
    assert refused.value.errors == (FieldError("password", "password_is_answer"),)


@pytest.mark.parametrize("password", ["R0ss1 R0ss1", "RSSMRA80A01H", "mario@example", "fornitoregas1"])
def test_only_the_right_answer_learns_that_a_password_leads_back_to_the_customer(flows: Flows, password: str) -> None:
    token = _start(flows).recovery_token
    changes: dict[str, Any] = {"password": password, "password_repeat": password}
    assert _outcome(flows, token, answer="Fuffi", **changes) == "answer_invalid"
    for _ in range(10):  # and it costs no try
        with pytest.raises(InvalidRequest) as refused:
            _answer(flows, token, **changes)
        assert refused.value.errors == (FieldError("password", "password_traceable"),)
    assert _outcome(flows, token) == "changed"


@pytest.mark.parametrize("password", ["trote 333123 blu", "trote tramonto blu", "trote 743110 blu", "trote 01011980"])
def test_not_even_the_right_answer_learns_what_only_the_crm_knows(flows: Flows, password: str) -> None:
    flows.customers.add(MARIO._replace(email="zoppo@tramonto.example", partita_iva="00743110157"))
    assert _outcome(flows, _start(flows).recovery_token, password=password, password_repeat=password) == "changed"


def test_a_password_with_the_phone_that_the_customer_gave_is_refused() -> None:
    flows = new_flows()
    token = verify(step_one(phone="333 987 6543"), flows.verify, source=SOURCE, now=NOW).step_token
    register(step_two(token), flows.credentials, source=SOURCE, language="it", now=NOW)
    recovery = _start(flows).recovery_token
    assert (
        _outcome(flows, recovery, password="trote 987654 blu", password_repeat="trote 987654 blu") == "invalid_request"
    )


def test_a_record_that_is_gone_still_has_its_code_and_its_address(flows: Flows) -> None:
    flows.customers.records.clear()
    token = _start(flows).recovery_token
    for password in (f"x{MARIO.code}x", "mario-2026-x!"):
        assert _outcome(flows, token, password=password, password_repeat=password) == "invalid_request"
    assert _outcome(flows, token, password="rossi-2026-x!", password_repeat="rossi-2026-x!") == "changed"


def test_a_password_is_neither_trimmed_nor_told_apart_by_its_composition(flows: Flows) -> None:
    _answer(
        flows,
        _start(flows).recovery_token,
        password=" caff\u00e8 del porto ",
        password_repeat=" caffe\u0300 del porto ",
    )
    login = flows.accounts.login_of("gas", ADDRESS)
    assert login is not None
    assert HASHER.verify(login.password_hash, " caff\u00e8 del porto ")


# What follows


def test_every_session_ends_those_of_the_same_second_too_and_none_begins(flows: Flows) -> None:
    sessions = [_log_in(flows, PASSWORD, now=now) for now in (NOW, NOW + 60)]
    _answer(flows, _start(flows).recovery_token, now=NOW + 60)
    for session in sessions:
        with pytest.raises(AccessTokenInvalid):
            read(session.access_token, flows.account, issuer=ISSUER, now=NOW + 60)
        with pytest.raises(RefreshTokenInvalid):
            refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW + 60)
    assert not flows.sessions.families


def test_a_login_in_the_same_second_is_good(flows: Flows) -> None:
    _answer(flows, _start(flows).recovery_token)
    session = _log_in(flows, NEW_PASSWORD)
    read(session.access_token, flows.account, issuer=ISSUER, now=NOW)
    refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW + 2)


def test_a_session_that_the_old_password_opens_during_the_change_is_ended_too(flows: Flows) -> None:
    login = flows.accounts.login_of("gas", ADDRESS)
    assert login is not None
    _answer(flows, _start(flows).recovery_token)
    late, _ = flows.sessions.open("gas", login.account_id, generation=login.generation, now=NOW + 5, lifetime=900)
    with pytest.raises(RefreshTokenInvalid):
        refresh(late, flows.login, issuer=ISSUER, now=NOW + 6)


def test_answers_are_counted_over_all_recoveries_of_an_address(flows: Flows) -> None:
    for _ in range(4):
        token = _start(flows).recovery_token
        outcomes = [_outcome(flows, token, answer="Fuffi") for _ in range(3)]
    assert outcomes == ["answer_invalid", "too_many_attempts", "too_many_attempts"]


def test_who_has_to_wait_loses_no_try_of_the_recovery(flows: Flows) -> None:
    flows = flows._replace(recovery=flows.recovery._replace(per_account=Limit(1, 600)))
    token = _start(flows).recovery_token
    outcomes = [_outcome(flows, token, answer="Fuffi") for _ in range(9)]
    assert outcomes == ["answer_invalid"] + 8 * ["too_many_attempts"]
    assert _outcome(flows, token, now=NOW + 599) == "too_many_attempts"
    assert _outcome(flows, token, now=NOW + 600) == "changed"


def test_a_token_that_is_used_up_costs_the_address_nothing(flows: Flows) -> None:
    spent, customers = (_start(flows).recovery_token for _ in range(2))
    outcomes = [_outcome(flows, spent, answer="Fuffi") for _ in range(20)]
    assert outcomes == ["answer_invalid"] * 5 + ["recovery_token_invalid"] * 15
    assert _outcome(flows, customers) == "changed"


def test_answers_of_strangers_do_not_keep_the_customer_from_starting(flows: Flows) -> None:
    tokens = [_start(flows).recovery_token for _ in range(5)]
    for token in tokens:
        _outcome(flows, token, answer="Fuffi")
    assert _start(flows).next == "answer"


def test_a_new_password_lets_strangers_passwords_be_heard_again(flows: Flows) -> None:
    for _ in range(5):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, "wrong")
    with pytest.raises(TooManyAttempts):
        _log_in(flows, PASSWORD)
    _answer(flows, _start(flows).recovery_token)
    assert flows.attempts.used("login-account", flows.login.per_account, NOW) == 0
    assert _log_in(flows, NEW_PASSWORD, now=NOW + 1).account_id


def test_a_recovery_that_succeeds_costs_the_address_nothing_and_shows_nothing(flows: Flows) -> None:
    """What others began and answered stays counted: they must not see that somebody has recovered a password."""
    tokens = [_start(flows).recovery_token for _ in range(3)]
    for answer in ("Fuffi", "Fido"):
        assert _outcome(flows, tokens[0], answer=answer) == "answer_invalid"
    assert _outcome(flows, tokens[1]) == "changed"
    kinds = ("recovery-account", "recovery-answer")
    assert [flows.attempts.used(kind, flows.recovery.per_account, NOW) for kind in kinds] == [2, 2]


# The other calls


@pytest.mark.parametrize("token", ["recovery-1".ljust(60, "."), "step-1", "x"])
def test_without_mail_no_code_leads_anywhere(flows: Flows, token: str) -> None:
    _start(flows)
    with pytest.raises(RecoveryTokenInvalid):
        flow.check_code(coded(token, "123456"), flows.recovery, now=NOW)
    with pytest.raises(InvalidRequest):
        flow.check_code(coded(token, ""), flows.recovery, now=NOW)


def _remind(flows: Flows, **changes: Any) -> None:
    flow.remind(forgotten_user_id(**changes), flows.recovery, source=SOURCE, now=NOW)


def test_a_reminder_is_asked_for_by_anyone_and_tells_nothing(flows: Flows) -> None:
    for changes in ({}, {"customer_code": "9999999999"}, {"tax_code": "12345670017"}, {"supplier": "luce"}):
        _remind(flows, **changes)
    assert not flows.reminders.requested


def test_a_reminder_is_for_what_could_be_a_customer(flows: Flows) -> None:
    with pytest.raises(InvalidRequest) as refused:
        _remind(flows, customer_code="!", tax_code="RSSMRA80A01H501X")
    assert set(refused.value.errors) == {
        FieldError("customer_code", "invalid_customer_code"),
        FieldError("tax_code", "invalid_tax_code"),
    }
    with pytest.raises(InvalidRequest) as refused:
        _remind(flows, supplier=None, customer_code="")
    assert set(refused.value.errors) == {FieldError("supplier", "required"), FieldError("customer_code", "required")}


def test_reminders_are_counted_per_source(flows: Flows) -> None:
    for _ in range(100):
        _remind(flows)
    with pytest.raises(TooManyAttempts):
        _remind(flows)
