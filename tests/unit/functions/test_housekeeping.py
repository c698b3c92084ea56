"""What time does to accounts: the decisions alone, for any account; then the walk, with its clock and its end."""

from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import given, settings
from hypothesis import strategies as st

from housekeeping import app
from housekeeping.decisions import Begin, Close, NoteClosed, Remove, Rules, Step, Warn, next_step
from housekeeping.flow import Dependencies, Done, Walk, walk
from tests.fakes.accounts import FakeAccounts
from tests.fakes.activity import FakeActivity
from tests.fakes.closures import FakeClosures
from tests.fakes.passing_time import FakePassingTime
from tests.fakes.supplies import FakeSupplies
from utenza.customers.record import CustomerSummary
from utenza.tables.accounts import Account
from utenza.tables.activity import Entry
from utenza.tables.closures import Farewell
from utenza.tables.lifetimes import MONTH, YEAR, Warned
from utenza.tables.new_accounts import Registration

NOW = 1_800_000_000
DAY = 86_400
RULES = Rules(readable_months=24, unused_years=5)
ACTIVE = CustomerSummary("0001", "person", "Mario Rossi", "active")
CLOSED = CustomerSummary("0002", "person", "Mario Rossi", "closed", closed_at=NOW)
UNDATED = CLOSED._replace(closed_at=0)


def _account(*summaries: CustomerSummary, **more: Any) -> Account:
    usual = Account(
        account_id="a" * 32,
        supplier="gas",
        status="active",
        language="it",
        customers=tuple(each.code for each in summaries),
        created_at=NOW,
        generation=0,
        user_id="mario@example.org",
        last_login_at=NOW,
        summaries=summaries,
    )
    return usual._replace(**more)


def _after(account: Account, step: Step) -> Account | None:
    """Return the account as it is after a step, None for a closed one."""
    match step:
        case Begin(since):
            return account._replace(without_supply_since=since)
        case NoteClosed(summary):
            return account._replace(summaries=tuple(summary if each == UNDATED else each for each in account.summaries))
        case Remove(code):
            return account._replace(
                customers=tuple(each for each in account.customers if each != code),
                summaries=tuple(each for each in account.summaries if each.code != code),
            )
        case Warn(warned):
            return account._replace(warned=warned)
        case _:
            return None


_MOMENTS = st.integers(NOW - 7 * YEAR, NOW)
_CLOSED = st.builds(lambda at: CLOSED._replace(closed_at=at), _MOMENTS)
_ACCOUNTS = st.builds(
    lambda shown, login, created, since, warned, status: _account(
        *shown,
        last_login_at=login,
        created_at=created,
        without_supply_since=since,
        warned=warned._replace(since=login or created),
        status=status,
    ),
    st.sampled_from([(), (ACTIVE,), (UNDATED,), (ACTIVE, UNDATED)]) | _CLOSED.map(lambda over: (over,)),
    st.just(0) | _MOMENTS,
    _MOMENTS,
    st.just(0) | _MOMENTS,
    st.builds(Warned, st.just(0), st.integers(0, 2), _MOMENTS),
    st.sampled_from(["active", "active", "frozen"]),
)
_RULES = st.builds(Rules, st.integers(1, 48), st.integers(0, 6))


@settings(max_examples=100)
@given(_ACCOUNTS, _RULES, st.integers(0, 9 * YEAR))
def test_each_step_makes_itself_unnecessary_and_the_steps_end(account: Account, rules: Rules, late: int) -> None:
    now, seen, done = NOW + late, account, list[Step]()
    while step := next_step(seen, rules, now=now):
        assert len(done) < 5
        done.append(step)
        after = _after(seen, step)
        if after is None:
            return
        seen = after
    assert next_step(seen, rules, now=now) is None
    assert account.status == "active" or not done


@settings(max_examples=100)
@given(_ACCOUNTS, _RULES, st.integers(0, 9 * YEAR), st.integers(0, YEAR))
def test_what_is_closed_today_is_closed_tomorrow_and_with_stricter_rules(
    account: Account, rules: Rules, late: int, later: int
) -> None:
    step = next_step(account, rules, now=NOW + late)
    if isinstance(step, Close):
        assert isinstance(next_step(account, rules, now=NOW + late + later), Close)
        if rules.readable_months > 1:
            assert isinstance(
                next_step(account, rules._replace(readable_months=rules.readable_months - 1), now=NOW + late), Close
            )


