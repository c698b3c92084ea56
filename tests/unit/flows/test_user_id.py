"""Another user id on fakes: it waits for the code from the new address, and can be taken back from the old one."""

from typing import Any, NamedTuple

import pytest
from botocore.exceptions import EndpointConnectionError

from account import contact, reauth, sessions, user_id, user_id_confirmation, user_id_undo
from account.flow import Caller
from account.flow import read as read_shown
from account.schemas import ContactRequest, NewUserIdRequest, UndoRequest, UserIdConfirmRequest
from login.flow import LoginResult, log_in, refresh
from recovery.flow import change_password, check_code, start
from tests.unit.flows.fixtures import (
    ISSUER,
    NEW_PASSWORD,
    NOW,
    PASSWORD,
    SOURCE,
    Flows,
    answered,
    coded,
    forgotten,
    mailed_recovery_code,
    new_flows,
    register_mario,
    retyped,
    typed_login,
    valid,
)
from utenza.errors import (
    AccessTokenInvalid,
    AnswerInvalid,
    CodeInvalid,
    FieldError,
    InvalidCredentials,
    InvalidRequest,
    NewUserIdExpired,
    NewUserIdInvalid,
    ReauthTokenInvalid,
    RefreshTokenInvalid,
    TooManyAttempts,
    Unavailable,
    UserIdTaken,
)
from utenza.tables.user_ids import Undo
from utenza.tokens import email_codes

OLD, NEW, THIRD = "mario@example.org", "nuovo@example.org", "terzo@example.org"
DAY = 86_400


class Owner(NamedTuple):
    """Mario, logged in at two places."""

    flows: Flows
    session: LoginResult
    other: LoginResult

    @property
    def key(self) -> tuple[str, str]:
        return "gas", self.session.account_id

    def retype(self, *, now: int = NOW) -> str:
        access = self.session.access_token
        return reauth.reauthenticate(retyped(), access, self.flows.account, issuer=ISSUER, now=now)[0]

    def ask(self, address: str = NEW, *, token: str = "", now: int = NOW) -> user_id.UserIdChange:
        request = valid(NewUserIdRequest, {"reauth_token": token or self.retype(now=now), "user_id": address})
        access = self.session.access_token
        return user_id.change(request, access, self.flows.account, source=SOURCE, issuer=ISSUER, now=now)

    def asked(self, address: str = NEW, *, now: int = NOW) -> str:
        confirmation = self.ask(address, now=now).confirmation
        assert confirmation
        return confirmation[0]

    def code(self, token: str) -> str:
        """Return the code that the mail to the new address has."""
        change_id = self.flows.account.user_id_tokens.read(token, now=NOW).change_id
        return email_codes.code_for("user_id", change_id, self.flows.account.keys.current(now=NOW))

    def confirm(self, token: str, code: str = "", *, now: int = NOW) -> Caller:
        request = valid(UserIdConfirmRequest, {"confirmation_token": token, "code": code or self.code(token)})
        access = self.session.access_token
        return user_id_confirmation.confirm(request, access, self.flows.account, issuer=ISSUER, now=now)

    def change(self, address: str = NEW, *, now: int = NOW) -> Caller:
        return self.confirm(self.asked(address, now=now), now=now)

    def undo_code(self, generation: int = 1, *, now: int = NOW) -> str:
        undo = Undo(self.session.account_id, generation)
        return self.flows.account.user_ids.issue_undo("gas", undo, now=now)

    def undo(self, code: str, *, now: int = NOW) -> str:
        request = valid(UndoRequest, {"undo_code": code})
        return user_id_undo.undo(request, self.flows.account, source=SOURCE, now=now)

    def again(self, *, address: str = NEW, now: int = NOW) -> "Owner":
        """Return the owner with a session of now."""
        return self._replace(session=_log_in(self.flows, user_id=address, now=now))

    def read(self, session: LoginResult | None = None, *, now: int = NOW) -> Caller:
        access = (session or self.session).access_token
        return read_shown(access, self.flows.account, issuer=ISSUER, now=now)


def _log_in(flows: Flows, *, now: int = NOW, **changes: Any) -> LoginResult:
    return log_in(typed_login(**changes), flows.login, source=SOURCE, issuer=ISSUER, now=now)


def _owner(*, mail: bool = True, free: int = 5) -> Owner:
    flows = register_mario(new_flows(free=free))
    flows = flows._replace(
        account=flows.account._replace(sends_mail=mail), recovery=flows.recovery._replace(sends_mail=mail)
    )
    return Owner(flows, _log_in(flows), _log_in(flows))


@pytest.fixture
def owner() -> Owner:
    return _owner()


