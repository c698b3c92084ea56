"""The reserved area over HTTP: what owners change themselves, and what ends with it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from tests.integration.caller import Answer, Caller
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials, person
from tests.integration.postman import Postman
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


def test_without_mail_the_user_id_changes_at_once_and_other_sessions_end(owner: _Owner) -> None:
    mine, other = owner.log_in().json, owner.log_in().json
    body = {"reauth_token": owner.reauth(mine).json["reauth_token"], "user_id": f"nuovo{owner.user_id}"}
    changed = owner.call(mine, "/account/user-id", body)
    assert changed.status == 200, changed.content
    assert (changed.json["user_id"], changed.json["pending_user_id"]) == (body["user_id"], None)
    assert owner.call(mine, "/account", None, "GET").json == changed.json
    assert owner.call(mine, "/account/user-id", body).json == changed.json  # a repeat
    assert owner.call(other, "/account", None, "GET").code == "access_token_invalid"
    refreshed = owner.caller.post("/login/refresh", {"refresh_token": mine["refresh_token"]})
    assert owner.call(refreshed.json, "/account", None, "GET").status == 200
    assert owner.log_in().code == "invalid_credentials"


def test_without_mail_a_taken_address_is_refused(
    owner: _Owner, caller: Caller, stored: Callable[[Customer], Customer]
) -> None:
    other = _Owner(caller, stored(person()))
    tokens = owner.log_in().json
    body = {"reauth_token": owner.reauth(tokens).json["reauth_token"], "user_id": other.user_id}
    assert owner.call(tokens, "/account/user-id", body).code == "user_id_taken"
    assert other.log_in().status == owner.log_in().status == 200


def test_with_mail_the_user_id_waits_for_its_code_and_is_taken_back_from_the_old_address(postman: Postman) -> None:
    customer = postman.new_customer()
    old, new = f"prima{customer.code}@example.it", f"dopo{customer.code}@example.it"
    postman.register(customer, old)
    login = {"supplier": SUPPLIER, "user_id": old, "password": PASSWORD}
    bearer = {"Authorization": f"Bearer {postman.post('/login', login).json['access_token']}"}
    token = postman.post("/account/reauth", {"password": PASSWORD}, **bearer).json["reauth_token"]
    asked = postman.post("/account/user-id", {"reauth_token": token, "user_id": new}, **bearer)
    assert asked.status == 202, asked.content
    shown = postman.get("/account", **bearer).json
    assert (shown["user_id"], shown["pending_user_id"]) == (old, new)
    confirming = {"confirmation_token": asked.json["confirmation_token"], "code": "000000"}
    assert postman.post("/account/user-id/confirm", confirming, **bearer).code == "code_invalid"
    confirming["code"] = postman.code(new)
    changed = postman.post("/account/user-id/confirm", confirming, **bearer)
    assert changed.status == 200, changed.content
    assert (changed.json["user_id"], changed.json["pending_user_id"]) == (new, None)
    assert postman.get("/account", **bearer).json == changed.json
    assert postman.post("/login", login).code == "invalid_credentials"
    assert postman.post("/login", login | {"user_id": new}).status == 200
    [undo_code] = re.findall(
        r"^(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}$", postman.wait_for(old, "user ID è cambiato").text, re.MULTILINE
    )
    assert postman.wait_for(new, "user ID è cambiato")
    for _ in range(2):
        assert postman.post("/account/user-id/undo", {"undo_code": undo_code}).status == 204
    assert postman.get("/account", **bearer).code == "access_token_invalid"
    for address in (old, new):
        assert postman.post("/login", login | {"user_id": address}).code == "invalid_credentials"
    assert postman.wait_for(old, "di nuovo il Suo user ID")
    assert postman.wait_for(new, "non è più lo user ID")
    assert postman.recover(old).json["next"] == "code"  # the way to a new password


def test_the_owner_of_a_taken_address_is_told_and_nobody_else_learns_it(postman: Postman) -> None:
    first, second = postman.new_customer(), postman.new_customer()
    taken, mine = f"presa{first.code}@example.it", f"mia{second.code}@example.it"
    postman.register(first, taken)
    postman.register(second, mine)
    login = {"supplier": SUPPLIER, "user_id": mine, "password": PASSWORD}
    bearer = {"Authorization": f"Bearer {postman.post('/login', login).json['access_token']}"}
    token = postman.post("/account/reauth", {"password": PASSWORD}, **bearer).json["reauth_token"]
    asked = postman.post("/account/user-id", {"reauth_token": token, "user_id": taken}, **bearer)
    assert (asked.status, set(asked.json)) == (202, {"confirmation_token", "expires_in"})
    assert "qualcuno vuole usare questo indirizzo" in postman.wait_for(taken, "già registrato").text


def test_everything_that_is_held_is_exported(owner: _Owner) -> None:
    tokens = owner.log_in().json
    owner.call(tokens, "/account", {"phone": "333 12 34 567"}, "PATCH")
    assert owner.call(tokens, "/account/export", {"reauth_token": "x"}).code == "reauth_token_invalid"
    found = owner.call(tokens, "/account/export", {"reauth_token": owner.reauth(tokens).json["reauth_token"]})
    assert found.status == 200, found.content
    jsonschema.validate(found.json, json.loads(Path("docs/export.schema.json").read_text(encoding="utf-8")))
    assert (found.json["account"]["user_id"], found.json["account"]["phone"]) == (owner.user_id, "+393331234567")
    assert [each["customer_code"] for each in found.json["customers"]] == [owner.customer.code]


def test_no_document_is_asked_for_where_none_is_configured(owner: _Owner) -> None:
    assert all(supplier["documents"] == [] for supplier in owner.caller.get("/suppliers").json["suppliers"])
    tokens = owner.log_in().json
    refused = owner.call(tokens, "/account/accepted", {"accepted": [{"document": "terms", "version": "1"}]})
    assert refused.field_codes == {("accepted", "unknown_document")}
