"""Marked secrets go through every path, good and bad; none comes out in a log or an answer."""

from typing import Any

import pytest

from tests.integration.caller import Answer, Caller
from tests.integration.customers import SUPPLIER, claim, credentials, person

pytestmark = pytest.mark.stack

_PASSWORD = "segreto-MARCATO-pw-7391"
_ANSWER = "risposta MARCATA 4412"
_NEW_PASSWORD = "nuova-MARCATA-pw-5528"
_NAME = "Zenobia"
_TAX_CODE = "RSSZNB80A41H501Y"


def _bad_calls(caller: Caller, token: str) -> list[Answer]:
    junk = {"MARCATO": _PASSWORD, "password": [_PASSWORD], "tax_code": _TAX_CODE + "X", "answer": {"a": _ANSWER}}
    paths = (
        *("/verify", "/credentials", "/login", "/login/refresh", "/logout"),
        *("/recovery", "/recovery/password", "/reclaim", "/reclaim/confirm"),
    )
    tokens = {"refresh_token": token, "step_token": token, "recovery_token": token, "reclaim_token": token}
    answers = [caller.post(path, junk | tokens) for path in paths]
    answers += [
        caller.send("POST", path, f'{{"{_PASSWORD}'.encode(), Content_Type="application/json") for path in paths
    ]
    answers.append(caller.get("/account", Authorization=f"Bearer {_PASSWORD}"))
    answers.append(caller.get(f"/nowhere/{_TAX_CODE}"))
    return answers


def _recover(caller: Caller, user_id: str) -> tuple[str, list[Answer]]:
    """Recover the password, at the second try; return the token and the answers."""
    token = str(caller.post("/recovery", {"supplier": SUPPLIER, "user_id": user_id}).json["recovery_token"])
    chosen = {"recovery_token": token, "password": _NEW_PASSWORD, "password_repeat": _NEW_PASSWORD, "answer": _ANSWER}
    wrong = [chosen | {"answer": _ANSWER + "x"}, chosen | {"password_repeat": "x"}]
    changes = [dict.fromkeys(("password", "password_repeat"), value) for value in (_TAX_CODE, _ANSWER)]
    answers = [caller.post("/recovery/password", body) for body in (*wrong, *(chosen | each for each in changes))]
    assert {answer.status for answer in answers} == {422}
    changed = caller.post("/recovery/password", chosen)
    assert changed.status == 204
    return token, [*answers, changed]


def test_no_marked_secret_is_logged_or_echoed(caller: Caller, stored: Any, stack: Any) -> None:
    customer = stored(person(first_name=_NAME, last_name="Rossi", codice_fiscale=_TAX_CODE))
    user_id = f"zeta.{customer.code}@example.it"
    verified = caller.post("/verify", claim(customer))
    token = verified.json["step_token"]
    chosen = credentials(
        token,
        user_id,
        password=_PASSWORD,
        password_repeat=_PASSWORD,
        answer=_ANSWER,
        answer_repeat=_ANSWER,
    )
    wrong = caller.post("/credentials", chosen | {"password_repeat": "x"})
    registered = caller.post("/credentials", chosen)
    assert registered.status == 201
    login = {"supplier": SUPPLIER, "user_id": user_id, "password": _PASSWORD}
    session = caller.post("/login", login)
    refused = caller.post("/login", login | {"password": _PASSWORD + "x"})
    recovery_token, recovered = _recover(caller, user_id)
    answers = [wrong, registered, refused, *recovered, *_bad_calls(caller, token)]

    tokens = [token, session.json["refresh_token"], session.json["access_token"], recovery_token]
    secrets = [_PASSWORD, _NEW_PASSWORD, _ANSWER, _TAX_CODE, _NAME, *tokens]
    for answer in answers:
        text = answer.content.decode()
        assert not [secret for secret in secrets if secret.lower() in text.lower()]
    logs = stack.logs()
    assert "login_succeeded" in logs
    assert "password_recovered" in logs
    assert not [secret for secret in [*secrets, user_id, customer.code] if secret.lower() in logs.lower()]
