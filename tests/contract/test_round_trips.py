"""What each route asks of DynamoDB: round trips one after the other, and units. docs/performance.md has both."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reclaim import flow as reclaim
from tests.contract.journey import Costs, Counting, Journey, on_tables
from tests.contract.requests_of import watched
from tests.unit.flows.fixtures import NOW, SOURCE, new_flows, reclaim_confirmed, reclaimed
from utenza.dynamodb import DynamoDb
from utenza.errors import CodeInvalid

_DOCS = Path(__file__).parents[2] / "docs/performance.md"


_SIDE_BY_SIDE = (
    *("verify.flow", "credentials.flow", "credentials.confirmation", "credentials.objection"),
    *("login.flow", "recovery.flow", "reclaim.flow"),
    *("account.flow", "account.reauth", "account.password", "account.question", "account.sessions"),
    *("account.user_id", "account.user_id_confirmation", "account.user_id_undo", "account.export"),
    *("account.supplies", "account.supply_removal", "account.activation"),
)


@pytest.fixture
def counting(new_client: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting(new_client("dynamodb"))
    for module in _SIDE_BY_SIDE:
        monkeypatch.setattr(f"{module}.gather", counting.gather)
    return counting


@pytest.fixture
def costs(counting: Counting, dynamodb: Any, new_table: Callable[[], str]) -> Mapping[str, Costs]:
    """Return what each route costs; without mail and with it where that differs."""
    found: dict[str, Costs] = {}
    for mail in (False, True):
        flows, names = on_tables(new_flows(free=10, mail=mail), counting.db, new_table)
        journey = Journey(flows, counting)
        journey.register(mail=mail)
        journey.use()
        journey.forget(mail=mail)
        journey.object_to()
        journey.reclaim(mail=mail)
        for route, cost in journey.costs.items():
            assert found.setdefault(route, cost) == cost, route
        assert all(_size(item) <= 1024 for name in names for item in dynamodb.scan(TableName=name)["Items"])
    flows, names = on_tables(new_flows(free=10), counting.db, new_table)
    journey = Journey(flows, counting, names[0])
    journey.register(mail=False)
    journey.manage()
    flows, _ = on_tables(new_flows(free=10), counting.db, new_table)
    undoing = Journey(flows, counting)
    undoing.register(mail=False)
    undoing.undo()
    journey.costs |= {route: cost for route, cost in undoing.costs.items() if route.endswith("/undo")}
    return found | journey.costs


def _size(item: object) -> int:
    """Return the bytes of an item, generously: as JSON, types and all."""
    return len(json.dumps(item, ensure_ascii=False).encode())


def test_no_route_waits_for_dynamodb_more_often_than_it_must(costs: Mapping[str, Costs]) -> None:
    goals = {"POST /verify": 1, "POST /credentials": 2, "POST /login": 2, "POST /login/refresh": 2, "GET /account": 1}
    goals["POST /login from a known device"] = 2
    goals["GET /account/activity"] = 2
    assert {route: costs[route].deep for route in goals} == goals
    assert costs["POST /credentials with mail"].deep == 2


@pytest.mark.parametrize("way", ["", " from a known device"])
def test_a_login_is_at_most_five_requests(costs: Mapping[str, Costs], way: str) -> None:
    """One of them asks KMS for the signature: tests/unit/tokens/test_signing_key.py."""
    assert costs[f"POST /login{way}"].calls + 1 <= 5


def test_a_reclaim_asks_the_same_of_dynamodb_whatever_it_matches(
    counting: Counting, new_table: Callable[[], str]
) -> None:
    flows, _ = on_tables(new_flows(free=10, mail=True), counting.db, new_table)
    journey, costs = Journey(flows, counting), set()
    journey.register(mail=True)
    for day, typed in enumerate(({}, {"first_name": "Luigi"}, {"customer_code": "9999999999"}), 1):
        now = NOW + 86_400 * day  # nothing is counted any more of what came before
        with journey.at("start"):
            token, _ = reclaim.start(reclaimed(**typed), flows.reclaim, source=SOURCE, language="it", now=now)
        with journey.at("wrong code"), pytest.raises(CodeInvalid):
            reclaim.confirm(reclaim_confirmed(token, "x"), flows.reclaim, now=now)
        costs.add((journey.costs["start"], journey.costs["wrong code"]))
    assert len(costs) == 1


def test_adding_a_supply_asks_the_same_of_dynamodb_whatever_it_matches(
    counting: Counting, new_table: Callable[[], str]
) -> None:
    flows, names = on_tables(new_flows(free=10, mail=True), counting.db, new_table)
    journey, costs = Journey(flows, counting, names[0]), set()
    journey.register(mail=True)
    for day, typed in enumerate(({}, {"first_name": "Luigi"}, {"customer_code": "9999999999"}), 1):
        costs.add(journey.ask_for_another(NOW + 86_400 * day, **typed))
    assert len(costs) == 1


def test_the_documented_figures_are_the_counted_ones(costs: Mapping[str, Costs]) -> None:
    rows = re.findall(r"^\| `([A-Z]+ /[a-z/-]+)`( [a-z ]+)? \|(.*)\|$", _DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {route + way: Costs(*[float(cell) for cell in cells.split("|")]) for route, way, cells in rows}
    assert documented == costs


def test_a_login_from_a_known_device_shares_no_transaction_with_strangers(
    new_client: Callable[[str], Any], new_table: Callable[[], str]
) -> None:
    """Whoever keeps the counters of the address and the source busy would otherwise be in conflict with it."""
    client = new_client("dynamodb")
    requests = watched(client)
    flows, names = on_tables(new_flows(), DynamoDb(client), new_table)
    journey = Journey(flows, Counting(client))
    journey.register(mail=False)
    requests.clear()
    journey.use()
    transactions = [
        {
            entry["Key"]["pk"]["S"].split("#")[1]
            for write in parameters["TransactItems"]
            for entry in write.values()
            if entry["TableName"] == names[2]
        }
        for operation, parameters in requests
        if operation == "TransactWriteItems"
    ]
    assert transactions == [{"login-account", "login-source"}, {"login-account", "login-device"}, {"login-device"}]
