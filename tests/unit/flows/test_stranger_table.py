"""The table "What a stranger can do" of docs/security.md: each of its figures is counted here.

A stranger of each kind takes whatever the limits of the template's defaults leave, for a day, on the flows themselves
with a clock of our own. What that comes to in the busiest hour and in the day has to be what the table says.
"""

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from account import reauth
from credentials import confirmation
from credentials.flow import register
from login import flow as login
from reclaim import flow as reclaim
from recovery import flow as recovery
from tests.unit.flows.deployed import with_deployed_limits
from tests.unit.flows.fixtures import (
    ISSUER,
    MARIO,
    NOW,
    Flows,
    answered,
    coded,
    confirmed,
    forgotten,
    mailed_code,
    mailed_recovery_code,
    new_flows,
    reclaim_confirmed,
    reclaimed,
    register_mario,
    register_thief,
    retyped,
    step_one,
    step_two,
    typed_login,
)
from tests.unit.flows.test_limits import add_customers
from tests.unit.flows.test_mail_budgets import World
from utenza.errors import (
    AlreadyRegistered,
    AnswerInvalid,
    CodeInvalid,
    CustomerNotMatched,
    InvalidCredentials,
    ReauthFailed,
    RecoveryTokenInvalid,
    TooManyAttempts,
)
from utenza.tokens.holder import holder_of
from verify.flow import verify

_HOUR, _DAY = 3600, 86_400
_TICK = 24  # seconds; divides every interval after which something comes back
_RARELY = 480  # the same for e-mails to a mailbox, or about a customer; recoveries within 300 seconds share one
_ADDRESS, _ONE = "mario@example.org", "192.0.2.66"
_PAGE = Path(__file__).parents[3] / "docs" / "security.md"


class Row(NamedTuple):
    """What a kind of stranger can do; None where a figure says nothing."""

    stranger: str
    can: str
    hour: int | None
    day: int | None
    tests: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.stranger}: {self.can}"


def _rows() -> Iterator[Row]:
    """Yield the rows of the table, as they stand in the page."""
    section = _PAGE.read_text(encoding="utf-8").split("\n## What a stranger can do\n")[1].split("\n## ")[0]
    _, _, *lines = (line for line in section.splitlines() if line.startswith("|"))
    for line in lines:
        stranger, can, hour, day, _, counted_by = (cell.strip() for cell in line.strip("|").split(" | "))
        yield Row(stranger, can, _figure(hour), _figure(day), tuple(re.findall(r"`(test_\w+\.py)`", counted_by)))


def _figure(cell: str) -> int | None:
    return None if cell == "\u2013" else int(cell.replace(",", ""))


_ROWS = list(_rows())

type Stranger = Callable[[], list[int]]


def _greedy(take: Callable[[int, int], int], tick: int = _TICK) -> list[int]:
    """Take what there is whenever something may have come back; return the moment of each thing taken.

    `take` is given the moment and a number of its own, and returns how many things it took; TooManyAttempts: no more
    for now.
    """
    taken, numbers = [], count()
    for now in range(NOW, NOW + _DAY + 1, tick):
        try:
            while True:
                taken += take(now, next(numbers)) * [now]
        except TooManyAttempts:
            pass
    return taken


def _anywhere(number: int) -> str:
    """Return one of more sources than any limit has room for."""
    return f"10.{number // 65_536}.{number // 256 % 256}.{number % 256}"


def _flows(*, mail: bool = False) -> Flows:
    """Return a deployment with the default limits, in which Mario has registered without mail."""
    flows = with_deployed_limits(register_mario(new_flows()))
    return flows._replace(
        credentials=flows.credentials._replace(sends_mail=mail), recovery=flows.recovery._replace(sends_mail=mail)
    )


def _world(*bills: str) -> World:
    """Return the same with mail, and with more customers, who have not registered."""
    records = [MARIO._replace(code=bill) for bill in bills]
    return World(with_deployed_limits(register_mario(new_flows(MARIO, *records))))


# With nothing


