"""The deployed template, and the command line with which accounts are looked after."""

import pytest

from tests.integration.caller import Answer
from tests.integration.customers import PASSWORD, SUPPLIER
from tests.integration.postman import Postman
from tools.accounts.cli import main
from tools.local_stack.stack import LocalStack

pytestmark = pytest.mark.stack


def _run(stack: LocalStack, command: str, code: str, *more: str) -> int:
    return main([command, "--supplier", SUPPLIER, "--code", code, "--endpoint", stack.places.endpoint, *more])


def _login(postman: Postman, user_id: str) -> Answer:
    return postman.post("/login", {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD})


def test_a_closed_account_frees_customer_and_address_and_its_owner_is_told(
    postman: Postman, mail_stack: LocalStack, capsys: pytest.CaptureFixture[str]
) -> None:
    customer = postman.new_customer()
    user_id = f"chiuso{customer.code}@example.it"
    postman.register(customer, user_id)
    session = _login(postman, user_id).json
    bearer = {"Authorization": f"Bearer {session['access_token']}"}
    assert _run(mail_stack, "find", customer.code) == 0
    shown = capsys.readouterr().out
    assert user_id in shown
    assert "sessions     1 open" in shown

    assert _run(mail_stack, "close", customer.code, "--reason", "ticket 4711", "--yes") == 0
    assert "può registrarsi di nuovo" in postman.wait_for(user_id, "accesso è stato chiuso").text
    assert postman.get("/account", **bearer).code == "access_token_invalid"
    refreshed = postman.post("/login/refresh", {"refresh_token": session["refresh_token"]})
    assert refreshed.code == "refresh_token_invalid"
    assert _login(postman, user_id).code == "invalid_credentials"

    token = postman.choose(customer, user_id).json["confirmation_token"]
    assert postman.confirm(token, postman.code(user_id, 2)).status == 200
    assert _login(postman, user_id).status == 200


def test_sessions_that_an_operator_ends_have_ended_and_the_password_stays(
    postman: Postman, mail_stack: LocalStack
) -> None:
    customer = postman.new_customer()
    user_id = f"sessioni{customer.code}@example.it"
    postman.register(customer, user_id)
    bearer = {"Authorization": f"Bearer {_login(postman, user_id).json['access_token']}"}
    assert _run(mail_stack, "end-sessions", customer.code, "--reason", "ticket 4712", "--yes") == 0
    assert postman.get("/account", **bearer).code == "access_token_invalid"
    assert _login(postman, user_id).status == 200
    assert not [mail for mail in postman.mails(user_id) if "password" in mail.subject.lower()]


def test_a_customer_that_an_operator_unlinks_can_register_again(postman: Postman, mail_stack: LocalStack) -> None:
    customer = postman.new_customer()
    first, second = f"tolto{customer.code}@example.it", f"nuovo{customer.code}@example.it"
    postman.register(customer, first)
    assert _run(mail_stack, "unlink", customer.code, "--reason", "ticket 4713", "--yes") == 0
    assert customer.code in postman.wait_for(first, "non è più nella Sua area riservata").text
    postman.register(customer, second)
    assert _login(postman, second).status == 200
