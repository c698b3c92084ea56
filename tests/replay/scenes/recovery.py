"""A forgotten password while no mail is configured, and the reminder of a user id."""

from typing import Any

from tests.integration.caller import Answer
from tests.integration.customers import SUPPLIER, claim, person
from tests.replay.play import Play
from tests.replay.scenes.languages import LANGUAGES

_NEW = "cinque lucci verdi"


def _start(play: Play, name: str, user_id: str, **changes: Any) -> str:
    answer = play.post(name, "/recovery", {"supplier": SUPPLIER, "user_id": user_id} | changes)
    return str(answer.json["recovery_token"])


def _answer(play: Play, name: str, token: str, language: str = "it", **changes: Any) -> Answer:
    typed = {"answer": "BRICIOLA", "password": _NEW, "password_repeat": _NEW}
    body = {"recovery_token": token} | typed | changes
    return play.post(name, "/recovery/password", body, Accept_Language=language)


def a_forgotten_password(play: Play) -> None:
    user = play.registered()
    session = play.session(user)
    token = _start(play, "start", user.user_id.upper())
    _answer(play, "a wrong answer", token, answer="Fuffi")
    _answer(play, "the right answer, spelled otherwise", token, answer=" bri-cìola! ")
    _answer(play, "spent", token)
    play.get("account", "/account", Authorization=f"Bearer {session['access_token']}")
    play.post("refresh", "/login/refresh", {"refresh_token": session["refresh_token"]})
    play.post("login, old password", "/login", user.login())
    play.post("login, new password", "/login", user.login(password=_NEW))


def known_and_unknown(play: Play) -> None:
    """Questions of unknown addresses are invented, and answers never fit."""
    user = play.registered()
    for name, typed in (
        ("known", user.user_id),
        ("unknown", f"x{user.user_id}"),
        ("no address", "nobody at all"),
        ("a dotless i", user.user_id.replace("i", "\u0131")),
        ("another supplier", user.user_id),
    ):
        supplier = "unogas-gas-e-luce" if name == "another supplier" else SUPPLIER
        token = _start(play, name, typed, supplier=supplier)
        _answer(play, f"{name}, wrong", token, answer="Fuffi")
        _answer(play, f"{name}, wrong and traceable", token, answer="Fuffi", password="Dangelo-2024")
        if name != "known":
            _answer(play, f"{name}, right", token)


def answers_in_every_language(play: Play) -> None:
    user = play.registered()
    token = play.recovery_token(user)
    for language in LANGUAGES:
        _answer(play, f"a wrong answer {language}", token, language, answer="Fuffi")
    _answer(play, "the fourth", token, answer="Fuffi")
    _answer(play, "the fifth", token, answer="Fuffi")
    for language in LANGUAGES:
        _answer(play, f"after five {language}", token, language)


_FAULTS: dict[str, dict[str, Any]] = {
    "short and common": {"password": "1234", "password_repeat": "x", "nickname": "x"},
    "traceable, the right answer": {"password": "Dangelo-2024", "password_repeat": "Dangelo-2024"},
    "traceable and repeated otherwise": {"password": "Dangelo-2024"},
    "traceable, a wrong answer": {"password": "Dangelo-2024", "password_repeat": "Dangelo-2024", "answer": "Fuffi"},
    "the supplier": {"password": "unogas energia", "password_repeat": "unogas energia"},
    "the password is the answer": {"password": "briciola!", "password_repeat": "briciola!"},
    "nothing is left of the answer": {"answer": "!!"},
    "no answer and no password": {"answer": " ", "password": ""},
    "a blank password": {"password": " " * 9, "password_repeat": " " * 9},
    "257 letters": {"password": "aZ3 " * 64 + "x", "password_repeat": "aZ3 " * 64 + "x"},
    "1,025 letters": {"password": "x" * 1025, "password_repeat": "x" * 1025},
    "repeated otherwise": {"password_repeat": "Cinque lucci verdi"},
    "a password with a control": {"password": "cinque\u0007lucci", "password_repeat": "cinque\u0007luccio"},
    "an answer with a control": {"answer": "Bri\u0007ciola"},
    "many kinds": {"answer": 1, "password": [], "password_repeat": {}},
}


def faults(play: Play) -> None:
    """Wrong fields cost no try; whether a password is traceable is said to the right answer alone."""
    user = play.registered()
    token = play.recovery_token(user)
    for name, changes in _FAULTS.items():
        _answer(play, name, token, **changes)
    for language in LANGUAGES:
        _answer(play, f"short and common {language}", token, language, **_FAULTS["short and common"])
        traceable = {"password": "Dangelo-2024", "password_repeat": "Dangelo-2024"}
        _answer(play, f"traceable {language}", token, language, **traceable)
    _answer(play, "good at last", token)


def a_newer_recovery(play: Play) -> None:
    user = play.registered()
    older, newer = (_start(play, "start", user.user_id) for _ in range(2))
    _answer(play, "the older", older)
    _answer(play, "the newer", newer)


def reminders(play: Play) -> None:
    """Everybody gets the same answer."""
    user, other = play.registered(), play.person("other")
    asked = {"supplier": SUPPLIER, "customer_code": user.customer.code, "tax_code": user.customer.codice_fiscale}
    typed = {
        "right": {},
        "another tax code": {"tax_code": "RSSMRA80A01H501U"},
        "a partita IVA": {"tax_code": "IT 12345670017"},
        "not registered": {"customer_code": other.code},
        "nobody": {"customer_code": person(code=play.code("nobody")).code},
        "another supplier": {"supplier": "unogas-gas-e-luce"},
        "separators": {"customer_code": f" {user.customer.code[:4]}-{user.customer.code[4:]}"},
    }
    for name, changes in typed.items():
        play.post(name, "/recovery/user-id", asked | changes)
    play.post("a bad tax code", "/recovery/user-id", asked | {"tax_code": "RSSMRA80A01H501X"})
    play.post("a bad code", "/recovery/user-id", asked | {"customer_code": "1"})
    play.post("all of step one", "/recovery/user-id", claim(user.customer))
