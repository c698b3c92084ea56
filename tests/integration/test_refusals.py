"""What is refused, and that a refusal never says more than it should."""

import base64
from typing import Any

import pytest

from tests.integration.caller import Caller
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials, person

pytestmark = pytest.mark.stack

_RECOVERY = ("/recovery", "/recovery/code", "/recovery/password", "/recovery/user-id")
_POSTS = ("/verify", "/credentials", "/login", "/login/refresh", "/logout", *_RECOVERY)
_SAME = {"instance": None}


@pytest.mark.parametrize(
    "change",
    [
        {"customer_code": "0999999999"},
        {"first_name": "Maria"},
        {"last_name": "Rossi"},
        {"tax_code": "RSSMRA80A01H501U"},
        {"first_name": None, "last_name": None, "company_name": "D'Angelo Srl"},
    ],
)
def test_whatever_differs_the_answer_is_one_and_the_same(caller: Caller, stored: Any, change: dict[str, Any]) -> None:
    answer = caller.post("/verify", claim(stored(person()), **change))
    assert (answer.status, answer.code) == (422, "customer_not_matched")
    plain = answer.json
    assert plain["errors"] == []
    hinted = plain.pop("hint", None)
    expected = caller.post("/verify", claim(person())).json
    assert hinted in (None, "name_and_tax_code_differ")
    if hinted is None:
        assert plain | _SAME == expected | _SAME


def test_a_closed_record_answers_like_none(caller: Caller, stored: Any) -> None:
    closed = caller.post("/verify", claim(stored(person(status="closed"))))
    unknown = caller.post("/verify", claim(person()))
    assert closed.json | _SAME == unknown.json | _SAME


def test_unknown_users_and_wrong_passwords_get_the_same_bytes(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"bytes{customer.code}@example.it"
    token = caller.post("/verify", claim(customer)).json["step_token"]
    caller.post("/credentials", credentials(token, user_id))
    answers = [
        caller.post("/login", {"supplier": SUPPLIER, "user_id": typed, "password": "not the right one"})
        for typed in (user_id, "nobody@example.it", "no address at all")
    ]
    contents = {answer.content.replace(answer.json["instance"].encode(), b"") for answer in answers}
    assert len(contents) == 1
    assert {(answer.status, answer.code) for answer in answers} == {(401, "invalid_credentials")}
    assert len({tuple(sorted(set(answer.headers) - {"date"})) for answer in answers}) == 1


def test_every_wrong_field_of_step_two_is_reported_at_once(caller: Caller, stored: Any) -> None:
    token = caller.post("/verify", claim(stored(person()))).json["step_token"]
    wrong = credentials(
        token,
        "Mario Rossi <m@x.it>",
        password="Dangelo",
        password_repeat="other",
        answer="gatto",
        answer_repeat="cane",
        nickname="x",
    )
    assert caller.post("/credentials", wrong).field_codes == {
        ("nickname", "unknown_field"),
        ("user_id", "invalid_email"),
        ("password", "password_too_short"),
        ("password", "password_too_common"),
        ("password", "password_traceable"),
        ("password_repeat", "repeat_differs"),
        ("answer", "answer_too_common"),
        ("answer", "answer_in_question"),
        ("answer_repeat", "repeat_differs"),
    }


@pytest.mark.parametrize(
    "password", ["password123", "ciao1234", "01/01/1980x", "D4ngelo-2024", "olocin&olocin", "3331234567a"]
)
def test_common_and_traceable_passwords_are_refused(caller: Caller, stored: Any, password: str) -> None:
    token = caller.post("/verify", claim(stored(person()), phone="333 123 45 67")).json["step_token"]
    answer = caller.post(
        "/credentials", credentials(token, "a@example.it", password=password, password_repeat=password)
    )
    assert {field for field, _ in answer.field_codes} == {"password"}


@pytest.mark.parametrize("path", _POSTS)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe\x00", 400),
        (b'{"password": "\xe9"}', 400),
        (b'{"user_id": "\\ud800"}', 400),
        (b"[" * 200_000, 413),
        (b"[" * 16_000, 400),
        (b'{"a": "' + b"x" * 1_000_000 + b'"}', 413),
        (b"[1, 2]", 400),
        (base64.b64encode(b"{}"), 400),
        (b'{"supplier": ["a"], "user_id": {}, "refresh_token": [], "customer_code": 1, "step_token": true}', 422),
        (b'{"nickname": "x"}', 422),
        (b"{}", 422),
    ],
)
def test_bad_bodies_get_the_contracts_error(caller: Caller, path: str, body: bytes, status: int) -> None:
    answer = caller.send("POST", path, body, Content_Type="application/json")
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json) == {"type", "title", "status", "detail", "instance", "code", "errors"}