@settings(max_examples=100)
@given(st.integers(1, 6), st.lists(st.integers(1, 200), min_size=1, max_size=80), st.booleans())
def test_nobody_is_closed_without_two_warnings_and_their_time(
    years: int,
    days: list[int],
    has_logged_in: bool,  # noqa: FBT001
) -> None:
    account = _account(ACTIVE, last_login_at=NOW if has_logged_in else 0)
    now, warned = NOW, list[tuple[int, int]]()
    for pause in days:
        now += pause * DAY
        step = next_step(account, Rules(24, years), now=now)
        if isinstance(step, Warn):
            warned.append((now, step.warned.closes_at))
            account = account._replace(warned=step.warned)
        if isinstance(step, Close):
            (first, _), (second, closes_at) = warned
            assert now >= max(closes_at, NOW + years * YEAR, first + 3 * MONTH, second + MONTH)
            return
    assert len(warned) <= 2


def test_a_supply_is_readable_for_its_months_to_the_second() -> None:
    account, over = _account(ACTIVE, CLOSED), NOW + 24 * MONTH
    assert next_step(account, Rules(24), now=over - 1) is None
    assert next_step(account, Rules(24), now=over) == Remove("0002")
    assert next_step(_account(CLOSED), Rules(24), now=over - 1) is None
    assert next_step(_account(CLOSED), Rules(24), now=over) == Close("no_supply")
    assert next_step(_account(CLOSED, status="frozen"), Rules(24), now=over) is None


def test_an_account_that_lost_its_last_supply_has_its_months_from_when_that_was_seen() -> None:
    assert next_step(_account(), Rules(24), now=NOW) == Begin(NOW)
    lost = _account(without_supply_since=NOW)
    assert next_step(lost, Rules(24), now=NOW + 24 * MONTH - 1) is None
    assert next_step(lost, Rules(24), now=NOW + 24 * MONTH) == Close("no_supply")


def test_a_supply_without_a_summary_is_one_that_stays() -> None:
    account = _account(CLOSED)._replace(customers=("0002", "0003"))
    assert next_step(account, Rules(24), now=NOW + 24 * MONTH) == Remove("0002")
    assert next_step(_account()._replace(customers=("0003",)), Rules(24), now=NOW + 30 * MONTH) is None


def test_an_unused_account_is_warned_three_months_and_one_month_before() -> None:
    account, due = _account(ACTIVE), NOW + 5 * YEAR
    assert next_step(account, RULES, now=due - 3 * MONTH - 1) is None
    assert next_step(account, RULES._replace(unused_years=0), now=due + YEAR) is None
    step = next_step(account, RULES, now=due - 3 * MONTH)
    assert step == Warn(Warned(NOW, 1, due))
    account = account._replace(warned=step.warned)
    assert next_step(account, RULES, now=due - MONTH - 1) is None
    step = next_step(account, RULES, now=due - MONTH)
    assert step == Warn(Warned(NOW, 2, due))
    account = account._replace(warned=step.warned)
    assert next_step(account, RULES, now=due - 1) is None
    assert next_step(account, RULES, now=due) == Close("unused")
    again = account._replace(last_login_at=due - 1)
    assert next_step(again, RULES, now=due) is None
    assert next_step(again, RULES, now=due - 1 + 5 * YEAR - 3 * MONTH) == Warn(Warned(due - 1, 1, due - 1 + 5 * YEAR))


def test_who_is_long_gone_when_the_rule_comes_has_three_months_all_the_same() -> None:
    now = NOW + 9 * YEAR
    assert next_step(_account(ACTIVE), RULES, now=now) == Warn(Warned(NOW, 1, now + 3 * MONTH))


