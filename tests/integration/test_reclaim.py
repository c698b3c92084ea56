"""The deployed template, and a customer whose bill somebody else registered with."""

from typing import Any

import pytest

from tests.integration.caller import Answer, Caller
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials, person
from tests.integration.postman import Postman
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack


def _stolen(postman: Postman) -> tuple[Customer, str]:
    """Return a customer whom a thief has registered, and the thief's address; the CRM has another one."""
    customer = postman.new_customer()
    customer = postman.stored(customer._replace(email=f"vera.{customer.code}@example.it"))
    thief = f"ladra.{customer.code}@example.it"
    postman.register(customer, thief)
    return customer, thief


def _confirm(caller: Caller, token: str, code: str) -> Answer:
    return caller.post("/reclaim/confirm", {"reclaim_token": token, "code": code})


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def _session(postman: Postman, user_id: str) -> dict[str, str]:
    answer = postman.post("/login", {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def test_the_customer_takes_the_supply_back_and_the_other_account_is_told(postman: Postman) -> None:
    customer, thief = _stolen(postman)
    session = _session(postman, thief)
    assert postman.post("/verify", claim(customer)).code == "already_registered"
    started = postman.post("/reclaim", claim(customer))
    assert (started.status, started.json["expires_in"]) == (202, 3600)
    assert started.json.keys() == {"reclaim_token", "expires_in"}
    token, code = started.json["reclaim_token"], postman.code(customer.email)
    assert _confirm(postman, token, _wrong(code)).code == "code_invalid"
    confirmed = _confirm(postman, token, f"{code[:3]} {code[3:]}")
    assert (confirmed.status, confirmed.json["customer"]) == (200, {"kind": "person"})
    repeated = _confirm(postman, token, code)
    assert (repeated.status, repeated.json["customer"]) == (200, {"kind": "person"})
    assert _confirm(postman, token, _wrong(code)).code == "reclaim_token_invalid"
    assert postman.get("/account", **session).code == "access_token_invalid"
    assert postman.get("/account", **_session(postman, thief)).json["customers"] == []
    mail = postman.wait_for(thief, "non è più nella Sua area riservata")
    assert customer.code in mail.text
    assert customer.email not in mail.text
    user_id = f"mia.{customer.code}@example.it"
    chosen = postman.post("/credentials", credentials(confirmed.json["step_token"], user_id))
    assert postman.confirm(chosen.json["confirmation_token"], postman.code(user_id)).status == 200
    [shown] = postman.get("/account", **_session(postman, user_id)).json["customers"]
    assert shown["customer_code"] == customer.code


def test_who_matches_nobody_gets_the_same_answers_and_no_mail_goes(postman: Postman) -> None:
    customer, _ = _stolen(postman)
    started = postman.post("/reclaim", claim(customer, first_name="Zenobia"))
    assert started.status == 202
    token = started.json["reclaim_token"]
    assert [_confirm(postman, token, "123456").code for _ in range(5)] == ["code_invalid"] * 5
    assert _confirm(postman, token, "123456").code == "reclaim_token_invalid"
    postman.post("/reclaim", claim(customer))
    postman.code(customer.email)  # of the second: mails leave in the order of their reclaims
    assert len([mail for mail in postman.mails(customer.email) if "fornitura nell'area" in mail.subject]) == 1


def test_a_wrong_field_is_said_as_at_step_one(postman: Postman) -> None:
    refused = postman.post("/reclaim", claim(person(), tax_code="X"))
    assert (refused.status, refused.code) == (422, "invalid_request")


def test_without_mail_every_answer_is_the_same(caller: Caller, stored: Any) -> None:
    customer = stored(person(email="vera@example.it"))
    step_token = caller.post("/verify", claim(customer)).json["step_token"]
    assert caller.post("/credentials", credentials(step_token, f"ladro{customer.code}@example.it")).status == 201
    started = caller.post("/reclaim", claim(customer))
    assert started.status == 202
    assert _confirm(caller, started.json["reclaim_token"], "123456").code == "code_invalid"
    assert _confirm(caller, "x", "123456").code == "reclaim_token_invalid"
