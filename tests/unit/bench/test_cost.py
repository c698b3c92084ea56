"""What a call costs, by hand."""

from typing import Any

import pytest

from bench.cost import Requests, billed_seconds, cache_a_month, dollars, in_milan, requests

LOGIN = Requests(dynamodb=4, read=1, written=8, signatures=1)


def test_units_are_those_of_dynamodb_for_small_items() -> None:
    seen: list[tuple[str, dict[str, Any]]] = [
        ("UpdateItem", {}),
        ("UpdateItem", {}),
        ("GetItem", {"ConsistentRead": True}),
        ("TransactWriteItems", {"TransactItems": [{}, {}, {}]}),
        ("Sign", {}),
    ]
    assert requests(seen) == LOGIN
    assert requests([("GetItem", {"ConsistentRead": False}), ("GetSecretValue", {})]) == Requests(1, 0.5, 0, 0)
    assert requests([("Query", {}), ("Query", {"ConsistentRead": True})]) == Requests(2, 1.5, 0, 0)


@pytest.mark.parametrize(
    ("memory", "processor", "waiting", "seconds"),
    [
        (1769, 0.030, 0.0, 0.030),
        (1769, 0.0301, 0.0, 0.031),
        (3538, 0.030, 0.0, 0.030),  # a second core helps nobody who uses one
        (884, 0.004, 0.010, 0.019),
    ],
)
def test_lambda_bills_computing_and_waiting_in_whole_milliseconds(
    memory: int, processor: float, waiting: float, seconds: float
) -> None:
    assert billed_seconds(memory, processor, waiting) == pytest.approx(seconds)


def test_a_login_is_the_sum_of_its_parts() -> None:
    parts = dollars(LOGIN, 1024, 0.040)
    assert parts["Lambda"] == pytest.approx(0.2e-6 + 0.040 * 15.6138e-6)
    assert parts["DynamoDB"] == pytest.approx(0.125e-6 + 8 * 0.625e-6)
    assert sum(parts.values()) == pytest.approx(3.5e-6 + 0.82455e-6 + 5.125e-6 + 3e-6 + 0.5e-6, rel=1e-4)


def test_a_restored_login_also_pays_its_memory_once() -> None:
    warm, restored = (sum(dollars(LOGIN, 2048, 0.040, restored=each).values()) for each in (False, True))
    assert restored - warm == pytest.approx(2 * 0.0001397998)


def test_a_snapshot_is_kept_by_the_second() -> None:
    assert cache_a_month(2048) == pytest.approx(2 * 1.5046e-6 * 3600 * 24 * 30)


def test_lambdas_price_is_milans_already() -> None:
    assert in_milan({"Lambda": 1.0, "KMS": 1.0}) == pytest.approx(2.171, abs=0.001)