class _World:
    """Accounts, one supply each, and the walk through them."""

    def __init__(self, number: int = 5, rules: Rules = RULES) -> None:
        self.accounts, self.told = FakeAccounts(), list[Done]()
        for each in range(number):
            self.accounts.register(
                Registration(
                    supplier="gas",
                    account_id=f"{each:032x}",
                    customer_code=f"{each:04}",
                    step_token_id=f"{each:032x}",
                    user_id=f"cliente{each}@example.org",
                    email_key=f"cliente{each}@example.org",
                    password_hash="hash",
                    question="q",
                    answer_hash="a",
                    language="it",
                    name="Mario Rossi",
                ),
                now=NOW,
            )
        self.activity = FakeActivity()
        self.dependencies = Dependencies(
            self.accounts,
            FakeSupplies(self.accounts),
            FakeClosures(self.accounts),
            FakePassingTime(self.accounts),
            rules,
            self.activity,
        )

    def change(self, number: int, **to: Any) -> None:
        key = "gas", f"{number:032x}"
        self.accounts.accounts[key] = self.accounts.accounts[key]._replace(**to)

    def supply_closed(self, number: int, at: int) -> None:
        [summary] = self.account(number).summaries
        self.change(number, summaries=(summary._replace(status="closed", closed_at=at),))

    def account(self, number: int) -> Account:
        return self.accounts.accounts["gas", f"{number:032x}"]

    def walk(self, now: int, *, steps: int = 1000, most: int = 1000) -> Walk:
        """Walk until the time is over, which is asked for so many times."""
        asked = iter(range(steps))
        return walk(
            self.dependencies,
            self.told.append,
            has_time=lambda: next(asked, None) is not None,
            now=now,
            most=most,
        )

    def closed(self) -> list[int]:
        return [each for each in range(len(self.accounts.accounts)) if self.account(each).status == "closed"]


def test_a_walk_closes_what_is_due_frees_it_and_says_why() -> None:
    world = _World()
    world.supply_closed(1, NOW)
    world.supply_closed(2, NOW + DAY)
    assert world.walk(NOW + 24 * MONTH) == Walk(5, is_whole=True)
    assert world.told == [Done("no_supply", f"{1:032x}")]
    assert world.closed() == [1]
    assert ("gas", "0001") not in world.accounts.markers
    assert ("gas", "cliente1@example.org") not in world.accounts.logins
    farewell = world.dependencies.closures.farewell_to("gas", f"{1:032x}", now=NOW + 24 * MONTH)
    assert farewell == Farewell("cliente1@example.org", "it", "no_supply")
    world.walk(NOW + 24 * MONTH)
    assert len(world.told) == 1


def test_a_supply_that_is_over_leaves_and_the_session_of_its_account_stays() -> None:
    world, delegated = _World(1), CLOSED._replace(role="delegate")
    linked = world.dependencies.supplies.link(world.account(0), delegated)
    assert linked is not None
    generation = linked.generation
    world.walk(NOW + 24 * MONTH)
    assert (world.account(0).customers, world.account(0).generation) == (("0000",), generation)
    assert world.told == [Done("supply_over", f"{0:032x}")]
    assert world.activity.of("gas", f"{0:032x}") == [Entry(NOW + 24 * MONTH, "supply_unlinked")]
    assert [(each.customer_code, each.role, each.by) for each in world.dependencies.supplies.removed] == [  # type: ignore[attr-defined]
        ("0002", "delegate", "time")
    ]


def test_two_supplies_that_are_over_leave_in_one_walk() -> None:
    world = _World(1)
    for code in ("0007", "0008"):
        world.dependencies.supplies.link(world.account(0), CLOSED._replace(code=code))
    world.walk(NOW + 24 * MONTH)
    assert world.account(0).customers == ("0000",)


def test_the_time_without_a_supply_begins_anew_with_each_supply() -> None:
    world = _World(1)
    assert world.accounts.unlink(world.account(0), "0000", "cliente0@example.org")
    world.walk(NOW)
    assert world.account(0).without_supply_since == NOW
    world.dependencies.supplies.link(world.account(0), ACTIVE._replace(code="0009"))
    assert world.accounts.unlink(world.account(0), "0009", "cliente0@example.org")
    world.walk(NOW + 24 * MONTH)
    assert (world.closed(), world.account(0).without_supply_since) == ([], NOW + 24 * MONTH)
    world.walk(NOW + 48 * MONTH)
    assert world.closed() == [0]


def test_a_supply_of_an_earlier_version_has_its_months_from_the_first_walk() -> None:
    world = _World(1)
    world.supply_closed(0, 0)
    world.walk(NOW)
    assert world.account(0).summaries[0].closed_at == NOW
    world.walk(NOW + 24 * MONTH - 1)
    assert world.closed() == []
    world.walk(NOW + 24 * MONTH)
    assert world.closed() == [0]


def test_owners_of_unused_accounts_are_told_twice_and_a_login_starts_anew() -> None:
    world, due = _World(2), NOW + 5 * YEAR
    for now in range(due - 4 * MONTH, due - MONTH, DAY):
        world.walk(now)
    [login] = [world.accounts.login_noted("gas", f"{1:032x}", now=due - MONTH)]
    login.parameters["do"]()
    for now in range(due - MONTH, due + MONTH, DAY):
        world.walk(now)
    warned, unused = Done("warned", f"{0:032x}"), Done("unused", f"{0:032x}")
    assert [each for each in world.told if each.account_id == f"{0:032x}"] == [warned, warned, unused]
    assert [each for each in world.told if each.account_id == f"{1:032x}"] == [Done("warned", f"{1:032x}")]
    assert world.closed() == [0]