@pytest.fixture
def without_mail() -> Owner:
    return _owner(mail=False)


def _take(owner: Owner, address: str = NEW) -> None:
    """Have an address be somebody else's."""
    login = owner.flows.accounts.logins["gas", OLD]
    owner.flows.accounts.logins["gas", address] = login._replace(account_id="somebody")


def _waiting(owner: Owner) -> tuple[int, int]:
    """Return how many mails of the waiting change have been asked for, and how many tries it has had."""
    pending = owner.flows.account.pending_user_ids.waiting_for(*owner.key, now=NOW)
    assert pending
    return pending.mails, pending.tries


class TestAsking:
    def test_the_old_address_logs_in_until_the_new_one_is_confirmed(self, owner: Owner) -> None:
        token = owner.asked()
        assert _log_in(owner.flows)
        with pytest.raises(InvalidCredentials):
            _log_in(owner.flows, user_id=NEW)
        shown = owner.read()
        assert (shown.account.user_id, shown.pending_user_id) == (OLD, NEW)
        owner.confirm(token)
        assert _log_in(owner.flows, user_id=NEW).account_id == owner.session.account_id
        with pytest.raises(InvalidCredentials):
            _log_in(owner.flows)
        assert owner.read().pending_user_id is None

    def test_the_password_is_asked_for_again(self, owner: Owner) -> None:
        with pytest.raises(ReauthTokenInvalid):
            owner.ask(token="x")
        assert owner.read().pending_user_id is None

    def test_a_taken_address_is_answered_and_worked_for_as_a_free_one(self, owner: Owner) -> None:
        free = owner.ask()
        used = owner.flows.attempts.used("mails-account", owner.flows.account.mail_budget.per_customer, NOW)
        other = _owner()
        _take(other)
        taken = other.ask()
        assert (taken.confirmation or ("", 0))[1] == (free.confirmation or ("", 0))[1]
        assert other.flows.attempts.used("mails-account", other.flows.account.mail_budget.per_customer, NOW) == used
        assert _waiting(other) == _waiting(owner) == (1, 0)
        assert other.read().pending_user_id == NEW

    def test_no_code_confirms_a_taken_address(self, owner: Owner) -> None:
        _take(owner)
        token = owner.asked()
        with pytest.raises(CodeInvalid):
            owner.confirm(token)
        assert _waiting(owner) == (1, 1)
        assert owner.read().account.user_id == OLD

    def test_the_own_address_is_none_to_change_to(self, owner: Owner) -> None:
        with pytest.raises(InvalidRequest) as refused:
            owner.ask("MARIO@example.org")
        assert refused.value.errors == (FieldError("user_id", "same_user_id"),)

    def test_a_newer_change_replaces_an_older(self, owner: Owner) -> None:
        older = owner.asked()
        code = owner.code(older)
        newer = owner.asked(THIRD)
        with pytest.raises(NewUserIdInvalid):
            owner.confirm(older, code)
        assert owner.confirm(newer).account.user_id == THIRD

    def test_a_repeated_call_has_the_same_code_and_sends_no_second_mail(self, owner: Owner) -> None:
        tokens = {owner.asked(), owner.asked()}
        assert len({owner.code(token) for token in tokens}) == 1
        assert _waiting(owner) == (1, 0)
        assert owner.flows.attempts.used("mailbox", owner.flows.account.mail_budget.per_mailbox, NOW) == 1

    def test_after_a_minute_the_same_code_is_mailed_again_four_times_at_most(self, owner: Owner) -> None:
        codes = {owner.code(owner.asked(now=NOW + 60 * number)) for number in range(4)}
        assert len(codes) == 1
        assert _waiting(owner) == (4, 0)
        owner.asked(now=NOW + 599)
        assert _waiting(owner) == (4, 0)

    def test_two_calls_at_the_same_moment_end_alike(self, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
        table, first = owner.flows.account.pending_user_ids, list[str]()
        begin = table.begin

        def meanwhile(*args: Any, **more: Any) -> Any:
            monkeypatch.setattr(table, "begin", begin)
            first.append(owner.asked())
            return begin(*args, **more)

        monkeypatch.setattr(table, "begin", meanwhile)
        second = owner.asked()
        assert owner.code(second) == owner.code(first[0])
        assert _waiting(owner) == (1, 0)

    def test_over_the_budget_the_answer_is_the_same_and_no_mail_goes(self, owner: Owner) -> None:
        for number in range(6):
            owner.asked(f"nuovo{number}@example.org")
        assert _waiting(owner)[0] == 0

    def test_an_account_cannot_ask_for_any_number_of_addresses(self, owner: Owner) -> None:
        for number in range(10):
            owner.asked(f"nuovo{number}@example.org")
        with pytest.raises(TooManyAttempts):
            owner.asked()

    def test_registrations_and_changes_share_the_guesses_at_the_codes_of_an_address(self, owner: Owner) -> None:
        owner.asked()
        assert owner.flows.attempts.used("confirmation", owner.flows.account.per_address, NOW) == 1

    def test_an_outage_spends_nothing(self, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
        def down(*_: Any, **__: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://aws.example")

        token = owner.retype()
        monkeypatch.setattr(owner.flows.account.pending_user_ids, "begin", down)
        for _ in range(12):
            with pytest.raises(EndpointConnectionError):
                owner.ask(token=token)
        for kind in ("confirmation", "user-id", "mailbox"):
            assert owner.flows.attempts.used(kind, owner.flows.account.per_address, NOW) == 0


class TestConfirming:
    def test_this_session_goes_on_and_all_others_end(self, owner: Owner) -> None:
        owner.change()
        assert owner.read().account.user_id == NEW
        fresh = refresh(owner.session.refresh_token, owner.flows.login, issuer=ISSUER, now=NOW)
        assert owner.read(fresh).account.user_id == NEW
        with pytest.raises(AccessTokenInvalid):
            owner.read(owner.other)
        with pytest.raises(RefreshTokenInvalid):
            refresh(owner.other.refresh_token, owner.flows.login, issuer=ISSUER, now=NOW)
        _, [found] = sessions.list_open(owner.session.access_token, owner.flows.account, issuer=ISSUER, now=NOW)
        assert found.generation == 1

    def test_it_goes_on_through_a_second_change_and_ends_with_the_password(self, owner: Owner) -> None:
        owner.change()
        owner.change(THIRD)
        assert owner.read().account.user_id == THIRD
        account = owner.flows.accounts.accounts[owner.key]
        assert owner.flows.accounts.end_sessions(account, THIRD, now=NOW)
        with pytest.raises(AccessTokenInvalid):
            owner.read()
        fresh = _log_in(owner.flows, user_id=THIRD)
        assert owner.read(fresh)

    def test_an_open_recovery_of_the_old_address_dies(self, owner: Owner) -> None:
        started = start(forgotten(), owner.flows.recovery, source=SOURCE, language="it", now=NOW)
        code = mailed_recovery_code(owner.flows)
        answering = check_code(coded(started.recovery_token, code), owner.flows.recovery, now=NOW)
        owner.change()
        with pytest.raises(AnswerInvalid):
            change_password(answered(answering.recovery_token), owner.flows.recovery, now=NOW)
        owner.undo(owner.undo_code())
        with pytest.raises(AnswerInvalid):
            change_password(answered(answering.recovery_token), owner.flows.recovery, now=NOW)

    def test_five_wrong_codes_end_it(self, owner: Owner) -> None:
        token = owner.asked()
        for _ in range(5):
            with pytest.raises(CodeInvalid):
                owner.confirm(token, "x")
        with pytest.raises(NewUserIdInvalid):
            owner.confirm(token)
        assert owner.confirm(owner.asked())  # a new code, at once
        assert owner.flows.attempts.used("mailbox", owner.flows.account.mail_budget.per_mailbox, NOW) == 2

    def test_it_waits_a_day(self, owner: Owner) -> None:
        token = owner.asked()
        later = owner.again(address=OLD, now=NOW + DAY)
        with pytest.raises(NewUserIdExpired):
            later.confirm(token, now=NOW + DAY)
        assert later.read(now=NOW + DAY).pending_user_id is None

    def test_a_new_password_ends_what_waits(self, owner: Owner) -> None:
        token = owner.asked()
        account = owner.flows.accounts.accounts[owner.key]
        assert owner.flows.accounts.end_sessions(account, OLD, now=NOW)
        later = owner.again(address=OLD)
        assert later.read().pending_user_id is None
        with pytest.raises(NewUserIdInvalid):
            later.confirm(token)
        assert later.change().account.user_id == NEW  # the same address, asked for anew

    def test_the_token_is_good_for_its_own_account_alone(self, owner: Owner) -> None:
        token = owner.asked()
        tokens = owner.flows.account.user_id_tokens
        assert hasattr(tokens, "issued")
        claims, until = tokens.issued[token]
        tokens.issued[token] = claims._replace(account_id="somebody"), until
        with pytest.raises(NewUserIdInvalid):
            owner.confirm(token, "000000")

    def test_an_address_that_somebody_has_proved_meanwhile_is_not_taken_from_them(self, owner: Owner) -> None:
        token = owner.asked()
        _take(owner)
        with pytest.raises(NewUserIdInvalid):
            owner.confirm(token)
        assert owner.read().account.user_id == OLD

    def test_a_repeated_call_answers_as_the_first_and_changes_nothing(self, owner: Owner) -> None:
        token = owner.asked()
        code = owner.code(token)
        first = owner.confirm(token, code)
        login = owner.flows.accounts.logins["gas", NEW]
        assert owner.confirm(token, code).account == first.account
        with pytest.raises(NewUserIdInvalid):
            owner.confirm(token, "000000")
        assert owner.flows.accounts.logins["gas", NEW] == login

    def test_what_is_known_of_the_old_address_is_not_of_the_new(self, owner: Owner) -> None:
        owner.flows.accounts.note_email_status(owner.flows.accounts.accounts[owner.key], "bounced")
        assert owner.change().account.email_status == "ok"

    def test_there_are_three_changes_in_seven_days(self, owner: Owner) -> None:
        for number in range(3):
            owner.change(f"nuovo{number}@example.org", now=NOW + number)
        with pytest.raises(TooManyAttempts) as refused:
            owner.asked(now=NOW + 3)
        assert refused.value.retry_after == 7 * DAY - 3
        used = owner.flows.attempts.used("mailbox", owner.flows.account.mail_budget.per_mailbox, NOW + 3)
        assert used == 3  # none for the one that was refused
        later = owner.again(address="nuovo2@example.org", now=NOW + 7 * DAY)
        assert later.change(now=NOW + 7 * DAY).account.user_id == NEW

    def test_a_change_at_the_same_moment_is_not_overwritten(
        self, owner: Owner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token, change = owner.asked(), owner.flows.account.user_ids.change

        def lose(*args: Any, **more: Any) -> Any:
            account = owner.flows.accounts.accounts[owner.key]
            assert owner.flows.accounts.end_sessions(account, OLD, now=NOW)
            return change(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(owner.flows.account.user_ids, "change", lose)
            with pytest.raises(Unavailable):
                owner.confirm(token)
        assert _log_in(owner.flows)

    def test_an_outage_gives_the_try_back(self, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
        def down(*_: Any, **__: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="https://aws.example")

        token = owner.asked()
        with monkeypatch.context() as patch:
            patch.setattr(owner.flows.account.user_ids, "change", down)
            for _ in range(6):
                with pytest.raises(EndpointConnectionError):
                    owner.confirm(token)
        assert owner.confirm(token).account.user_id == NEW

    def test_calls_that_answer_as_get_show_what_waits(self, owner: Owner) -> None:
        owner.asked()
        request = valid(ContactRequest, {"language": "de"})
        changed = contact.change(request, owner.session.access_token, owner.flows.account, issuer=ISSUER, now=NOW)
        assert changed.pending_user_id == NEW


class TestWithoutMail:
    def test_the_change_is_made_at_once(self, without_mail: Owner) -> None:
        changed = without_mail.ask()
        assert changed.confirmation is None
        assert changed.caller.account.user_id == NEW
        assert without_mail.read().account == changed.caller.account
        with pytest.raises(AccessTokenInvalid):
            without_mail.read(without_mail.other)

    def test_a_taken_address_is_refused(self, without_mail: Owner) -> None:
        _take(without_mail)
        with pytest.raises(UserIdTaken):
            without_mail.ask()
        assert without_mail.read().account.user_id == OLD

    def test_a_repeated_call_answers_as_the_first(self, without_mail: Owner) -> None:
        token = without_mail.retype()
        first = without_mail.ask(token=token)
        assert without_mail.ask(token=token).caller.account == first.caller.account

    def test_whether_addresses_are_registered_cannot_be_asked_at_will(self, without_mail: Owner) -> None:
        _take(without_mail)
        for _ in range(10):
            with pytest.raises(UserIdTaken):
                without_mail.ask()
        with pytest.raises(TooManyAttempts):
            without_mail.ask()


class TestUndoing:
    def test_the_old_address_is_the_user_id_again_and_every_session_ends(self, owner: Owner) -> None:
        owner.change()
        thief = owner.again()
        assert owner.undo(owner.undo_code()) == owner.session.account_id
        for session in (owner.session, owner.other, thief.session):
            with pytest.raises(AccessTokenInvalid):
                owner.read(session)
        assert owner.flows.accounts.accounts[owner.key].user_id == OLD
        assert ("gas", NEW) not in owner.flows.accounts.logins

    def test_the_password_has_to_be_recovered(self, owner: Owner) -> None:
        owner.change()
        owner.undo(owner.undo_code())
        for address in (OLD, NEW):
            with pytest.raises(InvalidCredentials):
                _log_in(owner.flows, user_id=address)
        started = start(forgotten(), owner.flows.recovery, source=SOURCE, language="it", now=NOW)
        answering = check_code(
            coded(started.recovery_token, mailed_recovery_code(owner.flows)), owner.flows.recovery, now=NOW
        )
        change_password(answered(answering.recovery_token), owner.flows.recovery, now=NOW)
        with pytest.raises(InvalidCredentials):
            _log_in(owner.flows, password=PASSWORD)
        assert _log_in(owner.flows, password=NEW_PASSWORD)

    def test_a_repeated_call_answers_as_the_first_until_something_happens(self, owner: Owner) -> None:
        owner.change()
        code = owner.undo_code()
        owner.undo(code)
        before = owner.flows.accounts.logins["gas", OLD]
        assert owner.undo(code) == owner.session.account_id
        assert owner.flows.accounts.logins["gas", OLD] == before
        account = owner.flows.accounts.accounts[owner.key]
        assert owner.flows.accounts.end_sessions(account, OLD, now=NOW)
        with pytest.raises(CodeInvalid):
            owner.undo(code)

    def test_whoever_changed_it_twice_is_undone_from_the_first_address(self, owner: Owner) -> None:
        owner.change()
        owner.change(THIRD)
        of_thief = owner.undo_code(2)
        owner.undo(owner.undo_code(1))
        assert owner.flows.accounts.accounts[owner.key].user_id == OLD
        with pytest.raises(CodeInvalid):
            owner.undo(of_thief)

    def test_a_code_is_good_for_seven_days(self, owner: Owner) -> None:
        owner.change()
        late, in_time = owner.undo_code(now=NOW), owner.undo_code(now=NOW + DAY)
        with pytest.raises(CodeInvalid):
            owner.undo(late, now=NOW + 7 * DAY)
        with pytest.raises(CodeInvalid):  # mailed late: the change is as old all the same
            owner.undo(in_time, now=NOW + 7 * DAY)
        assert owner.undo(late, now=NOW + 7 * DAY - 1)

    def test_any_other_text_is_no_code(self, owner: Owner) -> None:
        owner.change()
        for typed in ("x", "7KQ2M-C4HHJ-TVW3X-9PRDF-GMN6Q-2345Y", owner.undo_code(5)):
            with pytest.raises(CodeInvalid):
                owner.undo(typed)

    def test_a_code_is_typed_as_people_type(self, owner: Owner) -> None:
        owner.change()
        assert owner.undo(f" {owner.undo_code().lower().replace('-', ' ')} ")

    def test_what_waits_ends_too(self, owner: Owner) -> None:
        owner.change()
        owner.asked(THIRD)
        owner.undo(owner.undo_code())
        assert owner.flows.account.pending_user_ids.waiting_for(*owner.key, now=NOW) is None

    def test_a_closed_or_frozen_account_is_not_restored(self, owner: Owner) -> None:
        owner.change()
        code = owner.undo_code()
        account = owner.flows.accounts.accounts[owner.key]
        assert owner.flows.accounts.freeze(account, NEW, now=NOW)
        with pytest.raises(CodeInvalid):
            owner.undo(code)
        owner.flows.accounts.close("gas", NEW)
        with pytest.raises(CodeInvalid):
            owner.undo(code)

    def test_an_address_that_has_another_account_by_now_is_left_to_it(self, owner: Owner) -> None:
        owner.change()
        owner.flows.accounts.logins["gas", OLD] = owner.flows.accounts.logins["gas", NEW]._replace(account_id="x")
        with pytest.raises(CodeInvalid):
            owner.undo(owner.undo_code())
        assert owner.read().account.user_id == NEW

    def test_an_account_that_changes_in_that_moment_is_restored_all_the_same(
        self, owner: Owner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owner.change()
        table = owner.flows.account.user_ids
        restore, moved = table.restore, list[bool]()

        def meanwhile(*args: Any, **more: Any) -> Any:
            if not moved:
                moved.append(owner.flows.accounts.end_sessions(owner.flows.accounts.accounts[owner.key], NEW, now=NOW))
            return restore(*args, **more)

        monkeypatch.setattr(table, "restore", meanwhile)
        owner.undo(owner.undo_code())
        assert moved == [True]
        assert owner.flows.accounts.accounts[owner.key].user_id == OLD

    def test_guesses_are_counted_for_the_source(self, owner: Owner) -> None:
        for _ in range(100):
            with pytest.raises(CodeInvalid):
                owner.undo("x")
        with pytest.raises(TooManyAttempts):
            owner.undo("x")
