"""What strangers see: the same refusals, and the same waits, whether there is an account or not."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from login import flow
from recovery import flow as recovery
from tests.unit.flows.fixtures import (
    IN_A_ROW,
    ISSUER,
    MARIO,
    NEW_PASSWORD,
    NOW,
    PASSWORD,
    Flows,
    answered,
    coded,
    forgotten,
    forgotten_user_id,
    mailed_recovery_code,
    new_flows,
    register_mario,
    step_one,
    typed_login,
)
from utenza.errors import TooManyAttempts, UtenzaError
from utenza.http import problems
from verify.flow import verify

KNOWN, UNKNOWN = "mario@example.org", "nobody@example.org"
OWNER, STRANGER = "192.0.2.7", "198.51.100.66"


class Answer(NamedTuple):
    """What a call is answered with; `body` without tokens."""

    status: int
    body: str
    retry_after: str | None


class Stranger:
    """Calls about one address and one customer code, and what they are answered; meanwhile Mario logs in."""

    def __init__(self, address: str, *, mail: bool) -> None:
        self.customer_code = MARIO.code if address == KNOWN else "9999999999"
        self.flows = register_mario(new_flows())
        self.flows = self.flows._replace(recovery=self.flows.recovery._replace(sends_mail=mail))
        self.address = address
        self.now = NOW
        self.answers: list[Answer] = []
        self.known_device = self.log_in("")
        self.tokens = {"none": "", "invented": "a" * 43, "own": self._own_device_token()}
        self.recovery_token = ""

    def wait(self, seconds: int) -> None:
        self.now += seconds

    def guess(self, token: str) -> None:
        typed = typed_login(user_id=self.address, password="wrong", device_token=self.tokens[token])
        self._note(lambda: flow.log_in(typed, self.flows.login, source=STRANGER, issuer=ISSUER, now=self.now))

    def begin_recovery(self) -> None:
        typed = forgotten(user_id=self.address)

        def start() -> None:
            begun = recovery.start(typed, self.flows.recovery, source=STRANGER, language="it", now=self.now)
            self.recovery_token = begun.recovery_token

        self._note(start)

    def guess_code(self) -> None:
        typed = coded(self.recovery_token or "x", "not it")
        self._note(lambda: recovery.check_code(typed, self.flows.recovery, now=self.now))

    def guess_answer(self) -> None:
        typed = answered(self.recovery_token or "x", answer="not it")
        self._note(lambda: recovery.change_password(typed, self.flows.recovery, now=self.now))

    def guess_at_step_one(self) -> None:
        typed = step_one(customer_code=self.customer_code, first_name="Gino")
        self._note(lambda: verify(typed, self.flows.verify, source=STRANGER, now=self.now))

    def request_reminder(self) -> None:
        typed = forgotten_user_id(customer_code=self.customer_code)
        self._note(lambda: recovery.remind(typed, self.flows.recovery, source=STRANGER, now=self.now))

    def customer_logs_in(self, device: str) -> None:
        self.log_in(self.known_device if device == "known" else "")

    def log_in(self, token: str) -> str:
        """Log the customer in; return the device's token, "" when the login is refused."""
        typed = typed_login(device_token=token)
        try:
            return flow.log_in(typed, self.flows.login, source=OWNER, issuer=ISSUER, now=self.now).device_token
        except TooManyAttempts:
            assert not token, "nobody is kept out of a known device"
            return ""

    def _own_device_token(self) -> str:
        """Return the token of a device that the stranger logged in with, to an account of their own."""
        accounts = self.flows.accounts
        login = accounts.logins["gas", KNOWN]
        accounts.logins["gas", "own@example.org"] = login._replace(account_id="own")
        accounts.accounts["gas", "own"] = accounts.accounts["gas", login.account_id]._replace(account_id="own")
        typed = typed_login(user_id="own@example.org")
        return flow.log_in(typed, self.flows.login, source=STRANGER, issuer=ISSUER, now=self.now).device_token

    def _note(self, call: Callable[[], Any]) -> None:
        try:
            call()
        except UtenzaError as error:
            found = problems.render(error, language="it", instance="a request")
            self.answers.append(Answer(found.status, found.body, found.headers.get("Retry-After")))
        else:
            self.answers.append(Answer(200, "", None))


_STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 450, 899, 900, 4500])),
    st.tuples(st.just("guess"), st.sampled_from(["none", "none", "invented", "own"])),
    st.tuples(st.just("customer_logs_in"), st.sampled_from(["known", "new"])),
    st.tuples(st.sampled_from(["begin_recovery", "guess_code", "guess_answer"])),
    st.tuples(st.sampled_from(["guess_at_step_one", "request_reminder"])),
)


@given(steps=st.lists(_STEPS, min_size=20, max_size=60), mail=st.booleans())
@settings(max_examples=60, deadline=None)
def test_strangers_see_the_same_whether_there_is_an_account_or_not(steps: list[Any], *, mail: bool) -> None:
    known, unknown = Stranger(KNOWN, mail=mail), Stranger(UNKNOWN, mail=mail)
    for name, *arguments in steps:
        for stranger in (known, unknown):
            getattr(stranger, name)(*arguments)
    assert known.answers == unknown.answers


@pytest.mark.parametrize("device", ["known", "new"])
@pytest.mark.parametrize("guesses", range(6))
def test_a_login_of_the_customer_shows_in_no_refusal(guesses: int, device: str) -> None:
    """Measured before: `401 401` where a customer had logged in meanwhile, against `401 429`."""
    strangers = Stranger(KNOWN, mail=True), Stranger(UNKNOWN, mail=True)
    for stranger in strangers:
        for _ in range(guesses):
            stranger.guess("none")
        stranger.customer_logs_in(device)
        for _ in range(6):
            stranger.guess("none")
    known, unknown = (stranger.answers for stranger in strangers)
    assert known == unknown
    assert [answer.status for answer in known] == [401] * 5 + [429] * (guesses + 1)


# A hundred in a row


def _after_a_hundred(address: str, *, mail: bool) -> Stranger:
    """Return a stranger who has guessed as often as there is room, until no password was compared any more."""
    stranger = Stranger(address, mail=mail)
    while not stranger.answers or stranger.answers[-1].status != 429:
        stranger.guess("none")
        stranger.wait(900)
    return stranger


@pytest.mark.parametrize("address", [KNOWN, UNKNOWN])
def test_after_a_hundred_in_a_row_no_strangers_password_is_heard_however_long_they_wait(address: str) -> None:
    stranger = _after_a_hundred(address, mail=True)
    assert len(stranger.answers) == IN_A_ROW + 1
    for _ in range(40):
        stranger.wait(86_400)
        stranger.guess("none")
        stranger.guess("own")
    refusals = set(stranger.answers[IN_A_ROW:])
    assert {(refused.status, refused.retry_after) for refused in refusals} == {(429, "86400")}
    [refused] = refusals
    assert "«Password dimenticata»" in refused.body


def test_after_a_hundred_in_a_row_the_right_password_is_refused_of_a_new_device_alone() -> None:
    stranger = _after_a_hundred(KNOWN, mail=True)
    assert stranger.log_in("") == ""
    assert stranger.log_in(stranger.known_device) == stranger.known_device
    assert stranger.log_in("")


def test_logins_of_a_new_device_end_the_series() -> None:
    stranger = Stranger(KNOWN, mail=True)
    for _ in range(3):
        for _ in range(IN_A_ROW - 1):
            stranger.guess("none")
            stranger.wait(900)
        assert stranger.log_in("")
    assert {answer.status for answer in stranger.answers} == {401}


@pytest.mark.parametrize("mail", [False, True])
def test_a_recovery_ends_the_series_with_mail_or_without(*, mail: bool) -> None:
    stranger = _after_a_hundred(KNOWN, mail=mail)
    flows, now = stranger.flows, stranger.now
    token = recovery.start(forgotten(), flows.recovery, source=OWNER, language="it", now=now).recovery_token
    if mail:
        code = coded(token, mailed_recovery_code(flows))
        token = recovery.check_code(code, flows.recovery, now=now).recovery_token
    recovery.change_password(answered(token), flows.recovery, now=now)
    assert _logs_in(flows, NEW_PASSWORD, now)
    assert not _logs_in(flows, PASSWORD, now)


def test_a_recovery_that_fails_ends_no_series() -> None:
    stranger = _after_a_hundred(KNOWN, mail=False)
    stranger.begin_recovery()
    stranger.guess_answer()
    stranger.guess("none")
    assert [answer.status for answer in stranger.answers[-3:]] == [200, 422, 429]


def _logs_in(flows: Flows, password: str, now: int) -> bool:
    try:
        flow.log_in(typed_login(password=password), flows.login, source=OWNER, issuer=ISSUER, now=now)
    except UtenzaError:
        return False
    return True
