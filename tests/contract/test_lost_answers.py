"""At each write of each call DynamoDB's answer is lost; the call is repeated, and all is as if it had not been lost."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import BotoCoreError

from credentials.confirmation import confirm
from credentials.flow import register
from reclaim import flow as reclaim
from recovery import flow as recovery
from tests.contract.journey import on_tables
from tests.contract.losing import Losing
from tests.unit.flows.fixtures import (
    MARIO,
    NOW,
    SOURCE,
    Flows,
    answered,
    coded,
    confirmed,
    forgotten,
    new_flows,
    reclaim_confirmed,
    reclaimed,
    register_thief,
    step_one,
    step_two,
)
from utenza.dynamodb import DynamoDb, unmarshal
from utenza.tokens import email_codes
from verify.flow import verify

type Call = Callable[[], object]

_SHOWN = ("step", "tries", "code_tries", "mails", "status", "generation", "user_id", "customers", "address_taken")


class World(NamedTuple):
    flows: Flows
    losing: Losing
    scan: Callable[[str], list[dict[str, Any]]]
    accounts: str
    attempts: str

    def state(self, without: Collection[str] = ()) -> tuple[list[Any], list[str]]:
        """Return what the calls have left in the accounts, and the mails and events that have gone out."""
        items = [
            (item["pk"].split("#")[1], {name: item[name] for name in _SHOWN if name in item and name not in without})
            for item in self.scan(self.accounts)
        ]
        return sorted(items, key=str), sorted(self.losing.told)

    def counted(self) -> dict[str, int]:
        """Return for how many seconds the attempts of each kind still count."""
        buckets = [item for item in self.scan(self.attempts) if "drained_at" in item]  # known devices have none
        left = {item["pk"].split("#")[1]: int(item["drained_at"]) - NOW for item in buckets}
        return {kind: seconds for kind, seconds in left.items() if seconds > 0}


def _step_token(flows: Flows) -> str:
    return verify(step_one(), flows.verify, source=SOURCE, now=NOW).step_token


def _register(flows: Flows, token: str) -> Any:
    return register(step_two(token), flows.credentials, source=SOURCE, language="it", now=NOW)


def _verify(flows: Flows) -> Call:
    return lambda: verify(step_one(), flows.verify, source=SOURCE, now=NOW).kind


def _credentials(flows: Flows) -> Call:
    token = _step_token(flows)

    def call() -> object:
        registered = _register(flows, token)
        return registered.user_id, registered.confirmation is not None

    return call


def _confirm(flows: Flows) -> Call:
    token = _register(flows, _step_token(flows)).confirmation[0]
    waiting = flows.credentials.confirmation_tokens.read(token, now=NOW).pending_id
    code = email_codes.code_for("confirmation", waiting, flows.credentials.keys.lasting(now=NOW))
    return lambda: confirm(confirmed(token, code), flows.credentials, now=NOW).user_id


def _recovery_code(flows: Flows) -> Call:
    _register(flows._replace(credentials=flows.credentials._replace(sends_mail=False)), _step_token(flows))
    token = recovery.start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW).recovery_token
    claims = flows.recovery.recovery_tokens.read(token, "code", now=NOW)
    code = email_codes.code_for("recovery", claims.recovery_id, flows.recovery.keys.lasting(now=NOW))

    def call() -> object:
        started = recovery.check_code(coded(token, code), flows.recovery, now=NOW)
        same = flows.recovery.recovery_tokens.read(started.recovery_token, "answer", now=NOW) == claims
        return same, started.next, started.question, started.expires_in

    return call


def _password(flows: Flows) -> Call:
    _register(flows._replace(credentials=flows.credentials._replace(sends_mail=False)), _step_token(flows))
    token = recovery.start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW).recovery_token
    return lambda: bool(recovery.change_password(answered(token), flows.recovery, now=NOW))


def _reclaim(flows: Flows) -> Call:
    register_thief(flows, "ladro@example.net")
    account_id = flows.reclaim.accounts.account_of("gas", MARIO.code)
    token, _ = reclaim.start(reclaimed(), flows.reclaim, source=SOURCE, language="it", now=NOW)
    reclaim_id = flows.reclaim.reclaim_tokens.read(token, now=NOW).reclaim_id
    code = email_codes.code_for("reclaim", reclaim_id, flows.reclaim.keys.current(now=NOW))

    def call() -> object:
        done = reclaim.confirm(reclaim_confirmed(token, code), flows.reclaim, now=NOW)
        step = flows.credentials.step_tokens.read(done.step_token, now=NOW)
        assert done.account_id == account_id
        return done.kind, done.expires_in, step.customer_code, step.holder

    return call


_CALLS: dict[str, tuple[bool, Callable[[Flows], Call]]] = {
    "verify": (False, _verify),
    "credentials": (False, _credentials),
    "credentials with mail": (True, _credentials),
    "confirm": (True, _confirm),
    "recovery code": (True, _recovery_code),
    "recovery password": (False, _password),
    "reclaim confirm": (True, _reclaim),
}


@pytest.fixture
def new_world(dynamodb: Any, new_table: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], World]:
    """Return what makes a deployment on tables of its own; calls side by side are made one after the other."""
    for module in ("verify.flow", "credentials.flow", "credentials.confirmation", "recovery.flow", "reclaim.flow"):
        monkeypatch.setattr(f"{module}.gather", lambda *calls: tuple(call() for call in calls))

    def make(mail: bool) -> World:  # noqa: FBT001
        losing = Losing(dynamodb)
        flows, names = on_tables(new_flows(mail=mail), DynamoDb(losing), new_table)
        _, losing.accounts, attempts, *_ = names
        return World(flows, losing, lambda name: _scan(dynamodb, name), losing.accounts, attempts)

    return make


def _scan(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    return [unmarshal(item) for item in dynamodb.scan(TableName=table)["Items"]]


def _undisturbed(new_world: Callable[[bool], World], name: str) -> tuple[World, object]:
    mail, prepare = _CALLS[name]
    world = new_world(mail)
    call = prepare(world.flows)
    world.losing.heal()
    return world, call()


@pytest.mark.parametrize(("fault", "lasts"), [("lost", False), ("lost", True), ("down", False), ("down", True)])
@pytest.mark.parametrize("name", _CALLS)
def test_whatever_is_lost_the_repeated_call_ends_as_the_first_would_have(
    new_world: Callable[[bool], World],
    name: str,
    fault: str,
    lasts: bool,  # noqa: FBT001
) -> None:
    good, expected = _undisturbed(new_world, name)
    # While DynamoDB stays down, the try of one call cannot be given back.
    spent = {"tries", "code_tries"} if (fault, lasts) == ("down", True) else set()
    for number in range(1, good.losing.writes + 1):
        mail, prepare = _CALLS[name]
        world = new_world(mail)
        call = prepare(world.flows)
        world.losing.break_at(number, fault, lasts=lasts)
        with pytest.raises(BotoCoreError):
            call()
        world.losing.heal()
        assert (call(), world.state(spent)) == (expected, good.state(spent)), number
        if not lasts and (name, number) != ("verify", 2):  # that one takes back a match: it is not tried twice
            assert world.counted() == good.counted(), number
        assert (call(), world.state(spent)) == (expected, good.state(spent)), number


@pytest.mark.parametrize("name", _CALLS)
def test_what_boto3_sends_again_is_done_once(new_world: Callable[[bool], World], name: str) -> None:
    good, expected = _undisturbed(new_world, name)
    mail, prepare = _CALLS[name]
    world = new_world(mail)
    call = prepare(world.flows)
    world.losing.break_at(1, "again", lasts=True)
    assert (call(), world.state(), world.counted()) == (expected, good.state(), good.counted())
    assert (call(), world.state()) == (expected, good.state())


@pytest.mark.parametrize("name", [name for name in _CALLS if name != "verify"])
def test_lost_counts_are_given_back_however_many(new_world: Callable[[bool], World], name: str) -> None:
    good, expected = _undisturbed(new_world, name)
    mail, prepare = _CALLS[name]
    world = new_world(mail)
    call = prepare(world.flows)
    before = world.counted()
    for _ in range(12):
        world.losing.break_at(1, "lost", lasts=False)
        with pytest.raises(BotoCoreError):
            call()
    assert world.losing.writes == 2  # the count, and its taking back
    assert world.counted() == before
    world.losing.heal()
    assert call() == expected
    assert world.state() == good.state()
    assert world.counted() == good.counted()
