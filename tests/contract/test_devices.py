"""Known devices: counted apart, bound to one address, one account, one password and a time."""

from collections.abc import Callable
from threading import Barrier
from typing import Any, NamedTuple

import pytest

from tests.contract.requests_of import watched
from tests.fakes.accounts import FakeAccounts
from tests.fakes.devices import FakeDevices
from tests.fakes.sessions import FakeSessions
from tests.threads import in_threads
from utenza.dynamodb import DynamoDb
from utenza.errors import InvalidCredentials
from utenza.limits.devices import Device, Devices, KnownTo
from utenza.tables.accounts import Accounts
from utenza.tables.sessions import Sessions

NOW = 1_800_000_000
DEVICE = Device("uno", "mario@example.it", "").anew()
MARIO = KnownTo("account-1", 3)


class Tables(NamedTuple):
    devices: Devices
    sessions: Sessions

    def remember(self, device: Device = DEVICE, account: KnownTo = MARIO, until: int = NOW + 1000) -> None:
        """Remember a device as a login does: with the session that it opens."""
        also = [self.devices.remembered(device, account, until=until)]
        self.sessions.open("uno", account.account_id, generation=0, now=NOW, lifetime=900, also=also)

    def guess(self, device: Device = DEVICE, *, most: int = 5, now: int = NOW) -> KnownTo | None:
        found = self.devices.count(device, most=most, now=now)
        return found and found.account


@pytest.fixture
def tables(kind: str, request: pytest.FixtureRequest) -> Tables:
    if kind == "fake":
        return Tables(FakeDevices(), FakeSessions())
    new_table: Callable[[], str] = request.getfixturevalue("new_table")
    db = request.getfixturevalue("db")
    return Tables(Devices(db, new_table()), Sessions(db, new_table()))


def test_a_device_is_known_to_the_account_that_it_logged_in_to(tables: Tables) -> None:
    assert tables.guess() is None
    tables.remember()
    assert tables.guess() == MARIO


@pytest.mark.parametrize(
    "other", [DEVICE.anew(), DEVICE._replace(address="anna@example.it"), DEVICE._replace(supplier="due")]
)
def test_a_token_is_unknown_at_any_other_address_or_supplier(tables: Tables, other: Device) -> None:
    tables.remember()
    assert tables.guess(other) is None
    assert tables.guess() == MARIO


def test_a_device_has_so_many_attempts_in_a_row_however_late(tables: Tables) -> None:
    tables.remember()
    assert [tables.guess(now=NOW + 199 * number) for number in range(7)] == [MARIO] * 5 + [None] * 2


def test_a_refunded_attempt_was_none(tables: Tables) -> None:
    tables.remember()
    for _ in range(20):
        assert tables.guess() == MARIO
        tables.devices.refund(DEVICE)
    for _ in range(20):
        tables.devices.refund(DEVICE)
    assert [tables.guess() for _ in range(6)] == [MARIO] * 5 + [None]


def test_a_refund_makes_no_device_known(tables: Tables) -> None:
    tables.devices.refund(DEVICE)
    assert tables.guess() is None


def test_a_login_renews_a_device_with_all_its_attempts(tables: Tables) -> None:
    tables.remember()
    for _ in range(5):
        tables.guess()
    later = KnownTo("account-1", 4)
    tables.remember(account=later, until=NOW + 2000)
    assert [tables.guess(now=NOW + 1999) for _ in range(6)] == [later] * 5 + [None]


def test_a_device_is_known_until_its_time_is_over(tables: Tables) -> None:
    tables.remember()
    assert tables.guess(now=NOW + 999) == MARIO
    assert tables.guess(now=NOW + 1000) is None


def test_of_fifty_at_once_five_are_counted(tables: Tables) -> None:
    tables.remember()
    start = Barrier(50)

    def guess() -> KnownTo | None:
        start.wait()
        return tables.guess()

    assert sorted(map(str, in_threads(*[guess] * 50))) == [str(MARIO)] * 5 + ["None"] * 45


def test_a_session_that_is_not_opened_makes_no_device_known(kind: str, request: pytest.FixtureRequest) -> None:
    tables: Tables = request.getfixturevalue("tables")
    if kind == "fake":
        accounts: Accounts = FakeAccounts()
    else:
        accounts = Accounts(request.getfixturevalue("db"), request.getfixturevalue("new_table")())
    also = (accounts.login_noted("uno", "gone", now=NOW), tables.devices.remembered(DEVICE, MARIO, until=NOW + 1000))
    with pytest.raises(InvalidCredentials):
        tables.sessions.open("uno", "gone", generation=0, now=NOW, lifetime=900, also=also)
    assert tables.guess() is None


def test_counting_takes_one_request_and_stores_neither_token_nor_address(
    new_client: Callable[[str], Any], new_table: Callable[[], str]
) -> None:
    client = new_client("dynamodb")
    requests, table = watched(client), new_table()
    db = DynamoDb(client)
    tables = Tables(Devices(db, table), Sessions(db, new_table()))
    tables.remember()
    tables.guess()
    assert [operation for operation, _ in requests] == ["TransactWriteItems", "UpdateItem"]
    [item] = client.scan(TableName=table)["Items"]
    assert item.pop("pk")["S"].startswith("uno#login-device#")
    assert len(item.pop("mark")["S"]) == 8  # random, of this call
    assert item == {
        "account_id": {"S": "account-1"},
        "generation": {"N": "3"},
        "tries": {"N": "1"},
        "expires_at": {"N": str(NOW + 1000)},
    }