def test_a_login_in_the_same_moment_keeps_the_account() -> None:
    world, due = _World(1), NOW + 5 * YEAR
    world.change(0, warned=Warned(NOW, 2, due))
    seen, passing = world.account(0), world.dependencies.passing_time
    world.change(0, last_login_at=due)
    passing.page = lambda after: ([seen], after)  # type: ignore[method-assign]
    world.walk(due)
    assert (world.closed(), world.told) == ([], [])


def test_a_walk_that_has_no_more_time_goes_on_where_it_stopped() -> None:
    world, now = _World(7), NOW + 24 * MONTH
    for number in range(7):
        world.supply_closed(number, NOW)
    seen = [world.walk(now, steps=4)]
    while not seen[-1].is_whole:
        assert len(seen) < 20
        seen.append(world.walk(now, steps=4))
    assert world.closed() == [*range(7)]
    assert len(world.told) == len(set(world.told)) == 7
    assert len(seen) > 2


@pytest.mark.parametrize("killed_after", range(8))
def test_a_walk_that_is_killed_anywhere_loses_nothing_and_does_nothing_twice(killed_after: int) -> None:
    class KilledError(Exception):
        pass

    world, now = _World(7), NOW + 24 * MONTH
    for number in range(7):
        world.supply_closed(number, NOW)
    told = iter(range(killed_after))

    def tell(done: Done) -> None:
        world.told.append(done)
        if next(told, None) is None:
            raise KilledError

    if killed_after < 7:
        with pytest.raises(KilledError):
            walk(world.dependencies, tell, has_time=lambda: True, now=now)
    world.walk(now)
    world.walk(now)
    assert world.closed() == [*range(7)]
    assert len(world.told) == len(set(world.told)) == 7


def test_more_closings_than_a_walk_may_do_are_put_off_and_nothing_else_waits_for_them() -> None:
    world, now = _World(6), NOW + 24 * MONTH
    for number in range(5):
        world.supply_closed(number, NOW)
    world.dependencies.supplies.link(world.account(5), CLOSED._replace(code="0050"))
    assert world.walk(now, most=3) == Walk(6, is_whole=True, put_off=2)
    assert (world.closed(), world.account(5).customers) == ([0, 1, 2], ("0005",))
    assert world.walk(now, most=3).put_off == 0
    assert world.closed() == [0, 1, 2, 3, 4]


class _Context(LambdaContext):
    def __init__(self, milliseconds: int) -> None:
        self._milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return self._milliseconds


@pytest.mark.parametrize("milliseconds", [29_000, 800_000])
def test_the_function_walks_while_lambda_lets_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], milliseconds: int
) -> None:
    world, has_time = _World(3), milliseconds > 30_000
    for number in range(3):
        world.supply_closed(number, NOW)
    monkeypatch.setattr(app, "dependencies", lambda: world.dependencies)
    monkeypatch.setattr("housekeeping.app.time.time", lambda: float(NOW + 24 * MONTH))
    app.handler({}, _Context(milliseconds))
    assert world.closed() == ([0, 1, 2] if has_time else [])
    printed = capsys.readouterr().out
    assert "@example.org" not in printed
    assert printed.count('"no_supply"') >= (3 if has_time else 0)


@pytest.mark.parametrize(("sender", "years"), [("a@gas.example", 5), ("", 0)])
def test_without_mail_nobody_is_closed_for_not_coming(monkeypatch: pytest.MonkeyPatch, sender: str, years: int) -> None:
    variables = {"ACCOUNTS_TABLE": "accounts", "ACTIVITY_TABLE": "activity", "ACTIVITY_MONTHS": "12"}
    variables |= {"CLOSED_READABLE_MONTHS": "24", "UNUSED_ACCOUNT_YEARS": "5"}
    given = app.Settings.model_validate(variables | {"SENDER_EMAIL": sender})
    monkeypatch.setattr("utenza.resources.database", lambda: None)
    monkeypatch.setattr(app.Settings, "load", lambda: given)
    monkeypatch.setattr(app, "database", lambda: None)
    assert app.dependencies.__wrapped__().rules == Rules(24, years)