def _passwords(user_of: Callable[[int], str], source_of: Callable[[int], str], device: str = "") -> Stranger:
    def run() -> list[int]:
        flows = _flows()
        known = login.log_in(typed_login(), flows.login, source="192.0.2.1", issuer=ISSUER, now=NOW).device_token

        def take(now: int, number: int) -> int:
            typed = typed_login(user_id=user_of(number), password="x", device_token=known if device else "")
            with pytest.raises(InvalidCredentials):
                login.log_in(typed, flows.login, source=source_of(number), issuer=ISSUER, now=now)
            return 1

        return _greedy(take)

    return run


def _bills(code_of: Callable[[int], str], source_of: Callable[[int], str]) -> Stranger:
    def run() -> list[int]:
        flows = _flows()

        def take(now: int, number: int) -> int:
            typed = step_one(customer_code=code_of(number), first_name="Gino")
            with pytest.raises(CustomerNotMatched):
                verify(typed, flows.verify, source=source_of(number), now=now)
            return 1

        return _greedy(take)

    return run


def _mails_of_one_source() -> list[int]:
    world = _world()
    users = add_customers(world.flows, 1000)

    def take(now: int, number: int) -> int:
        world.recover(users[number % 1000], _ONE, now)
        return 0

    _greedy(take)
    return [mail.at for mail in world.mails]


def _start(flows: Flows, user_id: str, source: str, now: int) -> str:
    request = forgotten(user_id=user_id)
    return recovery.start(request, flows.recovery, source=source, language="it", now=now).recovery_token


def _codes(user_of: Callable[[int], str], source_of: Callable[[int], str]) -> Stranger:
    """Try the six digits of recoveries, until the long code alone would fit."""

    def run() -> list[int]:
        flows = _flows(mail=True)

        def take(now: int, number: int) -> int:
            token = _start(flows, user_of(number), source_of(number), now)
            for _ in range(5):
                with pytest.raises(CodeInvalid) as refused:
                    recovery.check_code(coded(token, "x"), flows.recovery, now=now)
                if refused.value.words == "long_code":
                    raise TooManyAttempts(1)
            with pytest.raises(RecoveryTokenInvalid):
                recovery.check_code(coded(token, "x"), flows.recovery, now=now)
            return 5

        return _greedy(take)

    return run


def _answers(user_of: Callable[[int], str], source_of: Callable[[int], str], *, knows_codes: bool = False) -> Stranger:
    """Try answers; with mail, as if each recovery's code were known."""

    def run() -> list[int]:
        flows = _flows(mail=knows_codes)
        users = add_customers(flows, 2000)
        taken: list[int] = []

        def take(now: int, number: int) -> int:
            user_id = user_of(number) or users[number % 2000]
            token = _start(flows, user_id, source_of(number), now)
            if knows_codes:
                code = coded(token, mailed_recovery_code(flows))
                try:
                    token = recovery.check_code(code, flows.recovery, now=now).recovery_token
                except CodeInvalid:  # the long code is known just as well, and the count of answers is full by then
                    raise TooManyAttempts(1) from None
            for _ in range(5):
                with pytest.raises(AnswerInvalid):
                    recovery.change_password(answered(token, answer="x"), flows.recovery, now=now)
                taken.append(now)
            return 0

        _greedy(take)
        return taken

    return run


# With an address


def _mails_to_a_mailbox() -> list[int]:
    world = _world("0123456610")

    def take(now: int, number: int) -> int:
        world.recover(_ADDRESS, _anywhere(number), now)
        raise TooManyAttempts(1)

    _greedy(take, _RARELY)
    return [mail.at for mail in world.mails if mail.to == _ADDRESS]


# With a bill


