"""The reserved area, every call in any order, with any session and any token at hand.

A model keeps what the account is, which sessions are open and what each token is good for. No change without the
password given again in that session; no session outlives what ends it; an undo gives the user id back and ends all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from account import (
    closing,
    export,
    password,
    question,
    reauth,
    sessions,
    user_id,
    user_id_confirmation,
    user_id_undo,
)
from account.flow import read
from account.schemas import (
    CloseRequest,
    EndSessionsRequest,
    ExportRequest,
    NewPasswordRequest,
    NewQuestionRequest,
    NewUserIdRequest,
    UndoRequest,
    UserIdConfirmRequest,
)
from login.flow import log_in, refresh
from recovery.flow import change_password, check_code, start
from tests.unit.flows.fixtures import (
    HASHER,
    ISSUER,
    NOW,
    PASSWORD,
    SOURCE,
    answered,
    coded,
    forgotten,
    mailed_recovery_code,
    new_flows,
    register_mario,
    retyped,
    submitted,
    typed_login,
    valid,
)
from utenza.errors import UtenzaError
from utenza.tables.user_ids import MOST, Undo
from utenza.tokens import email_codes

OLD, TAKEN = "mario@example.org", "presa@example.org"
ADDRESSES = [OLD, "nuovo@example.org", "terzo@example.org", "quarto@example.org"]
CHOSEN = ["cinque lucci verdi", "sette trote gialle"]
ANSWERS = ["Briciola", "Marebello Vecchio"]


@dataclass
class Session:
    """A login: its tokens as they are now, the generation of the access token, and whether it is open."""

    access: str
    refresh: str
    generation: int
    is_open: bool = True


@dataclass
class Waiting:
    token: str
    address: str
    code: str
    generation: int
    tries: int = 0


@dataclass
class Model:
    """The account as it should be; `left` has what each undo code gives back: generation and address."""

    user_id: str = OLD
    password: str | None = PASSWORD
    answer: str = "Briciola"
    generation: int = 0
    is_closed: bool = False
    waiting: Waiting | None = None
    confirmed: Waiting | None = None
    left: dict[int, str] = field(default_factory=dict)
    restored: tuple[int, int] = (0, 0)


class ReservedArea(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        flows = new_flows(free=10_000)
        self.flows = flows._replace(
            account=flows.account._replace(sends_mail=True), recovery=flows.recovery._replace(sends_mail=True)
        )
        self.model = Model()
        self.sessions: list[Session] = []
        self.reauths: list[tuple[str, Session, int]] = []
        self.undos: list[tuple[str, int, str]] = []  # code, generation, account
        self.asked: list[tuple[str, str]] = []  # confirmation tokens and their codes

    @initialize()
    def mario_registers(self) -> None:
        register_mario(self.flows)
        login = self.flows.accounts.logins["gas", OLD]
        self.account_id = login.account_id
        self.flows.accounts.logins["gas", TAKEN] = login._replace(account_id="somebody")
        self.log_in(OLD, PASSWORD)

    @rule(address=st.sampled_from(ADDRESSES), typed=st.sampled_from([PASSWORD, *CHOSEN]))
    def log_in(self, address: str, typed: str) -> None:
        model = self.model
        form = typed_login(user_id=address, password=typed)
        done = _tried(lambda: log_in(form, self.flows.login, source=SOURCE, issuer=ISSUER, now=NOW))
        assert (done is not None) == (not model.is_closed and (address, typed) == (model.user_id, model.password))
        if done:
            self.sessions.append(Session(done.access_token, done.refresh_token, model.generation))

    @rule(at=st.integers(0, 9))
    def log_in_as_owner(self, at: int) -> None:
        if self.model.password and not self.model.is_closed and at < 8:
            self.log_in(self.model.user_id, self.model.password)

    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        session = data.draw(st.sampled_from(self.sessions))
        done = _tried(lambda: refresh(session.refresh, self.flows.login, issuer=ISSUER, now=NOW))
        assert (done is not None) == session.is_open
        if done:
            session.access, session.refresh = done.access_token, done.refresh_token
            session.generation = self.model.generation

    @rule(data=st.data(), right=st.booleans())
    def retype(self, data: st.DataObject, *, right: bool) -> None:
        session = data.draw(st.sampled_from(self.sessions))
        typed = retyped(self.model.password or PASSWORD) if right else retyped("x")
        call = reauth.reauthenticate
        done = _tried(lambda: call(typed, session.access, self.flows.account, issuer=ISSUER, now=NOW))
        assert (done is not None) == (session.is_open and right)
        if done:
            self.reauths.append((done[0], session, session.generation))

    def _with_token(self, data: st.DataObject) -> tuple[Session, str, bool]:
        """Return a session, a reauth token, and whether both together are good for what weighs."""
        session = data.draw(st.sampled_from(self.sessions))
        own = [each for each in self.reauths if each[1] is session]
        choices = [*own[-2:], *self.reauths[-2:], ("x", session, -1)]
        token, of, generation = data.draw(st.sampled_from(choices))
        good = session.is_open and of is session and generation == session.generation
        return session, token, good

    @rule(data=st.data(), chosen=st.sampled_from(CHOSEN))
    def change_password(self, data: st.DataObject, chosen: str) -> None:
        session, token, good = self._with_token(data)
        form = submitted(NewPasswordRequest, {"reauth_token": token, "password": chosen, "password_repeat": chosen})
        done = _tried(lambda: password.change(form, session.access, self.flows.account, issuer=ISSUER, now=NOW))
        assert (done is not None) == good
        if done:
            self._next_generation(keeps=None)
            self.model.password, self.model.waiting, self.model.confirmed = chosen, None, self.model.confirmed
            self.sessions.append(Session(done.access_token, done.refresh_token, self.model.generation))

    @rule(data=st.data(), answer=st.sampled_from(ANSWERS))
    def change_question(self, data: st.DataObject, answer: str) -> None:
        session, token, good = self._with_token(data)
        typed = {"reauth_token": token, "question": "Che cosa ricordo?", "answer": answer, "answer_repeat": answer}
        form = submitted(NewQuestionRequest, typed)
        done = _tried(lambda: question.change(form, session.access, self.flows.account, issuer=ISSUER, now=NOW))
        assert (done is not None) == good
        if done:
            self.model.answer = answer

    @rule(data=st.data(), address=st.sampled_from([*ADDRESSES, TAKEN]))
    def ask_for_user_id(self, data: st.DataObject, address: str) -> None:
        self._ask(*self._with_token(data), address)

    def _ask(self, session: Session, token: str, good: bool, address: str) -> None:  # noqa: FBT001 - as drawn
        request = valid(NewUserIdRequest, {"reauth_token": token, "user_id": address})
        done = _tried(
            lambda: user_id.change(request, session.access, self.flows.account, source=SOURCE, issuer=ISSUER, now=NOW)
        )
        model = self.model
        assert (done is not None) == (good and address != model.user_id and len(model.left) < MOST)
        if done and done.confirmation:
            change = self.flows.account.user_id_tokens.read(done.confirmation[0], now=NOW).change_id
            code = email_codes.code_for("user_id", change, self.flows.account.keys.current(now=NOW))
            waiting = model.waiting
            is_repeat = waiting and waiting.code == code and waiting.address == address and waiting.tries < 5
            assert bool(is_repeat) == bool(waiting and waiting.address == address and waiting.tries < 5)
            tries = waiting.tries if is_repeat and waiting else 0
            model.waiting = Waiting(done.confirmation[0], address, code, model.generation, tries)
            self.asked.append((done.confirmation[0], code))

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), right=st.booleans())
    def confirm_user_id(self, data: st.DataObject, *, right: bool) -> None:
        token, code = data.draw(st.sampled_from([*self.asked[-3:], self.asked[-1]]))
        self._confirm(data.draw(st.sampled_from(self.sessions)), token, code if right else "x")

    @rule(address=st.sampled_from(ADDRESSES), interrupted=st.sampled_from([False, False, False, True]))
    def move(self, address: str, *, interrupted: bool) -> None:
        """Do all that a change of the user id takes, in the first open session; a recovery may come between."""
        session = next((each for each in self.sessions if each.is_open), None)
        if session is None or self.model.password is None:
            return
        typed, call = retyped(self.model.password), reauth.reauthenticate
        token, _ = call(typed, session.access, self.flows.account, issuer=ISSUER, now=NOW)
        before = len(self.asked)
        self._ask(session, token, True, address)
        if interrupted:
            self.recover(CHOSEN[0])
            self.log_in(self.model.user_id, CHOSEN[0])
        if len(self.asked) > before:
            self._confirm(self.sessions[-1] if interrupted else session, *self.asked[-1])

    def _confirm(self, session: Session, token: str, code: str) -> None:
        model = self.model
        waiting = model.waiting if model.waiting and self._is_of(token, model.waiting) else None
        before = model.confirmed if model.confirmed and self._is_of(token, model.confirmed) else None
        right = code != "x"
        request = valid(UserIdConfirmRequest, {"confirmation_token": token, "code": code})
        call = user_id_confirmation.confirm
        done = _tried(lambda: call(request, session.access, self.flows.account, issuer=ISSUER, now=NOW))
        counts = session.is_open and waiting is not None and waiting.tries < 5
        changes = counts and waiting is not None and right and waiting.address != TAKEN
        repeats = session.is_open and before is not None and right
        assert (done is not None) == bool(changes or repeats)
        if changes and waiting:
            self._moved(waiting, session)
        elif counts and waiting:
            waiting.tries += 1

    def _is_of(self, token: str, waiting: Waiting) -> bool:
        tokens = self.flows.account.user_id_tokens
        return tokens.read(token, now=NOW) == tokens.read(waiting.token, now=NOW)

    def _moved(self, waiting: Waiting, session: Session) -> None:
        model = self.model
        self._next_generation(keeps=session)
        model.left[model.generation] = model.user_id
        undo = Undo(self.account_id, model.generation)
        code = self.flows.account.user_ids.issue_undo("gas", undo, now=NOW)
        self.undos.append((code, model.generation, self.account_id))
        model.user_id, model.waiting, model.confirmed = waiting.address, None, waiting

    @precondition(lambda self: self.undos)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        code, generation, account_id = data.draw(st.sampled_from(self.undos))
        model = self.model
        request = valid(UndoRequest, {"undo_code": code})
        done = _tried(lambda: user_id_undo.undo(request, self.flows.account, source=SOURCE, now=NOW))
        mine = account_id == self.account_id and not model.is_closed
        repeats = mine and model.restored == (generation, model.generation)
        restores = mine and generation in model.left
        assert (done is not None) == (repeats or restores)
        if restores and not repeats:
            address = model.left[generation]
            self._next_generation(keeps=None)
            model.user_id, model.password, model.left = address, None, {}
            model.waiting = model.confirmed = None
            model.restored = generation, model.generation

    @precondition(lambda self: not self.model.is_closed)
    @rule(chosen=st.sampled_from(CHOSEN))
    def recover(self, chosen: str) -> None:
        model, recovery = self.model, self.flows.recovery
        begun = start(forgotten(user_id=model.user_id), recovery, source=SOURCE, language="it", now=NOW)
        passed = check_code(coded(begun.recovery_token, mailed_recovery_code(self.flows)), recovery, now=NOW)
        form = answered(passed.recovery_token, answer=model.answer, password=chosen, password_repeat=chosen)
        change_password(form, recovery, now=NOW)
        self._next_generation(keeps=None)
        model.password, model.waiting = chosen, None

    @rule(data=st.data())
    def end_others(self, data: st.DataObject) -> None:
        session = data.draw(st.sampled_from(self.sessions))
        request = valid(EndSessionsRequest, {"others": True})
        done = _tried(lambda: sessions.end(request, session.access, self.flows.account, issuer=ISSUER, now=NOW))
        assert (done is not None) == session.is_open
        if done:
            for other in self.sessions:
                other.is_open = other is session

    @rule(data=st.data())
    def export(self, data: st.DataObject) -> None:
        session, token, good = self._with_token(data)
        request = valid(ExportRequest, {"reauth_token": token})
        done = _tried(lambda: export.collect(request, session.access, self.flows.account, issuer=ISSUER, now=NOW))
        assert (done is not None) == good
        if done:
            assert len(done.sessions) == sum(each.is_open for each in self.sessions)

    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        session, token, good = self._with_token(data)
        request = valid(CloseRequest, {"reauth_token": token})
        done = _tried(lambda: closing.close(request, session.access, self.flows.account, issuer=ISSUER, now=NOW))
        assert (done is not None) == good
        if done:
            self._next_generation(keeps=None)
            self.model.is_closed = True

    @precondition(lambda self: self.model.is_closed)
    @rule()
    def register_again(self) -> None:
        register_mario(self.flows)
        self.account_id = self.flows.accounts.logins["gas", OLD].account_id
        self.model, self.asked = Model(), []

    def _next_generation(self, *, keeps: Session | None) -> None:
        self.model.generation += 1
        for session in self.sessions:
            session.is_open = session.is_open and session is keeps

    @invariant()
    def the_account_is_that_of_the_model(self) -> None:
        if not self.sessions:
            return
        model, accounts = self.model, self.flows.accounts
        account = accounts.accounts["gas", self.account_id]
        assert (account.status == "closed") == model.is_closed
        addresses = {address for _, address in accounts.logins} - {TAKEN}
        assert addresses == (set() if model.is_closed else {model.user_id})
        if not model.is_closed:
            login = accounts.logins["gas", model.user_id]
            assert (account.user_id, account.generation) == (model.user_id, login.generation)
            assert model.generation == account.generation
            known = [each for each in (PASSWORD, *CHOSEN) if HASHER.verify(login.password_hash, each)]
            assert known == ([model.password] if model.password else [])

    @invariant()
    def no_session_outlives_what_ends_it(self) -> None:
        for session in self.sessions:
            access = session.access
            done = _tried(partial(read, access, self.flows.account, issuer=ISSUER, now=NOW))
            assert (done is not None) == session.is_open
            if done:
                waits = self.model.waiting
                assert done.pending_user_id == (waits.address if waits else None)


def _tried[T](call: Callable[[], T]) -> T | None:
    """Return what the call gives, None when it is refused; any other error is a fault."""
    try:
        return call()
    except UtenzaError:
        return None


TestReservedArea = ReservedArea.TestCase
TestReservedArea.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
