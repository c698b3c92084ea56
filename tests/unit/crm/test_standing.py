"""How a customer code stands when the CRM reads, whatever happened before."""

import pytest

from tests.unit.crm.world import AGREED, NOW, World, new_world, registration
from utenza.crm.standing import Standing, all_standings, changed_codes, codes_of, standings


@pytest.fixture
def world() -> World:
    return new_world()


def _stands(world: World, *codes: str) -> list[Standing]:
    return list(standings(codes, "gas", world.registrations))


def _changed(world: World, after: int = 0, until: int | None = None) -> list[str]:
    return changed_codes(world.changes, world.registrations, "gas", after, until=until, now=NOW)


def test_a_registered_code_says_how_its_account_is_reached(world: World) -> None:
    account = world.register(accepted=AGREED)
    [found] = _stands(world, "0101")
    assert found == Standing(
        "0101",
        "registered",
        account.account_id,
        "holder",
        NOW,
        "mario1@example.org",
        "+390425284604",
        "it",
        documents=(AGREED[2], AGREED[1]),  # of each the latest
    )


def test_a_delegates_code_says_so(world: World) -> None:
    world.register()
    world.link("0777", "delegate")
    found = _stands(world, "0777", "0101")
    assert [(each.customer_code, each.role, each.user_id) for each in found] == [
        ("0777", "delegate", "mario1@example.org"),
        ("0101", "holder", "mario1@example.org"),
    ]


def test_of_a_frozen_account_nothing_is_said_of_its_owner(world: World) -> None:
    account = world.register(accepted=AGREED)
    world.freeze()
    assert _stands(world, "0101") == [Standing("0101", "frozen", account.account_id, "holder", NOW)]


def test_of_a_closed_account_nothing_is_said_and_every_change_before_says_the_same(world: World) -> None:
    account = world.register(accepted=AGREED)
    world.close()
    changes = list(world.changes.behind("gas", 0, now=NOW))
    assert [(change.kind, codes) for change, codes in codes_of(changes, "gas", world.registrations)] == [
        ("CustomerRegistered", ("0101",)),
        ("AccountClosed", ("0101",)),
    ]
    assert _stands(world, "0101") == [Standing("0101")]
    assert "mario" not in str(world.changes.recorded)
    assert account.account_id in str(world.changes.recorded)


def test_after_a_change_of_holder_every_change_of_the_code_says_who_registered_then(world: World) -> None:
    world.register()
    world.unlink("0101")
    anna = registration(2)._replace(customer_code="0101")
    world.accounts.register(anna, now=NOW)
    world.happened("CustomerRegistered", 2)
    changes = list(world.changes.behind("gas", 0, now=NOW))
    codes = [codes for _, codes in codes_of(changes, "gas", world.registrations)]
    assert codes == [(), ("0101",), ("0101",)]
    [found] = _stands(world, *_changed(world))
    assert found.user_id == anna.user_id


def test_changed_codes_are_those_of_a_range_each_once_and_sorted(world: World) -> None:
    for number in (3, 2, 1):
        world.register(number, at=NOW + 10 - number)
    world.happened("UserIdChanged", 2, at=NOW + 20)
    assert _changed(world) == ["0101", "0102", "0103"]
    assert _changed(world, 2) == ["0101", "0102"]
    assert _changed(world, until=NOW + 9) == ["0102", "0103"]
    assert _changed(world, 4) == []


def test_everything_is_every_code_that_is_registered_now(world: World) -> None:
    for number in range(1, 6):
        world.register(number)
    world.link("0777", "delegate", 2)
    world.close(3)
    world.freeze(4)
    found = {each.customer_code: each.status for each in all_standings("gas", world.registrations)}
    registered = dict.fromkeys(["0101", "0102", "0777", "0105"], "registered")
    assert found == registered | {"0104": "frozen"}
    assert list(all_standings("luce", world.registrations)) == []
