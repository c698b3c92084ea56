"""Visits: what a person may rely on after them, and that they come whether or not those before them are done."""

import random
import time
from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from bench.load.browser import Answer
from bench.load.day import ACTS, ROUTES, Act
from bench.load.generator import Load
from bench.load.people import FIRST_PASSWORD, People, Person
from bench.load.visits import LEFT, BrokenOff, Visit
from tools.local_stack import background
from tools.ports import free_ports

_TOKENS = ("step_token", "confirmation_token", "recovery_token", "reauth_token", "access_token", "refresh_token")
_STATUS = {"choose": 201, "answer": 204, "close": 204, "prove wrongly": 422, "log in wrongly": 401}
_ACTS = {act.name: act for act in ACTS}


class _Browser:
    """Answers each step as the API does when all is well, but for those given."""

    def __init__(self, **other: Answer) -> None:
        self._other = other
        self.sent: list[tuple[str, Mapping[str, Any], str]] = []

    def send(self, route: str, body: Mapping[str, Any] | None = None, bearer: str = "") -> Answer:
        self.sent.append((route, body or {}, bearer))
        if route in self._other:
            return self._other[route]
        wrong = "altra parola" in str(body) or (body or {}).get("customer_code", "1")[-1] == "2"
        steps = [step for step, called in ROUTES.items() if called == route and step.endswith("wrongly") == wrong]
        return Answer(_STATUS.get(steps[0], 200), {name: f"{name} {len(self.sent)}" for name in _TOKENS})


class _Post:
    def __init__(self, code: str = "123456") -> None:
        self._code = code

    def codes(self, _: str) -> list[str]:
        return []

    def next_code(self, *_: object) -> str:
        return self._code


def _person() -> Person:
    return Person("unogas-energia", "0000000001", {"last_name": "Rossi"}, "", "m@example.it", registered="yes")


def _make(act: Act, person: Person, browser: _Browser, post: _Post | None = None) -> str:
    arguments: Any = (person, browser, post or _Post(), random.Random(1), lambda _: False)
    try:
        Visit(*arguments).make(act)
    except BrokenOff as left:
        return str(left)
    return "done"


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_a_visit_takes_its_steps_in_order(act: Act) -> None:
    browser, person = _Browser(), _person()
    person.refresh_token = "of before"
    assert _make(act, person, browser) == "done"
    assert [route for route, _, _ in browser.sent] == [ROUTES[step] for step in act.steps]


def test_who_registers_may_rely_on_it_from_the_confirmation_on() -> None:
    act = _ACTS["registers"]
    for answer, registered in (
        (Answer(200, {}), "yes"),
        (Answer(503, {}, maybe_done=True), "perhaps"),
        (Answer(429, {}), "no"),
    ):
        person = _person()
        person.registered = "no"
        _make(act, person, _Browser(**{"POST /credentials/confirm": answer}))
        assert person.registered == registered
    assert _make(act, _person(), _Browser(), _Post("")) == "confirm: no mail"


@pytest.mark.parametrize(
    ("name", "route"),
    [("has forgotten", "POST /recovery/password"), ("changes the password", "POST /account/password")],
)
def test_a_new_password_counts_when_it_is_acknowledged(name: str, route: str) -> None:
    person, browser = _person(), _Browser()
    _make(_ACTS[name], person, browser)
    [sent] = [body["password"] for called, body, _ in browser.sent if called == route]
    assert (person.password, person.perhaps) == (sent, [])
    assert sent != FIRST_PASSWORD
    unsure, refused = _person(), _person()
    _make(_ACTS[name], unsure, _Browser(**{route: Answer(0, {}, maybe_done=True)}))
    assert (unsure.password, len(unsure.perhaps)) == (FIRST_PASSWORD, 1)
    _make(_ACTS[name], refused, _Browser(**{route: Answer(422, {})}))
    assert (refused.password, refused.perhaps) == (FIRST_PASSWORD, [])


def test_a_closed_account_is_closed_when_it_is_acknowledged() -> None:
    act = _ACTS["closes the account"]
    for answer, closed in ((Answer(204, {}), "yes"), (Answer(503, {}, maybe_done=True), "perhaps")):
        person = _person()
        _make(act, person, _Browser(**{"POST /account/close": answer}))
        assert person.closed == closed


def test_a_step_that_is_not_answered_ends_the_visit() -> None:
    answer = Answer(429, {"code": "too_many_attempts"})
    assert _make(_ACTS["logs in"], _person(), _Browser(**{"POST /login": answer})) == "log in: 429 too_many_attempts"


def test_a_slow_stack_makes_nobody_come_later() -> None:
    seconds = 0.3

    def respond(_: Request) -> Response:
        time.sleep(seconds)
        return Response(status=500)

    [port] = free_ports(1)
    with background.serving(port, respond, "slow"):
        people: Any = [Person("x", str(number), {}, "", "", registered="yes") for number in range(100)]
        post: Any = _Post()
        load = Load(f"http://127.0.0.1:{port}", People(people), post)
        began = time.monotonic()
        load.start(40.0)
        time.sleep(2 * seconds)
        load.stop(hurry=True)
        calls = load.calls.since(began, began + 2 * seconds)
    assert load.errors == []
    assert len(calls) > 10  # 24 in the mean; two, if each waited for the one before
    assert sum(number for (_, outcome), number in load.outcomes.items() if outcome.endswith(": 500")) > 10
    assert not [outcome for (_, outcome) in load.outcomes if outcome not in {"nobody left", "look: 500", LEFT}]
