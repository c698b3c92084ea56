"""A forgotten password over HTTP, as long as no mail is configured: the question, its answer, a new password."""

import base64
import json
from typing import Any, NamedTuple

import pytest

from tests.integration.caller import Answer, Caller, all_at_once
from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials, person
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack

_NEW = "cinque lucci verdi"
_QUESTION = "Come si chiamava il mio primo gatto?"


class Registered(NamedTuple):
    customer: Customer
    user_id: str
    step_token: str


@pytest.fixture
def mario(caller: Caller, stored: Any) -> Registered:
    return _register(caller, stored(person()))


def _register(caller: Caller, customer: Customer) -> Registered:
    user_id = f"Recover.{customer.code}@Example.it"
    step_token = caller.post("/verify", claim(customer)).json["step_token"]
    assert caller.post("/credentials", credentials(step_token, user_id)).status == 201
    return Registered(customer, user_id, step_token)


def _start(caller: Caller, user_id: str, **changes: Any) -> Answer:
    return caller.post("/recovery", {"supplier": SUPPLIER, "user_id": user_id} | changes)


def _token(caller: Caller, user_id: str) -> str:
    return str(_start(caller, user_id).json["recovery_token"])


def _answer(caller: Caller, token: str, **changes: Any) -> Answer:
    typed = {"answer": "BRICIOLA", "password": _NEW, "password_repeat": _NEW}
    return caller.post("/recovery/password", {"recovery_token": token} | typed | changes)


def _login(caller: Caller, user_id: str, password: str) -> Answer:
    return caller.post("/login", {"supplier": SUPPLIER, "user_id": user_id, "password": password})


def _account(caller: Caller, session: Answer) -> int:
    return caller.get("/account", Authorization=f"Bearer {session.json['access_token']}").status


def _without(answer: Answer, *texts: str) -> bytes:
    content = answer.content
    for text in texts:
        content = content.replace(json.dumps(text, ensure_ascii=False).encode(), b'""')
    return content


def test_a_forgotten_password_is_replaced_and_every_session_ends(caller: Caller, mario: Registered) -> None:
    sessions = [_login(caller, mario.user_id, PASSWORD) for _ in range(2)]
    started = _start(caller, mario.user_id.upper())
    assert (started.status, started.headers["cache-control"]) == (200, "no-store")
    assert started.json == {
        "recovery_token": started.json["recovery_token"],
        "expires_in": 900,
        "next": "answer",
        "question": _QUESTION,
    }
    changed = _answer(caller, started.json["recovery_token"])
    assert (changed.status, changed.content) == (204, b"")
    for session in sessions:
        assert _account(caller, session) == 401
        renewed = caller.post("/login/refresh", {"refresh_token": session.json["refresh_token"]})
        assert renewed.code == "refresh_token_invalid"
    assert _login(caller, mario.user_id, PASSWORD).code == "invalid_credentials"


def test_who_logs_in_right_after_it_is_in(caller: Caller, mario: Registered) -> None:
    assert _answer(caller, _token(caller, mario.user_id)).status == 204
    session = _login(caller, mario.user_id, _NEW)
    assert _account(caller, session) == 200
    assert caller.post("/login/refresh", {"refresh_token": session.json["refresh_token"]}).status == 200


def test_the_waits_that_guesses_have_earned_are_forgotten(caller: Caller, mario: Registered) -> None:
    assert [_login(caller, mario.user_id, "wrong").status for _ in range(6)] == [401] * 5 + [429]
    for _ in range(4):
        _start(caller, mario.user_id)
    assert _answer(caller, _token(caller, mario.user_id)).status == 204
    assert _login(caller, mario.user_id, _NEW).status == 200
    assert _start(caller, mario.user_id).status == 200


