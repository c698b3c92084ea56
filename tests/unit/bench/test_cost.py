"""What a call costs, by hand."""

import pytest

from bench import prices
from bench.cost import Call, billed_seconds, dollars, in_milan, together

LOGIN = Call(memory=1769, processor=0.030, depth=2, reads=1, writes=6, signatures=1)


@pytest.mark.parametrize(
    ("call", "seconds"),
    [
        (Call(1769, 0.030, 0, 0, 0), 0.030),
        (Call(1769, 0.0301, 0, 0, 0), 0.031),
        (Call(3538, 0.030, 0, 0, 0), 0.030),
        (Call(512, 0.004, 2, 0, 0), 0.024),
        (LOGIN, 0.045),
        (LOGIN._replace(keys=1), 0.050),
        (Call(512, 0.0001, 1, 0, 0, mails=1, events=1), 0.106),
    ],
)
def test_lambda_bills_computing_and_waiting_in_whole_milliseconds(call: Call, seconds: float) -> None:
    assert billed_seconds(call) == pytest.approx(seconds)


def test_a_login_is_the_sum_of_its_parts() -> None:
    parts = dollars(LOGIN, "RSA_2048")
    assert parts["API Gateway"] == pytest.approx(3.5e-6)
    assert parts["Lambda"] == pytest.approx(0.2e-6 + 1769 / 1024 * 0.045 * 1.56138e-5)
    assert parts["DynamoDB"] == pytest.approx(0.125e-6 + 6 * 0.625e-6)
    assert parts["KMS"] == pytest.approx(3e-6)
    assert parts["CloudWatch Logs"] == pytest.approx(0.5e-6)
    assert parts["Secrets Manager"] == parts["SES"] == 0


def test_a_larger_key_costs_five_times_as_much() -> None:
    small, large = (dollars(LOGIN, spec)["KMS"] for spec in ("RSA_2048", "RSA_3072"))
    assert large == pytest.approx(5 * small)


@pytest.mark.parametrize(
    ("price", "text"),
    [(prices.API_CALL, "$3.5 a million"), (prices.LOG_BYTE, "$0.5 a billion"), (prices.ESSENTIALS, "$0.015")],
)
def test_prices_are_said_for_as_many_as_people_can_read(price: prices.Price, text: str) -> None:
    assert price.text == text


def test_a_call_of_a_stream_pays_no_gateway_but_what_it_sends() -> None:
    parts = dollars(Call(512, 0.0, 0, 0, 0, mails=2, events=1, requested=False), "RSA_2048")
    assert parts["API Gateway"] == 0
    assert (parts["SES"], parts["EventBridge"]) == pytest.approx((200e-6, 1e-6))


def test_several_calls_add_up() -> None:
    one, two = together([LOGIN], "RSA_2048"), together([LOGIN, LOGIN], "RSA_2048")
    assert sum(two.values()) == pytest.approx(2 * sum(one.values()))


def test_milan_is_dearer_where_its_price_is_not_known() -> None:
    assert in_milan({"Lambda": 1.0, "KMS": 1.0}) == pytest.approx(1 + prices.MILAN)
