"""GET /crm/changes: cursors that survive everything, and what is said of whom."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import given, settings
from hypothesis import strategies as st

from crm import app, flow
from tests.fakes.changes import FakeChanges
from tests.unit.crm.world import AGREED, NOW, World, new_world, registration
from tests.unit.flows.fixtures import SUPPLIERS
from utenza.errors import FieldError, InvalidRequest
from utenza.http.app import build_handler
from utenza.settings import HttpSettings
from utenza.suppliers import Suppliers
from utenza.tables.changes import DAY, AccountChange, NewChange


@pytest.fixture
def world() -> World:
    return new_world()


def _dependencies(world: World) -> flow.Dependencies:
    return flow.Dependencies(SUPPLIERS, world.changes, world.registrations)


def _read(world: World, after: str = "", limit: str = "", *, now: int = NOW) -> flow.Page:
    asked = flow.question("gas", after, limit, SUPPLIERS)
    return flow.catch_up(asked, _dependencies(world), now=now)


def _numbers(page: flow.Page) -> list[int]:
    return [change.number for change, _ in page.changes]


def _refused(supplier: str = "gas", after: str = "", limit: str = "") -> tuple[FieldError, ...]:
    with pytest.raises(InvalidRequest) as refused:
        flow.question(supplier, after, limit, SUPPLIERS)
    return refused.value.errors


def test_each_page_goes_on_where_the_one_before_ended(world: World) -> None:
    first = _read(world)
    assert (first.changes, first.more, first.gap) == ([], False, False)
    for number in range(1, 6):
        world.register(number)
    page = _read(world, first.next, "2")
    assert (_numbers(page), page.more, page.gap) == ([1, 2], True, False)
    page = _read(world, page.next, "2")
    page = _read(world, page.next, "2")
    assert (_numbers(page), page.more, page.gap) == ([5], False, False)
    assert _numbers(_read(world, page.next)) == []
    assert _read(world, page.next).next == page.next
    world.close(3)
    assert _numbers(_read(world, page.next)) == [6]


def test_whoever_begins_reads_all_that_is_kept_and_has_lost_nothing(world: World) -> None:
    world.register(1)
    world.register(2, at=NOW + DAY)
    page = _read(world, now=NOW + 400 * DAY)
    assert (_numbers(page), page.gap) == ([2], False)


def test_a_cursor_whose_changes_have_expired_goes_on_from_the_oldest_and_says_so(world: World) -> None:
    world.register(1)
    cursor = _read(world).next
    world.register(2)
    world.register(3, at=NOW + DAY)
    page = _read(world, cursor, now=NOW + 400 * DAY)
    assert (_numbers(page), page.gap) == ([3], True)
    page = _read(world, page.next, now=NOW + 400 * DAY)
    assert (_numbers(page), page.gap) == ([], False)
    nothing_left = _read(world, cursor, now=NOW + 500 * DAY)
    assert (_numbers(nothing_left), nothing_left.gap, nothing_left.next) == ([], True, page.next)


def test_a_cursor_from_before_a_table_was_restored_begins_again_and_says_so(world: World) -> None:
    for number in range(1, 4):
        world.register(number)
    cursor = _read(world).next
    restored = world._replace(changes=FakeChanges())
    restored.changes.record("gas", "e1", NewChange("CustomerRegistered", registration(2).account_id, NOW), now=NOW)
    page = _read(restored, cursor)
    assert (_numbers(page), page.gap) == ([1], True)
    assert not _read(restored, page.next).gap
    for number in range(2, 6):  # the numbers reach the cursor, and go past it
        change = NewChange("ContactChanged", registration(2).account_id, NOW)
        restored.changes.record("gas", f"e{number}", change, now=NOW + 1)
    page = _read(restored, cursor)
    assert (_numbers(page), page.gap) == ([1, 2, 3, 4, 5], True)
    empty = _read(world._replace(changes=FakeChanges()), cursor)
    assert (_numbers(empty), empty.gap) == ([], True)
    assert not _read(world._replace(changes=FakeChanges()), empty.next).gap


@settings(max_examples=40)
@given(st.lists(st.integers(1, 4), max_size=30), st.integers(0, 3))
def test_readers_of_any_pace_miss_nothing_and_see_the_last_state_last(steps: list[int], limit: int) -> None:
    world, cursor = new_world(), ""
    seen, last = list[int](), dict[str, str]()
    for step in [*steps, 0, 0, 0, 0]:
        if step in {0, 4}:
            more = True
            while more:
                page = _read(world, cursor, str(limit) if limit else "")
                cursor, more = page.next, page.more
                seen += _numbers(page)
                last |= {each.customer_code: each.status for _, customers in page.changes for each in customers}
        elif world.accounts.account_of("gas", f"010{step}") is None:
            made = registration(step)._replace(account_id=f"{world.changes.last('gas').number:031x}{step}")
            world.accounts.register(made, now=NOW)
            change = NewChange("CustomerRegistered", made.account_id, NOW)
            world.changes.record("gas", f"r{world.changes.last('gas').number}", change, now=NOW)
        else:
            owner = world.accounts.account_of("gas", f"010{step}") or ""
            world.accounts.close("gas", registration(step).email_key)
            change = NewChange("AccountClosed", owner, NOW)
            world.changes.record("gas", f"c{world.changes.last('gas').number}", change, now=NOW)
    assert seen == list(range(1, world.changes.last("gas").number + 1))
    for code, status in last.items():
        is_registered = world.accounts.account_of("gas", code) is not None
        assert status == ("registered" if is_registered else "not_registered")


class _Slow(FakeChanges):
    """A table whose last records cannot be seen yet, but the counter can."""

    unseen = 0

    def page(self, supplier: str, after: int, *, now: int, most: int = 1000) -> tuple[list[AccountChange], bool]:
        found, more = super().page(supplier, after, now=now, most=most)
        return [each for each in found if each.number <= len(self.recorded[supplier]) - self.unseen], more


def test_what_cannot_be_seen_yet_is_not_lost(world: World) -> None:
    slow = _Slow()
    world = world._replace(changes=slow)
    world.register(1)
    world.register(2)
    cursor = _read(world).next
    world.register(3)
    slow.unseen = 1
    page = _read(world, cursor)
    assert (_numbers(page), page.gap, page.next) == ([], False, cursor)
    slow.unseen = 0
    assert _numbers(_read(world, page.next)) == [3]


def test_a_cursor_whose_own_change_has_expired_goes_on_without_a_gap(world: World) -> None:
    world.register(1)
    cursor = _read(world).next
    del world.changes.recorded["gas"][:]
    change = NewChange("ContactChanged", registration(1).account_id, NOW)
    world.changes.recorded["gas"] = [AccountChange(2, *change[:3], recorded_at=NOW + DAY)]
    page = _read(world, cursor, now=NOW + 400 * DAY)
    assert (_numbers(page), page.gap) == ([2], False)


def test_a_page_is_cut_where_its_customers_become_too_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "MOST_CUSTOMERS", 3)
    world.register(1)
    for number in range(4):
        world.link(f"07{number}", "holder")
    page = _read(world)
    assert (_numbers(page), page.more) == ([1], True)  # five customers: a page has one change at least
    page = _read(world, page.next)
    assert (_numbers(page), page.more) == ([2, 3, 4], True)
    page = _read(world, page.next)
    assert (_numbers(page), page.more) == ([5], False)


def test_what_is_asked_wrongly_is_said_all_at_once() -> None:
    own = flow.cursor("luce", flow.Place(3, NOW))
    assert _refused("", "x", "0") == (FieldError("supplier", "required"), FieldError("limit", "invalid"))
    assert _refused("altro") == (FieldError("supplier", "unknown_supplier"),)
    for after in ("x", own, flow.cursor("gas", flow.Place(1, NOW)) + "x", "MSBnYXMgLTE", "è", "A" * 5000):
        assert _refused(after=after) == (FieldError("after", "invalid"),)
    for limit in ("0", "1001", "-1", "1.5", "all", "\u0661"):
        assert _refused(limit=limit) == (FieldError("limit", "invalid"),)
    place = flow.Place(12, NOW)
    asked = flow.question("", flow.cursor("gas", place), "1000", Suppliers([SUPPLIERS.named("gas")]))
    assert asked == flow.Question("gas", place, 1000)


@pytest.fixture
def call(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("PUBLIC_URL", "")
    monkeypatch.setenv("ALLOWED_ORIGINS", "")
    HttpSettings.load.cache_clear()
    monkeypatch.setattr(app, "dependencies", lambda: _dependencies(world))
    monkeypatch.setattr("crm.app.time", SimpleNamespace(time=lambda: float(NOW)))

    def get(**query: str) -> Any:
        path = "/crm/changes"
        event: dict[str, Any] = {
            "httpMethod": "GET",
            "resource": path,
            "path": path,
            "headers": {"Accept-Language": "de"},
        }
        event |= {"queryStringParameters": query or None, "requestContext": {"requestId": "1"}}
        response = build_handler(app.router)(event, LambdaContext())
        return response["statusCode"], json.loads(response["body"])

    yield get
    HttpSettings.load.cache_clear()


def test_the_answer_is_as_documented(world: World, call: Any, capsys: pytest.CaptureFixture[str]) -> None:
    world.register(1, accepted=AGREED)
    world.link("0777", "delegate")
    world.register(2)
    world.freeze(2)
    world.register(3)
    world.close(3)
    status, answer = call(supplier="gas", limit="1000")
    assert (status, answer["more"], answer["gap"]) == (200, False, False)
    registered, linked, _, frozen, _, closed = answer["changes"]
    mario = {
        "customer_code": "0101",
        "status": "registered",
        "account_id": registration(1).account_id,
        "role": "holder",
        "registered_at": "2026-11-26T09:00:00Z",
        "user_id": "mario1@example.org",
        "phone": "+390425284604",
        "language": "it",
        "email_status": "ok",
        "documents": [
            {"document": "terms", "version": "2", "accepted_at": "2026-11-26T09:00:00Z"},
            {"document": "privacy", "version": "2026-01", "accepted_at": "2026-11-26T09:00:00Z"},
        ],
    }
    assert registered["customers"] == [mario, mario | {"customer_code": "0777", "role": "delegate"}]
    assert registered | {"customers": []} == {
        "change": 1,
        "kind": "CustomerRegistered",
        "occurred_at": "2026-11-26T09:00:00Z",
        "account_id": registration(1).account_id,
        "customers": [],
    }
    assert linked["customers"] == registered["customers"][1:]
    assert frozen["customers"] == [
        {
            "customer_code": "0102",
            "status": "frozen",
            "account_id": registration(2).account_id,
            "role": "holder",
            "registered_at": "2026-11-26T09:00:00Z",
        }
    ]
    assert closed["customers"] == [{"customer_code": "0103", "status": "not_registered"}]
    assert "@example.org" not in capsys.readouterr().out


def test_what_is_wrong_is_a_problem_in_the_language_that_was_asked_for(call: Any) -> None:
    status, problem = call(supplier="gas", limit="0")
    assert (status, problem["code"], problem["errors"][0]["field"]) == (422, "invalid_request", "limit")
    assert "Feld" in problem["errors"][0]["detail"]
