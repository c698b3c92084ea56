"""`ClaimProof=code` over HTTP: whoever holds a bill also has to read the address that the CRM has."""

import secrets
from collections.abc import Iterator

import pytest

from tests.integration.customers import PASSWORD, SUPPLIER
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack

pytestmark = pytest.mark.stack


@pytest.fixture
def _asks_for_proof(mail_stack: LocalStack) -> Iterator[None]:
    """Have the function of step two run as with this parameter; another deployment would take a minute."""
    aws = mail_stack.client("lambda")
    [function] = [each for each in aws.list_functions()["Functions"] if "CredentialsFunction" in each["FunctionName"]]
    name, variables = function["FunctionName"], function["Environment"]["Variables"]
    assert variables["CLAIM_PROOF"] == "notice"
    deployed = aws.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    aws.update_function_configuration(FunctionName=name, Environment={"Variables": variables | {"CLAIM_PROOF": "code"}})
    proving = aws.publish_version(FunctionName=name)["Version"]
    assert proving != deployed
    aws.update_alias(FunctionName=name, Name="live", FunctionVersion=proving)
    try:
        yield
    finally:
        aws.update_alias(FunctionName=name, Name="live", FunctionVersion=deployed)
        aws.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


@pytest.mark.usefixtures("_asks_for_proof")
def test_a_registration_needs_the_codes_of_both_addresses(postman: Postman) -> None:
    customer = postman.new_customer(email=f"crm-{secrets.token_hex(4)}@example.org")
    user_id = f"altro.{customer.code}@example.it"
    chosen = postman.choose(customer, user_id)
    assert (chosen.status, chosen.json["status"], chosen.json["claim"]) == (201, "confirmation_required", "code")
    assert customer.email not in chosen.content.decode()
    code, claim_code = postman.code(user_id), postman.code(customer.email)
    confirmation = {"confirmation_token": chosen.json["confirmation_token"], "code": code}

    def confirm(**more: str) -> tuple[int, str]:
        answer = postman.post("/credentials/confirm", confirmation | more)
        return answer.status, answer.code if answer.status >= 400 else answer.json["status"]

    missing = postman.post("/credentials/confirm", confirmation)
    assert (missing.status, missing.field_codes) == (422, {("claim_code", "required")})
    assert confirm(claim_code=f"{(int(claim_code) + 1) % 1_000_000:06}") == (422, "code_invalid")
    assert confirm(claim_code=code if code != claim_code else "x") == (422, "code_invalid")
    login = {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD}
    assert postman.post("/login", login).code == "invalid_credentials"
    assert confirm(claim_code=claim_code) == (200, "active")
    assert postman.post("/login", login).status == 200


@pytest.mark.usefixtures("_asks_for_proof")
def test_who_registers_with_the_address_of_the_crm_needs_one_code(postman: Postman) -> None:
    user_id = f"crm.{secrets.token_hex(4)}@example.org"
    customer = postman.new_customer(email=user_id.upper())
    chosen = postman.choose(customer, user_id)
    assert "claim" not in chosen.json
    confirmed = postman.confirm(chosen.json["confirmation_token"], postman.code(user_id))
    assert (confirmed.status, confirmed.json["status"]) == (200, "active")
    assert len([mail for mail in postman.mails(user_id) if mail.subject[:6].isdigit()]) == 1


def test_without_the_parameter_the_next_registration_needs_one_code(postman: Postman) -> None:
    customer = postman.new_customer(email=f"crm-{secrets.token_hex(4)}@example.org")
    assert "claim" not in postman.choose(customer, f"dopo.{customer.code}@example.it").json
