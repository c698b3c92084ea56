"""The deployed template, and a supply that somebody else takes over."""

from typing import Any

import pytest

from tests.integration.caller import Caller
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials, person
from tests.integration.postman import Postman
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack


def _taken_over(customer: Customer) -> Customer:
    """Return the record as it is when Anna has the supply."""
    return customer._replace(
        first_name="Anna", last_name="Bianchi", codice_fiscale="BNCNNA85C41F205D", phone="+393479999999"
    )


def _session(postman: Postman, user_id: str) -> dict[str, str]:
    answer = postman.post("/login", {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def test_a_new_holder_takes_the_customer_and_the_former_one_is_told(postman: Postman) -> None:
    customer = postman.new_customer()
    former, new = f"prima{customer.code}@example.it", f"dopo{customer.code}@example.it"
    postman.register(customer, former)
    before = _session(postman, former)
    assert postman.get("/account", **before).status == 200
    anna = postman.stored(_taken_over(customer))
    mail = postman.wait_for(former, "non è più nella Sua area riservata")
    assert customer.code in mail.text
    assert "Bianchi" not in mail.text
    assert postman.get("/account", **before).code == "access_token_invalid"
    assert postman.get("/account", **_session(postman, former)).json["customers"] == []
    postman.register(anna, new)
    [shown] = postman.get("/account", **_session(postman, new)).json["customers"]
    assert shown["name"] == "Anna Bianchi"


def test_tokens_of_the_former_holder_end_with_the_record(postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"codice{customer.code}@example.it"
    confirmation_token = postman.choose(customer, user_id).json["confirmation_token"]
    code = postman.code(user_id)
    postman.stored(_taken_over(customer))
    refused = postman.confirm(confirmation_token, code)
    assert (refused.status, refused.code) == (401, "confirmation_token_invalid")


def test_a_step_token_of_the_former_holder_makes_no_account(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    step_token = caller.post("/verify", claim(customer)).json["step_token"]
    stored(_taken_over(customer))
    refused = caller.post("/credentials", credentials(step_token, f"passo{customer.code}@example.it"))
    assert (refused.status, refused.code) == (401, "step_token_invalid")
