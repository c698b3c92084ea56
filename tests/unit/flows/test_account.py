"""The reserved area on fakes: the password again, and what its owner changes, ends and closes with it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from account import closing, contact, password, question, reauth, sessions
from account.flow import read as owner_of
from account.schemas import CloseRequest, ContactRequest, EndSessionsRequest, NewPasswordRequest, NewQuestionRequest
from account.views import account_of
from credentials.flow import register
from login.flow import LoginResult, log_in, refresh
from recovery.flow import change_password, start
from tests.fakes.own_changes import FakeOwnChanges
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
    forgotten,
    new_flows,
    register_mario,
    retyped,
    step_one,
    step_two,
    submitted,
    typed_login,
    valid,
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
    ReauthFailed,
    ReauthTokenExpired,
    ReauthTokenInvalid,
    RefreshTokenInvalid,
    TooManyAttempts,
    Unavailable,
)
from utenza.limits.subjects import Subject
from utenza.tables.accounts import Account
from verify.flow import verify

ADDRESS = "mario@example.org"
QUESTION = {"question": "Dove andavo al mare da piccolo?", "answer": "Marebello Vecchio"}


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows())


@pytest.fixture
def session(flows: Flows) -> LoginResult:
    return _log_in(flows)


def _log_in(flows: Flows, *, now: int = NOW, **changes: Any) -> LoginResult:
    return log_in(typed_login(**changes), flows.login, source=SOURCE, issuer=ISSUER, now=now)


def test_the_last_login_that_is_shown_is_the_one_before_this_one(flows: Flows) -> None:
    def shown(now: int) -> str | None:
        session = _log_in(flows, now=now)
        owner = owner_of(session.access_token, flows.account, issuer=ISSUER, now=now)
        return account_of(owner, months=24).last_login_at

    assert [shown(NOW), shown(NOW + 60), shown(NOW + 120)] == [
        datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for at in (NOW, NOW, NOW + 60)
    ]


def _retype(flows: Flows, session: LoginResult, typed: str = PASSWORD, *, now: int = NOW) -> str:
    request = retyped(typed)
    return reauth.reauthenticate(request, session.access_token, flows.account, issuer=ISSUER, now=now)[0]


def _change_password(
    flows: Flows, session: LoginResult, token: object, *, now: int = NOW, **changes: Any
) -> password.NewTokens:
    typed = {"reauth_token": token, "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD} | changes
    form = submitted(NewPasswordRequest, typed)
    return password.change(form, session.access_token, flows.account, issuer=ISSUER, now=now)


def _change_question(flows: Flows, session: LoginResult, token: object, **changes: Any) -> str:
    typed = {"reauth_token": token, "answer_repeat": QUESTION["answer"]} | QUESTION | changes
    form = submitted(NewQuestionRequest, typed)
    return question.change(form, session.access_token, flows.account, issuer=ISSUER, now=NOW)


def _change_contact(flows: Flows, session: LoginResult, **typed: Any) -> Account:
    request = valid(ContactRequest, typed)
    return contact.change(request, session.access_token, flows.account, issuer=ISSUER, now=NOW).account


def _end(flows: Flows, session: LoginResult, /, **typed: Any) -> str:
    return sessions.end(valid(EndSessionsRequest, typed), session.access_token, flows.account, issuer=ISSUER, now=NOW)


def _close(flows: Flows, session: LoginResult, token: str) -> str:
    request = valid(CloseRequest, {"reauth_token": token})
    return closing.close(request, session.access_token, flows.account, issuer=ISSUER, now=NOW)


def _read(flows: Flows, access_token: str, *, now: int = NOW) -> Account:
    return read(access_token, flows.account, issuer=ISSUER, now=now)


def _used(flows: Flows, now: int = NOW) -> int:
    return flows.attempts.used("reauth", flows.account.per_session, now)


class TestReauth:
    def test_a_wrong_password_fails_and_is_counted_for_the_session(self, flows: Flows, session: LoginResult) -> None:
        for _ in range(5):
            with pytest.raises(ReauthFailed):
                _retype(flows, session, "x")
        for typed in ("x", PASSWORD):
            with pytest.raises(TooManyAttempts):
                _retype(flows, session, typed)
        assert flows.attempts.used("login-account", flows.login.per_account, NOW) == 0

    def test_whoever_guesses_in_one_session_keeps_the_owner_out_of_no_other(
        self, flows: Flows, session: LoginResult
    ) -> None:
        for _ in range(5):
            with pytest.raises(ReauthFailed):
                _retype(flows, session, "x")
        assert _retype(flows, _log_in(flows))

    def test_the_right_password_takes_its_attempt_back_and_no_guess_before(
        self, flows: Flows, session: LoginResult
    ) -> None:
        for _ in range(4):
            with pytest.raises(ReauthFailed):
                _retype(flows, session, "x")
        for _ in range(3):
            _retype(flows, session)
        assert _used(flows) == 4

    def test_slow_guesses_end_after_a_hundred_in_a_row(self, flows: Flows) -> None:
        session = _log_in(flows)
        claims = flows.account.access_tokens.read(session.access_token, issuer=ISSUER, now=NOW)
        subject = Subject("gas", "reauth", claims.session_id, flows.account.per_session)
        for number in range(100):
            flows.attempts.count(subject, now=NOW - (100 - number) * 900 * 2)
        with pytest.raises(TooManyAttempts) as refused:
            _retype(flows, session)
        assert refused.value.until_recovery

    @pytest.mark.parametrize(
        ("part", "call"), [("accounts", "get"), ("accounts", "login_of"), ("reauth_tokens", "issue")]
    )
    def test_an_outage_spends_no_attempt(
        self, flows: Flows, session: LoginResult, monkeypatch: pytest.MonkeyPatch, part: str, call: str
    ) -> None:
        def down(*_: Any, **__: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://aws.example")

        with monkeypatch.context() as patch:
            patch.setattr(getattr(flows.account, part), call, down)
            for _ in range(10):
                with pytest.raises(EndpointConnectionError):
                    _retype(flows, session)
        assert _used(flows) == 0

    def test_a_session_that_has_ended_cannot_reauthenticate(self, flows: Flows, session: LoginResult) -> None:
        flows.sessions.families.clear()
        with pytest.raises(AccessTokenInvalid):
            _retype(flows, session)

    @pytest.mark.parametrize("call", [_change_password, _change_question, _close])
    def test_what_weighs_needs_the_token_of_this_session(self, flows: Flows, session: LoginResult, call: Any) -> None:
        other = _retype(flows, _log_in(flows))
        old = _retype(flows, session, now=NOW - 300)
        before = dict(flows.accounts.logins), dict(flows.accounts.accounts)
        for token, error in ((other, ReauthTokenInvalid), ("x", ReauthTokenInvalid), (old, ReauthTokenExpired)):
            with pytest.raises(error):
                call(flows, session, token)
        assert (flows.accounts.logins, flows.accounts.accounts) == before
        with pytest.raises(AccessTokenInvalid):
            call(flows, session._replace(access_token="x"), _retype(flows, session))

    @pytest.mark.parametrize("call", [_change_password, _change_question])
    def test_without_a_token_every_wrong_field_is_named(self, flows: Flows, session: LoginResult, call: Any) -> None:
        with pytest.raises(InvalidRequest) as refused:
            call(flows, session, None)
        assert refused.value.errors == (FieldError("reauth_token", "required"),)


class TestPassword:
    def test_a_new_password_goes_on_here_and_ends_everything_else(self, flows: Flows, session: LoginResult) -> None:
        other = _log_in(flows)
        tokens = _change_password(flows, session, _retype(flows, session))
        assert _read(flows, tokens.access_token).account_id == tokens.account_id == session.account_id
        assert refresh(tokens.refresh_token, flows.login, issuer=ISSUER, now=NOW).account_id == session.account_id
        assert (tokens.expires_in, tokens.refresh_expires_in) == (600, 86_400)
        for ended in (session, other):
            with pytest.raises(AccessTokenInvalid):
                _read(flows, ended.access_token)
            with pytest.raises(RefreshTokenInvalid):
                refresh(ended.refresh_token, flows.login, issuer=ISSUER, now=NOW)
        with pytest.raises(InvalidCredentials):
            _log_in(flows)
        assert _log_in(flows, password=NEW_PASSWORD).account_id == session.account_id

    def test_device_tokens_end_and_the_new_one_is_known(self, flows: Flows, session: LoginResult) -> None:
        tokens = _change_password(flows, session, _retype(flows, session))
        for device, counted in ((tokens.device_token, 0), (session.device_token, 1)):
            with pytest.raises(InvalidCredentials):
                _log_in(flows, password="x", device_token=device)
            assert flows.attempts.used("login-account", flows.login.per_account, NOW) == counted

    def test_the_token_is_spent_by_the_change(self, flows: Flows, session: LoginResult) -> None:
        token = _retype(flows, session)
        tokens = _change_password(flows, session, token)
        now_in = session._replace(access_token=tokens.access_token)
        with pytest.raises(ReauthTokenInvalid):
            _change_password(flows, now_in, token, password=PASSWORD, password_repeat=PASSWORD)

    @pytest.mark.parametrize(
        ("changes", "faults"),
        [
            ({"password": "trota", "password_repeat": "trota"}, [("password", "password_too_short")]),
            ({"password_repeat": "x"}, [("password_repeat", "repeat_differs")]),
            (
                {"password": "mario rossi tuono"},
                [("password", "password_traceable"), ("password_repeat", "repeat_differs")],
            ),
            ({"password": "Briciola!", "password_repeat": "Briciola!"}, [("password", "password_is_answer")]),
        ],
    )
    def test_the_policy_is_that_of_the_registration(
        self, flows: Flows, session: LoginResult, changes: dict[str, Any], faults: list[tuple[str, str]]
    ) -> None:
        with pytest.raises(InvalidRequest) as refused:
            _change_password(flows, session, _retype(flows, session), **changes)
        assert [tuple(fault) for fault in refused.value.errors] == faults
        assert _log_in(flows)

    def test_the_policy_knows_the_record_as_it_is_now(self, flows: Flows, session: LoginResult) -> None:
        flows.customers.add(MARIO._replace(last_name="Zanzibaretti"))
        with pytest.raises(InvalidRequest):
            _change_password(
                flows, session, _retype(flows, session), password="zanzibaretti77", password_repeat="zanzibaretti77"
            )

    def test_whether_it_is_the_answer_is_said_last(self, flows: Flows, session: LoginResult) -> None:
        """Else whoever has a session and the password could try answers without changing anything."""
        with pytest.raises(InvalidRequest) as refused:
            _change_password(flows, session, _retype(flows, session), password="Briciola!", password_repeat="x")
        assert refused.value.errors == (FieldError("password_repeat", "repeat_differs"),)

    def test_nothing_is_changed_while_no_token_can_be_signed(
        self, flows: Flows, session: LoginResult, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def down(*_: Any, **__: Any) -> Any:
            raise Unavailable

        token = _retype(flows, session)
        with monkeypatch.context() as patch:
            patch.setattr(flows.account.access_tokens, "issue", down)
            with pytest.raises(Unavailable):
                _change_password(flows, session, token)
        assert _log_in(flows)

    def test_an_open_recovery_ends(self, flows: Flows, session: LoginResult) -> None:
        started = start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW)
        _change_password(flows, session, _retype(flows, session))
        with pytest.raises(AnswerInvalid):
            change_password(answered(started.recovery_token), flows.recovery, now=NOW)

    def test_a_change_at_the_same_moment_is_not_overwritten(
        self, flows: Flows, session: LoginResult, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token, open_ = _retype(flows, session), flows.sessions.open

        def lose(*args: Any, **more: Any) -> Any:
            account = flows.accounts.accounts["gas", session.account_id]
            assert flows.accounts.end_sessions(account, ADDRESS, now=NOW)
            return open_(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(flows.sessions, "open", lose)
            with pytest.raises(Unavailable):
                _change_password(flows, session, token)
        assert _log_in(flows)


class TestQuestion:
    def test_a_recovery_asks_the_new_question_and_takes_the_new_answer(
        self, flows: Flows, session: LoginResult
    ) -> None:
        assert _change_question(flows, session, _retype(flows, session)) == session.account_id
        started = start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW)
        assert started.question == QUESTION["question"]
        with pytest.raises(AnswerInvalid):
            change_password(answered(started.recovery_token), flows.recovery, now=NOW)
        change_password(answered(started.recovery_token, answer="marebello vecchio"), flows.recovery, now=NOW)
        assert _log_in(flows, password=NEW_PASSWORD)

    def test_sessions_go_on(self, flows: Flows, session: LoginResult) -> None:
        other = _log_in(flows)
        _change_question(flows, session, _retype(flows, session))
        assert _read(flows, session.access_token) == _read(flows, other.access_token)

    @pytest.mark.parametrize(
        ("changes", "fault"),
        [
            ({"answer": "Mario Rossi", "answer_repeat": "Mario Rossi"}, ("answer", "answer_traceable")),
            ({"answer": "Mare da piccolo", "answer_repeat": "Mare da piccolo"}, ("answer", "answer_in_question")),
            ({"answer": PASSWORD, "answer_repeat": PASSWORD}, ("answer", "answer_is_password")),
            ({"answer_repeat": "x"}, ("answer_repeat", "repeat_differs")),
            ({"question": ""}, ("question", "required")),
        ],
    )
    def test_the_checks_are_those_of_the_registration(
        self, flows: Flows, session: LoginResult, changes: dict[str, str], fault: tuple[str, str]
    ) -> None:
        before = dict(flows.accounts.logins)
        with pytest.raises(InvalidRequest) as refused:
            _change_question(flows, session, _retype(flows, session), **changes)
        assert [tuple(each) for each in refused.value.errors] == [fault]
        assert flows.accounts.logins == before

    def test_the_answer_is_stored_as_a_hash(self, flows: Flows, session: LoginResult) -> None:
        _change_question(flows, session, _retype(flows, session))
        login = flows.accounts.logins["gas", ADDRESS]
        assert HASHER.verify(login.answer_hash, "marebellovecchio")


class TestContact:
    def test_phone_and_language_are_changed(self, flows: Flows, session: LoginResult) -> None:
        account = _change_contact(flows, session, phone="0425 284604", language="de")
        assert (account.phone, account.language) == ("+390425284604", "de")
        assert _read(flows, session.access_token) == account

    def test_what_is_left_out_stays(self, flows: Flows, session: LoginResult) -> None:
        _change_contact(flows, session, phone="0425 284604")
        assert _change_contact(flows, session, language="en").phone == "+390425284604"
        account = _change_contact(flows, session)
        assert (account.phone, account.language) == ("+390425284604", "en")

    @pytest.mark.parametrize("nothing", [None, "", "  "])
    def test_a_phone_is_removed(self, flows: Flows, session: LoginResult, nothing: str | None) -> None:
        _change_contact(flows, session, phone="0425 284604")
        assert _change_contact(flows, session, phone=nothing).phone == ""

    def test_what_is_wrong_is_named(self, flows: Flows, session: LoginResult) -> None:
        with pytest.raises(InvalidRequest) as refused:
            _change_contact(flows, session, phone="12", language="fr", user_id="x")
        assert set(refused.value.errors) == {
            FieldError("phone", "invalid_phone"),
            FieldError("language", "unknown_language"),
            FieldError("user_id", "unknown_field"),
        }


class TestSessions:
    def test_open_sessions_are_shown_the_youngest_first(self, flows: Flows, session: LoginResult) -> None:
        _log_in(flows, now=NOW + 60)
        current, found = sessions.list_open(session.access_token, flows.account, issuer=ISSUER, now=NOW + 60)
        assert [(each.created_at, each.id == current) for each in found] == [(NOW + 60, False), (NOW, True)]

    def test_the_day_of_the_last_refresh_is_shown(self, flows: Flows, session: LoginResult) -> None:
        later = NOW + 86_000
        access = refresh(session.refresh_token, flows.login, issuer=ISSUER, now=later).access_token
        _, [found] = sessions.list_open(access, flows.account, issuer=ISSUER, now=later)
        assert (found.created_at, found.seen_on) == (NOW, "2027-01-16")

    def test_sessions_of_the_old_password_and_of_others_are_not_shown(self, flows: Flows, session: LoginResult) -> None:
        flows.sessions.open("gas", "account-x", generation=0, now=NOW, lifetime=600)
        tokens = _change_password(flows, session, _retype(flows, session))
        current, found = sessions.list_open(tokens.access_token, flows.account, issuer=ISSUER, now=NOW)
        assert [each.id for each in found] == [current]

    def test_all_others_end_at_once(self, flows: Flows, session: LoginResult) -> None:
        others = [_log_in(flows) for _ in range(7)]
        _end(flows, session, others=True)
        assert _read(flows, session.access_token)
        for other in others:
            with pytest.raises(AccessTokenInvalid):
                _read(flows, other.access_token)
            with pytest.raises(RefreshTokenInvalid):
                refresh(other.refresh_token, flows.login, issuer=ISSUER, now=NOW)

    def test_one_session_ends_at_once_and_again_is_no_fault(self, flows: Flows, session: LoginResult) -> None:
        other = _log_in(flows)
        current, found = sessions.list_open(session.access_token, flows.account, issuer=ISSUER, now=NOW)
        [ended] = {each.id for each in found} - {current}
        for _ in range(2):
            _end(flows, session, session=ended)
        with pytest.raises(AccessTokenInvalid):
            _read(flows, other.access_token)
        assert _read(flows, session.access_token)

    def test_the_owner_is_told_once_and_of_nothing_where_nothing_ended(
        self, flows: Flows, session: LoginResult
    ) -> None:
        changes = flows.account.own_changes
        assert isinstance(changes, FakeOwnChanges)
        _end(flows, session, session="gone")
        _end(flows, session, others=True)
        assert changes.noted == []
        first, *_ = [_log_in(flows) for _ in range(3)]
        claims = flows.account.access_tokens.read(first.access_token, issuer=ISSUER, now=NOW)
        for typed in ({"session": claims.session_id}, {"others": True}):
            _end(flows, session, **typed)
        assert changes.noted == [("SessionEnded", session.account_id)] * 2

    def test_no_session_of_another_account_ends(self, flows: Flows, session: LoginResult) -> None:
        flows.sessions.open("gas", "account-x", generation=0, now=NOW, lifetime=600)
        [foreign] = [id_ for (_, id_), family in flows.sessions.families.items() if family.account_id == "account-x"]
        _end(flows, session, session=foreign)
        _end(flows, session, others=True)
        assert ("gas", foreign) in flows.sessions.families

    @pytest.mark.parametrize(
        ("typed", "fault"),
        [
            ({}, FieldError("session", "required")),
            ({"session": None, "others": None}, FieldError("session", "required")),
            ({"session": "x", "others": True}, FieldError("others", "invalid")),
            ({"others": "true"}, FieldError("others", "not_boolean")),
        ],
    )
    def test_it_must_be_said_which(
        self, flows: Flows, session: LoginResult, typed: dict[str, Any], fault: FieldError
    ) -> None:
        with pytest.raises(InvalidRequest) as refused:
            _end(flows, session, **typed)
        assert refused.value.errors == (fault,)


class TestClosing:
    def test_nothing_of_the_account_is_left_but_whom_to_tell(self, flows: Flows, session: LoginResult) -> None:
        _log_in(flows)
        assert _close(flows, session, _retype(flows, session)) == session.account_id
        with pytest.raises(AccessTokenInvalid):
            _read(flows, session.access_token)
        with pytest.raises(InvalidCredentials):
            _log_in(flows)
        assert not flows.accounts.logins
        assert not flows.sessions.families
        closed = flows.accounts.accounts["gas", session.account_id]
        assert (closed.status, closed.user_id, closed.phone, closed.summaries) == ("closed", "", "", ())
        farewell = flows.account.closures.farewell_to("gas", session.account_id, now=NOW)
        assert farewell is not None
        assert farewell.user_id == ADDRESS

    def test_the_customer_can_register_again_at_once(self, flows: Flows, session: LoginResult) -> None:
        _close(flows, session, _retype(flows, session))
        token = verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token
        register(step_two(token), flows.credentials, source=SOURCE, language="it", now=NOW)
        assert _log_in(flows).account_id != session.account_id

    def test_sessions_that_cannot_be_cleaned_up_have_ended_all_the_same(
        self, flows: Flows, session: LoginResult, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def down(*_: Any, **__: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://aws.example")

        token = _retype(flows, session)
        monkeypatch.setattr(flows.sessions, "of_account", down)
        _close(flows, session, token)
        with pytest.raises(AccessTokenInvalid):
            _read(flows, session.access_token)
