"""Known devices in a browser: what is stored, that it outlives the logout, and that strangers keep nobody out."""

import json

import pytest

from tests.browser.conftest import Open
from tests.browser.visitor import ANSWER, QUESTION, Visitor
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials
from tests.integration.postman import Postman

pytestmark = pytest.mark.stack

_KEY = f"utenza:{SUPPLIER}:devices"
_NEW_PASSWORD = "cinque lucci verdi"


def _registered(postman: Postman) -> str:
    customer = postman.new_customer()
    user_id = f"dispositivo{customer.code}@example.com"
    token = postman.post("/verify", claim(customer)).json["step_token"]
    chosen = credentials(token, user_id, question=QUESTION, answer=ANSWER, answer_repeat=ANSWER)
    waiting = postman.post("/credentials", chosen).json["confirmation_token"]
    assert postman.confirm(waiting, postman.code(user_id)).status == 200
    return user_id


def _log_in(visitor: Visitor, user_id: str, password: str = PASSWORD) -> str:
    """Log in, and return the device token that was sent, "" for none."""
    with visitor.page.expect_request("**/login") as sent:
        visitor.log_in(user_id, password)
    return str(json.loads(sent.value.post_data or "{}").get("device_token", ""))


def _log_out(visitor: Visitor) -> None:
    visitor.expect_reserved_area()
    visitor.click_button(visitor.texts["account"]["log_out"])
    visitor.expect_screen(visitor.texts["login"]["title"])


def _stored(visitor: Visitor) -> list[str]:
    """Return the device tokens that the browser stores, the latest first."""
    return [entry["token"] for entry in json.loads(visitor.stored_permanently().get(_KEY, "[]"))]


def _strangers_guess(postman: Postman, user_id: str) -> None:
    body = {"supplier": SUPPLIER, "user_id": user_id, "password": "sbagliata"}
    assert [postman.post("/login", body).status for _ in range(7)][-1] == 429


def test_a_known_browser_logs_in_though_strangers_keep_guessing(visit: Open, postman: Postman) -> None:
    user_id = _registered(postman)
    known, new = visit(), visit()
    known.open("accesso.html")
    assert _log_in(known, user_id) == ""
    _log_out(known)
    _strangers_guess(postman, user_id)

    new.open("accesso.html")
    _log_in(new, user_id)
    new.expect_problem("minuti")
    [token] = _stored(known)
    assert _log_in(known, user_id.upper()) == token
    known.expect_reserved_area()
    assert _stored(known) == [token]


def test_who_has_recovered_the_password_logs_in_though_strangers_keep_guessing(visit: Open, postman: Postman) -> None:
    user_id = _registered(postman)
    visitor = visit()
    visitor.open("accesso.html")
    visitor.recover(user_id, lambda: postman.code(user_id, count=2), _NEW_PASSWORD)
    assert visitor.stored_permanently() == {}
    _strangers_guess(postman, user_id)
    assert _log_in(visitor, user_id, _NEW_PASSWORD)
    _log_out(visitor)
    assert _log_in(visitor, user_id, _NEW_PASSWORD) == _stored(visitor)[0]
    visitor.expect_reserved_area()


def test_each_customer_of_a_shared_browser_has_a_token_and_none_is_named(visit: Open, postman: Postman) -> None:
    users = [_registered(postman) for _ in range(2)]
    visitor = visit()
    visitor.open("accesso.html")
    for user_id in users:
        assert _log_in(visitor, user_id) == ""
        _log_out(visitor)
    newest, oldest = _stored(visitor)
    assert "example" not in json.dumps(visitor.stored_permanently())
    assert _log_in(visitor, users[0]) == oldest
    visitor.expect_reserved_area()
    assert _stored(visitor) == [oldest, newest]


def test_where_storage_is_blocked_customers_log_in_as_strangers(visit: Open, postman: Postman) -> None:
    user_id = _registered(postman)
    visitor = visit()
    visitor.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked') }})"
    )
    visitor.open("accesso.html")
    for _ in range(2):
        assert _log_in(visitor, user_id) == ""
        _log_out(visitor)
