"""Many at once: one account and no more, and every guess counted."""

from typing import Any

import pytest

from tests.integration.caller import Caller, all_at_once
from tests.integration.customers import SUPPLIER, claim, credentials, person

pytestmark = pytest.mark.stack


def _codes(answers: list[Any]) -> list[str]:
    return sorted(str(answer.status) if answer.status < 300 else answer.code for answer in answers)


def test_twenty_posts_of_one_step_token_make_one_account(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    token = caller.post("/verify", claim(customer)).json["step_token"]
    bodies = [credentials(token, f"n{number}.{customer.code}@example.it") for number in range(20)]
    codes = _codes(all_at_once(lambda body: caller.post("/credentials", body), bodies))
    assert codes.count("201") == 1
    assert set(codes) <= {"201", "step_token_invalid", "too_many_attempts"}
    again = caller.post("/verify", claim(customer))
    assert (again.status, again.code) == (409, "already_registered")


def test_two_tokens_of_one_customer_make_one_account(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    tokens = [caller.post("/verify", claim(customer)).json["step_token"] for _ in range(2)]
    bodies = [credentials(token, f"t{number}.{customer.code}@example.it") for number, token in enumerate(tokens)]
    codes = _codes(all_at_once(lambda body: caller.post("/credentials", body), bodies))
    assert codes == ["201", "already_registered"]


def test_two_customers_with_one_address_in_different_case_make_one_account(caller: Caller, stored: Any) -> None:
    customers = [stored(person()) for _ in range(2)]
    tokens = [caller.post("/verify", claim(customer)).json["step_token"] for customer in customers]
    addresses = [f"Same.{customers[0].code}@Example.it", f"same.{customers[0].code}@EXAMPLE.IT"]
    bodies = [credentials(*pair) for pair in zip(tokens, addresses, strict=True)]
    codes = _codes(all_at_once(lambda body: caller.post("/credentials", body), bodies))
    assert codes == ["201", "user_id_taken"]


def test_of_fifty_parallel_guesses_the_free_ones_are_compared(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"guess{customer.code}@example.it"
    token = caller.post("/verify", claim(customer)).json["step_token"]
    assert caller.post("/credentials", credentials(token, user_id)).status == 201
    body = {"supplier": SUPPLIER, "user_id": user_id, "password": "not the right one"}
    codes = _codes(all_at_once(lambda _: caller.post("/login", body), range(50)))
    assert codes == ["invalid_credentials"] * 5 + ["too_many_attempts"] * 45


def test_two_tabs_get_the_same_successor(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"race{customer.code}@example.it"
    token = caller.post("/verify", claim(customer)).json["step_token"]
    registered = credentials(token, user_id)
    caller.post("/credentials", registered)
    login = {"supplier": SUPPLIER, "user_id": user_id, "password": registered["password"]}
    refresh_token = caller.post("/login", login).json["refresh_token"]
    answers = all_at_once(lambda _: caller.post("/login/refresh", {"refresh_token": refresh_token}), range(8))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["refresh_token"] for answer in answers}) == 1