def _registrations(*, proves: bool = False) -> Stranger:
    """Register with a bill, each time with another mailbox of one's own."""

    def run() -> list[int]:
        world = _world("0123456610")
        flows = world.flows
        if not proves:
            flows = flows._replace(credentials=flows.credentials._replace(sends_mail=False))

        def take(now: int, number: int) -> int:
            typed, source = step_one(customer_code="0123456610"), _anywhere(number)
            try:
                token = verify(typed, flows.verify, source=source, now=now).step_token
            except AlreadyRegistered:
                raise TooManyAttempts(1) from None
            chosen = step_two(token, user_id=f"x{number}@example.net")
            register(chosen, flows.credentials, source=source, language="it", now=now)
            return 1

        return _greedy(take)

    return run


def _codes_of_an_address() -> list[int]:
    """Register with a bill and the address of somebody else, and try the code that went there."""
    world = _world("0123456610")

    def take(now: int, number: int) -> int:
        token = world.choose("0123456610", "anna@example.org", _anywhere(number), now)
        for _ in range(5):
            with pytest.raises(CodeInvalid):
                confirmation.confirm(confirmed(token, "x"), world.flows.credentials, now=now)
        return 5

    return _greedy(take)


def _codes_of_claims() -> list[int]:
    """Register with a bill and mailboxes of one's own, and try the code that went to the address in the CRM."""
    world = _world("0123456610")
    world.flows = world.flows._replace(credentials=world.flows.credentials._replace(proves_claims=True))

    def take(now: int, number: int) -> int:
        token = world.choose("0123456610", f"x{number}@example.net", _anywhere(number), now)
        if not world.flows.pending.waiting["gas", "0123456610"].mails:
            raise TooManyAttempts(1)  # the code to one's own mailbox has not gone: both would have to be guessed
        own = mailed_code(world.flows, "0123456610")
        for _ in range(5):
            with pytest.raises(CodeInvalid):
                confirmation.confirm(confirmed(token, own, claim_code="x"), world.flows.credentials, now=now)
        return 5

    return _greedy(take, _RARELY)


def _reclaims(things: Callable[[Flows, str, int], int]) -> Stranger:
    """Begin reclaims of a customer that somebody has registered; `things` is what each of those that were mailed is."""

    def run() -> list[int]:
        flows = with_deployed_limits(register_thief(new_flows(mail=True), "ladro@example.net"))

        def take(now: int, number: int) -> int:
            request = reclaimed()
            token, _ = reclaim.start(request, flows.reclaim, source=_anywhere(number), language="it", now=now)
            begun = [*flows.reclaims.open.values()][-1].reclaim
            return things(flows, token, now) if begun.account_id else 0

        return _greedy(take, _RARELY)

    return run


def _guess_a_reclaim(flows: Flows, token: str, now: int) -> int:
    for _ in range(5):
        with pytest.raises(CodeInvalid):
            reclaim.confirm(reclaim_confirmed(token, "x"), flows.reclaim, now=now)
    return 5


def _mails_about_a_customer() -> list[int]:
    world = _world("0123456610")

    def take(now: int, number: int) -> int:
        world.choose("0123456610", f"x{number}@example.net", _anywhere(number), now)
        raise TooManyAttempts(1)

    _greedy(take, _RARELY)
    return [mail.at for mail in world.mails]


# With something that was stolen


def _passwords_in_a_session() -> list[int]:
    flows = _flows()
    flows = flows._replace(login=flows.login._replace(session_lifetime=30 * _DAY))
    first = login.log_in(typed_login(), flows.login, source="192.0.2.1", issuer=ISSUER, now=NOW)
    sessions = {NOW: first}  # by the moment of their access token, which is good for ten minutes

    def take(now: int, _number: int) -> int:
        renewed_at, session = sessions.popitem()
        if now - renewed_at > 500:
            renewed_at, session = now, login.refresh(session.refresh_token, flows.login, issuer=ISSUER, now=now)
        sessions[renewed_at] = session
        with pytest.raises(ReauthFailed):
            reauth.reauthenticate(retyped("x"), session.access_token, flows.account, issuer=ISSUER, now=now)
        return 1

    return _greedy(take)