def test_unknown_addresses_get_the_same_bytes_but_for_the_texts(caller: Caller, mario: Registered) -> None:
    users = (
        mario.user_id,
        f"nobody{mario.customer.code}@example.it",
        "no address",
        mario.user_id.replace("i", "\u0131"),
    )
    started = [_start(caller, user_id) for user_id in users]
    bodies = {_without(answer, answer.json["recovery_token"], answer.json["question"]) for answer in started}
    assert len(bodies) == 1
    assert len({len(answer.json["recovery_token"]) for answer in started}) == 1
    assert [answer.json["question"] == _QUESTION for answer in started] == [True, False, False, False]
    wrong = [_answer(caller, answer.json["recovery_token"], answer="Fuffi") for answer in started]
    assert {(answer.status, answer.code) for answer in wrong} == {(422, "answer_invalid")}
    assert len({_without(answer, answer.json["instance"]) for answer in wrong}) == 1
    for answers in (started, wrong):
        assert len({tuple(sorted(set(answer.headers) - {"date"})) for answer in answers}) == 1


def test_an_invented_question_stays(caller: Caller) -> None:
    user_id = f"nobody{caller.address}@example.it"
    assert len({_start(caller, user_id).json["question"] for _ in range(3)}) == 1


def test_the_question_is_the_suppliers_own(caller: Caller, mario: Registered) -> None:
    elsewhere = _start(caller, mario.user_id, supplier="unogas-gas-e-luce")
    assert elsewhere.json["question"] != _QUESTION
    assert _answer(caller, elsewhere.json["recovery_token"]).code == "answer_invalid"
    assert _login(caller, mario.user_id, PASSWORD).status == 200


def test_five_wrong_answers_end_it_and_the_account_does_not_lock(caller: Caller, mario: Registered) -> None:
    token = _token(caller, mario.user_id)
    codes = [_answer(caller, token, answer="Fuffi").code for _ in range(6)]
    assert codes == ["answer_invalid"] * 5 + ["recovery_token_invalid"]
    assert _answer(caller, token).code == "recovery_token_invalid"
    assert _login(caller, mario.user_id, PASSWORD).status == 200
    assert _answer(caller, _token(caller, mario.user_id)).status == 204


def test_of_twenty_parallel_answers_five_are_compared(caller: Caller, mario: Registered) -> None:
    token = _token(caller, mario.user_id)
    answers = all_at_once(lambda _: _answer(caller, token, answer="Fuffi"), range(20))
    codes = [answer.code for answer in answers]
    assert codes.count("answer_invalid") == 5
    assert set(codes) <= {"answer_invalid", "recovery_token_invalid", "too_many_attempts"}


def test_of_ten_parallel_right_answers_one_changes_the_password(caller: Caller, mario: Registered) -> None:
    token = _token(caller, mario.user_id)
    passwords = [f"lucci verdi numero {number}" for number in range(10)]
    answers = all_at_once(lambda new: _answer(caller, token, password=new, password_repeat=new), passwords)
    assert sorted(answer.status for answer in answers) == [204] + [401] * 9
    [new] = [password for password, answer in zip(passwords, answers, strict=True) if answer.status == 204]
    assert _login(caller, mario.user_id, new).status == 200


def test_a_token_is_good_once_but_for_repeats_and_a_new_password_ends_the_others(
    caller: Caller, mario: Registered
) -> None:
    others, customers = (_token(caller, mario.user_id) for _ in range(2))
    assert _answer(caller, others, answer="Fuffi").code == "answer_invalid"
    assert _answer(caller, customers).status == 204
    assert _answer(caller, customers).status == 204
    assert _answer(caller, customers, answer="Fuffi").code == "recovery_token_invalid"
    assert _answer(caller, others).code == "answer_invalid"