def test_the_gateways_own_errors_are_problems_too(caller: Caller) -> None:
    for method, path in (("GET", "/nowhere"), ("DELETE", "/login"), ("GET", "/verify"), ("POST", "/suppliers")):
        answer = caller.send(method, path)
        assert 400 <= answer.status < 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json) == {"type", "title", "status", "detail", "instance", "code", "errors"}


def test_waits_cannot_be_dodged_with_a_forged_address(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    wrong = claim(customer, first_name="Maria")
    codes = [caller.post("/verify", wrong, X_Forwarded_For=f"203.0.113.{number}") for number in range(12)]
    assert [answer.status for answer in codes] == [422] * 10 + [429] * 2
    assert 1 <= int(codes[-1].headers["retry-after"]) <= 960
    right = caller.post("/verify", claim(customer))
    assert right.code == "too_many_attempts"


def test_a_source_that_guesses_at_many_customers_waits_too(caller: Caller) -> None:
    statuses = [caller.post("/verify", claim(person())).status for _ in range(102)]
    assert statuses == [422] * 100 + [429] * 2
    forged = caller.post("/verify", claim(person()), X_Forwarded_For="203.0.113.1")
    assert forged.code == "too_many_attempts"


def test_an_unknown_user_is_counted_like_a_known_one(caller: Caller) -> None:
    body = {"supplier": SUPPLIER, "user_id": f"nobody{caller.address}@example.it", "password": PASSWORD}
    assert [caller.post("/login", body).status for _ in range(7)] == [401] * 5 + [429] * 2


def test_a_known_device_is_counted_apart_from_strangers(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"device{customer.code}@example.it"
    token = caller.post("/verify", claim(customer)).json["step_token"]
    assert caller.post("/credentials", credentials(token, user_id)).status == 201
    right = {"supplier": SUPPLIER, "user_id": user_id, "password": PASSWORD}
    wrong = right | {"password": "not the right one"}
    known = {"device_token": caller.post("/login", right).json["device_token"]}
    assert [caller.post("/login", wrong).status for _ in range(6)] == [401] * 5 + [429]
    assert caller.post("/login", right).code == "too_many_attempts"
    assert caller.post("/login", right | known).json["device_token"] == known["device_token"]
    assert [caller.post("/login", wrong | known).status for _ in range(6)] == [401] * 5 + [429]
    assert caller.post("/login", right | known).code == "too_many_attempts"


def test_the_token_of_a_finished_recovery_stands_for_the_device(caller: Caller, stored: Any) -> None:
    customer = stored(person())
    user_id = f"recovered{customer.code}@example.it"
    token = caller.post("/verify", claim(customer)).json["step_token"]
    chosen = credentials(token, user_id)
    assert caller.post("/credentials", chosen).status == 201
    started = caller.post("/recovery", {"supplier": SUPPLIER, "user_id": user_id}).json
    recovery = {"recovery_token": started["recovery_token"], "answer": chosen["answer"]}
    new = "cinque lucci verdi"
    changed = caller.post("/recovery/password", recovery | {"password": new, "password_repeat": new})
    assert changed.status == 204
    body = {"supplier": SUPPLIER, "user_id": user_id}
    assert [caller.post("/login", body | {"password": "x"}).status for _ in range(6)] == [401] * 5 + [429]
    known = {"password": new, "device_token": recovery["recovery_token"]}
    assert caller.post("/login", body | {"password": new}).code == "too_many_attempts"
    assert caller.post("/login", body | known).status == 200


def test_ten_tries_per_step_token(caller: Caller, stored: Any) -> None:
    token = caller.post("/verify", claim(stored(person()))).json["step_token"]
    body = credentials(token, "not an address")
    assert [caller.post("/credentials", body).status for _ in range(12)] == [422] * 10 + [429] * 2


def test_sites_of_others_are_refused_and_ours_are_told_so(caller: Caller, stack: Any) -> None:
    ours = stack.origin
    assert caller.send("OPTIONS", "/verify", Origin=ours).status == 204
    assert caller.get("/suppliers", Origin=ours).headers["access-control-allow-origin"] == ours
    refused = caller.post("/verify", {}, Origin=ours)
    assert refused.headers["access-control-allow-origin"] == ours
    for method in ("OPTIONS", "POST"):
        answer = caller.send(method, "/verify", b"{}", Origin="https://evil.example", Content_Type="application/json")
        assert (answer.status, answer.code) == (403, "origin_refused")
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("language", "word"), [("it", "Controlli"), ("en", "check"), ("de", "prüfen")])
def test_errors_speak_the_callers_language(caller: Caller, language: str, word: str) -> None:
    answer = caller.post("/login", {}, Accept_Language=language)
    assert answer.headers["content-language"] == language
    assert word in answer.json["title"]
