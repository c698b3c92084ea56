"""The reserved area over HTTP: what owners change themselves, and what ends with it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.caller import Answer, Caller
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials, person
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack

NEW_PASSWORD = "sette trote gialle"


class _Owner:
    """A registered customer with sessions."""

    def __init__(self, caller: Caller, customer: Customer) -> None:
        self.caller, self.user_id = caller, f"titolare{customer.code}@example.it"
        self.customer = customer
        assert self.register().status == 201

    def register(self) -> Answer:
        step_token = self.caller.post("/verify", claim(self.customer)).json["step_token"]
        return self.caller.post("/credentials", credentials(step_token, self.user_id))

    def log_in(self, password: str = PASSWORD) -> Answer:
        body = {"supplier": SUPPLIER, "user_id": self.user_id, "password": password}
        return self.caller.post("/login", body)

    def call(self, tokens: Any, path: str, body: object = None, method: str = "POST") -> Answer:
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        if method == "GET":
            return self.caller.get(path, **bearer)
        content = json.dumps(body).encode()
        return self.caller.send(method, path, content, Content_Type="application/json", **bearer)

    def reauth(self, tokens: Any, password: str = PASSWORD) -> Answer:
        return self.call(tokens, "/account/reauth", {"password": password})


@pytest.fixture
def owner(caller: Caller, stored: Callable[[Customer], Customer]) -> _Owner:
    return _Owner(caller, stored(person()))


def test_contacts_are_changed_at_once_and_nothing_else_with_them(owner: _Owner) -> None:
    tokens = owner.log_in().json
    changed = owner.call(tokens, "/account", {"phone": "333 12 34 567", "language": "de"}, "PATCH")
    assert (changed.status, changed.json["phone"], changed.json["language"]) == (200, "+393331234567", "de")
    assert owner.call(tokens, "/account", None, "GET").json == changed.json
    removed = owner.call(tokens, "/account", {"phone": None}, "PATCH")
    assert (removed.json["phone"], removed.json["language"]) == (None, "de")


def test_a_new_password_needs_the_old_one_again_and_ends_the_other_sessions(owner: _Owner) -> None:
    mine, other = owner.log_in().json, owner.log_in().json
    wrong = owner.reauth(mine, "not the right one")
    assert (wrong.status, wrong.code) == (422, "reauth_failed")
    reauth_token = owner.reauth(mine).json["reauth_token"]
    body = {"reauth_token": reauth_token, "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    assert owner.call(other, "/account/password", body).code == "reauth_token_invalid"
    changed = owner.call(mine, "/account/password", body)
    assert changed.status == 200, changed.content
    assert owner.call(changed.json, "/account", None, "GET").status == 200
    assert owner.call(other, "/account", None, "GET").code == "access_token_invalid"
    assert owner.log_in().code == "invalid_credentials"
    assert owner.log_in(NEW_PASSWORD).status == 200


def test_a_new_question_is_asked_by_the_next_recovery(owner: _Owner) -> None:
    tokens = owner.log_in().json
    body = {"question": "Dove ho perso le chiavi?", "answer": "Sul molo vecchio", "answer_repeat": "sul molo vecchio"}
    reauth_token = owner.reauth(tokens).json["reauth_token"]
    changed = owner.call(tokens, "/account/question", body | {"reauth_token": reauth_token})
    assert changed.status == 204, changed.content
    begun = owner.caller.post("/recovery", {"supplier": SUPPLIER, "user_id": owner.user_id})
    assert begun.json["question"] == "Dove ho perso le chiavi?"


def test_sessions_are_listed_and_ended_at_once(owner: _Owner) -> None:
    mine, first, second = (owner.log_in().json for _ in range(3))
    listed = owner.call(mine, "/account/sessions", None, "GET")
    assert listed.status == 200, listed.content
    sessions = listed.json["sessions"]
    assert sorted(each["current"] for each in sessions) == [False, False, True]
    one = next(each["session"] for each in sessions if not each["current"])
    assert owner.call(mine, "/account/sessions/end", {"session": one}).status == 204
    refused = [owner.call(tokens, "/account", None, "GET").status for tokens in (first, second)]
    assert sorted(refused) == [200, 401]
    assert owner.call(mine, "/account/sessions/end", {"others": True}).status == 204
    assert [owner.call(tokens, "/account", None, "GET").status for tokens in (mine, first, second)] == [200, 401, 401]


def test_a_closed_account_is_gone_and_its_customer_can_register_again(owner: _Owner) -> None:
    tokens = owner.log_in().json
    reauth_token = owner.reauth(tokens).json["reauth_token"]
    assert owner.call(tokens, "/account/close", {"reauth_token": reauth_token}).status == 204
    assert owner.call(tokens, "/account", None, "GET").code == "access_token_invalid"
    assert owner.log_in().code == "invalid_credentials"
    assert owner.register().status == 201
    assert owner.log_in().status == 200