def test_tokens_of_other_steps_are_refused_everywhere(caller: Caller, mario: Registered, stored: Any) -> None:
    session = _login(caller, mario.user_id, PASSWORD).json
    recovery = _token(caller, mario.user_id)
    fresh_step = caller.post("/verify", claim(stored(person()))).json["step_token"]
    for token in (mario.step_token, fresh_step, session["access_token"], session["refresh_token"], "x", "a.b.c"):
        refused = _answer(caller, token)
        assert (refused.status, refused.code) == (401, "recovery_token_invalid")
    assert caller.post("/credentials", credentials(recovery, "a@example.it")).code == "step_token_invalid"
    assert caller.get("/account", Authorization=f"Bearer {recovery}").code == "access_token_invalid"
    assert caller.post("/login/refresh", {"refresh_token": recovery}).code == "refresh_token_invalid"
    assert _answer(caller, recovery).status == 204


def test_a_token_is_of_its_account_and_its_supplier(caller: Caller, mario: Registered, stored: Any) -> None:
    luisa = _register(caller, stored(person()))
    tokens = [_token(caller, user.user_id) for user in (mario, luisa)]
    spliced = [".".join([*tokens[0].split(".")[:2], tokens[1].split(".")[2]])]
    head, claims, signature = tokens[0].split(".")
    for old, new in ((SUPPLIER, "unogas-gas-e-luce"), ('"recovery-answer"', '"recovery-code"')):
        changed = base64.urlsafe_b64decode(claims + "==").decode().replace(old, new)
        spliced.append(f"{head}.{base64.urlsafe_b64encode(changed.encode()).decode().rstrip('=')}.{signature}")
    for token in spliced:
        assert _answer(caller, token).code == "recovery_token_invalid"
    assert _answer(caller, tokens[0]).status == 204
    assert _login(caller, luisa.user_id, PASSWORD).status == 200


def test_the_token_says_nothing_of_the_person(caller: Caller, mario: Registered) -> None:
    token = _token(caller, mario.user_id)
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims.keys() == {"jti", "aud", "iat", "exp", "supplier", "address", "recovery"}
    assert not [value for value in map(str, claims.values()) if "example" in value or mario.customer.code in value]


def test_without_mail_every_code_is_refused_with_its_token(caller: Caller, mario: Registered) -> None:
    for token in (_token(caller, mario.user_id), mario.step_token, "x"):
        refused = caller.post("/recovery/code", {"recovery_token": token, "code": "123456"})
        assert (refused.status, refused.code) == (401, "recovery_token_invalid")


def test_wrong_fields_cost_no_try_and_tell_a_stranger_nothing(caller: Caller, mario: Registered) -> None:
    token = _token(caller, mario.user_id)
    for _ in range(6):
        wrong = _answer(caller, token, password="1234", password_repeat="x", nickname="x")
        assert wrong.field_codes == {
            ("nickname", "unknown_field"),
            ("password", "password_too_short"),
            ("password", "password_too_common"),
            ("password_repeat", "repeat_differs"),
        }
    traceable = {"password": "Dangelo-2024", "password_repeat": "Dangelo-2024"}
    assert _answer(caller, token, answer="Fuffi", **traceable).code == "answer_invalid"
    for _ in range(6):
        assert _answer(caller, token, **traceable).field_codes == {("password", "password_traceable")}
    assert _answer(caller, token).status == 204


def test_an_address_waits_after_ten_recoveries_known_or_not(caller: Caller, mario: Registered) -> None:
    for user_id in (mario.user_id, f"nobody{mario.customer.code}@example.it"):
        answers = [_start(caller, user_id) for _ in range(12)]
        assert [answer.status for answer in answers] == [200] * 10 + [429] * 2
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 960


def test_a_reminder_is_taken_for_everyone(caller: Caller, mario: Registered) -> None:
    request = {"supplier": SUPPLIER, "customer_code": mario.customer.code, "tax_code": mario.customer.codice_fiscale}
    for change in ({}, {"customer_code": "0999999999"}, {"tax_code": "RSSMRA80A01H501U"}):
        answer = caller.post("/recovery/user-id", request | change)
        assert (answer.status, answer.json) == (202, {})