def _forged_registrations() -> list[int]:
    """Register customers with step tokens of one's own making, and with codes that the key gives."""
    codes = [f"{number:010}" for number in range(1500)]
    world = _world(*codes)
    flows = world.flows

    def take(now: int, _number: int) -> int:
        code, key = codes[-1], flows.credentials.keys.lasting(now=now)
        holder = holder_of(MARIO._replace(code=code), key)
        step, _ = flows.credentials.step_tokens.issue("gas", code, "", holder, now=now)
        chosen = step_two(step, user_id=f"x{code}@example.net")
        made = register(chosen, flows.credentials, source=_ONE, language="it", now=now)
        assert made.confirmation
        confirmation.confirm(confirmed(made.confirmation[0], mailed_code(flows, code)), flows.credentials, now=now)
        codes.pop()
        return 1

    return _greedy(take)


def _many(number: int) -> str:
    return f"x{number}@example.org"


def _of_mario(_number: int) -> str:
    return _ADDRESS


def _one(_number: int) -> str:
    return _ONE


_STRANGERS: dict[str, Stranger] = {
    "nothing: guess passwords of many addresses, from one source": _passwords(_many, _one),
    "nothing: guess the data of many bills at step one, from one source": _bills("{:010}".format, _one),
    "nothing: cause e-mails to many mailboxes, from one source": _mails_of_one_source,
    "nothing, e-mail on: try six-digit codes of recoveries of many addresses, from one source": _codes(_many, _one),
    "nothing, e-mail off: try answers at many addresses, from one source": _answers(_many, _one),
    "a customer code: guess the rest of the bill at step one": _bills(lambda _: MARIO.code, _anywhere),
    "an address: guess its password": _passwords(_of_mario, _anywhere),
    "an address: cause e-mails to its mailbox": _mails_to_a_mailbox,
    "an address, e-mail off: see its question, and try answers": _answers(_of_mario, _anywhere),
    "an address, e-mail on: try six-digit codes of its recoveries": _codes(_of_mario, _anywhere),
    "a bill: register as its customer, with `ClaimProof=none` or `notice`, or e-mail off": _registrations(),
    "a bill: register with somebody else's address, and try the code that confirms it": _codes_of_an_address,
    "a bill, `ClaimProof=code`: try the code that went to the CRM's address": _codes_of_claims,
    "a bill: try the code of a reclaim": _reclaims(_guess_a_reclaim),
    "a bill: cause e-mails about its customer": _mails_about_a_customer,
    "a bill: cause e-mails with codes of a reclaim": _reclaims(lambda *_: 1),
    "the mailbox of the user id: pass the code of a recovery, and try answers": _answers(
        _of_mario, _anywhere, knows_codes=True
    ),
    "a device token: guess the password of its account": _passwords(_of_mario, _anywhere, device="known"),
    "an open session: guess its password": _passwords_in_a_session,
    "a leaked step key: register as many customers, from one source": _forged_registrations,
    "a leaked step key: pass the codes of recoveries of many addresses, and try answers, from one source": _answers(
        lambda _: "", _one, knows_codes=True
    ),
}


@pytest.mark.parametrize("row", [row for row in _ROWS if row.day is not None], ids=lambda row: row.name)
def test_the_figures_are_those_that_a_stranger_gets_to(row: Row) -> None:
    taken = _STRANGERS[row.name]()
    assert (_most(taken, _HOUR), _most(taken, _DAY)) == (row.hour, row.day)


def _most(moments: list[int], seconds: int) -> int:
    """Return the most of these moments that are within so many seconds, both ends included."""
    found, last, most = sorted(moments), 0, 0
    for first, moment in enumerate(found):
        while last < len(found) and found[last] <= moment + seconds:
            last += 1
        most = max(most, last - first)
    return most


def test_every_simulation_stands_in_the_table() -> None:
    assert {row.name for row in _ROWS if row.day is not None} == set(_STRANGERS)


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row.name)
def test_what_a_row_is_counted_by_is_there(row: Row) -> None:
    assert row.tests
    assert row.day is None or "test_stranger_table.py" in row.tests
    assert all(Path(__file__).with_name(name).is_file() for name in row.tests)
