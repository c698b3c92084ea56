"""E-mail addresses, passwords and answers that are chosen at step two.

A field that is unknown keeps the good ones from registering, so that only its own fault is left.
"""

from collections.abc import Mapping
from typing import Any

from tests.integration.customers import credentials
from tests.replay import spellings
from tests.replay.play import Play
from tests.replay.scenes.languages import LANGUAGES

_MOST_TRIES = 8  # with one step token
_COMBINED: dict[str, dict[str, Any]] = {
    "nothing typed": dict.fromkeys(("password", "password_repeat", "question", "answer", "answer_repeat"), ""),
    "short, common, traceable": {"password": "Nicolo1", "password_repeat": "Nicolo1"},
    "short and repeated otherwise": {"password": "1234567"},
    "repeated in other capitals": {"password_repeat": "Quattro trote blu"},
    "repeated with a blank": {"password_repeat": "quattro trote blu "},
    "repeated decomposed": {"password": "perché no 77", "password_repeat": "perche\u0301 no 77"},
    "256 letters": {"password": "aZ3 " * 64, "password_repeat": "aZ3 " * 64},
    "257 letters": {"password": "aZ3 " * 64 + "x", "password_repeat": "aZ3 " * 64 + "x"},
    "257 letters before NFC": {"password": "e\u0301" * 128 + " bcdfgh 7 lucci", "password_repeat": "x"},
    "no password, a repeat": {"password": "", "password_repeat": "quattro trote blu"},
    "a password that is a number": {"password": 12345678, "password_repeat": 12345678},
    "no repeat": {"password_repeat": None},
    "the answer is the password": {"answer": "quattro trote blu", "answer_repeat": "quattro trote blu"},
    "the answer is in the question": {"question": "Briciola o Fuffi?", "answer": "briciola"},
    "the answer repeated otherwise": {"answer_repeat": "Fuffi"},
    "the answer repeated in capitals": {"answer_repeat": "BRICIOLA!"},
    "the question is the answer": {"question": "Briciola"},
    "no question": {"question": " "},
    "a question of one letter": {"question": "?"},
    "a question with a control": {"question": "Il mio\u0007 gatto?"},
    "all wrong": {
        "user_id": "Mario Rossi <m@x.it>",
        "password": "Dangelo",
        "password_repeat": "other",
        "answer": "gatto",
        "answer_repeat": "cane",
        "zeta": 1,
    },
    "all wrong, other faults": {
        "user_id": "",
        "password": "x" * 1025,
        "password_repeat": [],
        "question": "x" * 201,
        "answer": "!",
        "answer_repeat": {},
    },
    "addresses in a password": {"user_id": "zucchina@ortaggi.example", "password": "ortaggi-verdi-1"},
}


def _played(play: Play, bodies: Mapping[str, dict[str, Any]], **headers: str) -> None:
    customer = play.person()
    token, user_id = "", play.address(customer)
    for number, (name, chosen) in enumerate(bodies.items()):
        if number % _MOST_TRIES == 0:
            token = play.step_token(customer)
        play.post(name, "/credentials", {"nickname": "x"} | credentials(token, user_id) | chosen, **headers)


def _addresses() -> list[str]:
    labels = {f"{{{length}}}": "a" * length for length in (63, 64, 65)}
    found = spellings.of("addresses")
    for short, label in labels.items():
        found = [text.replace(short, label) for text in found]
    return found


def addresses(play: Play) -> None:
    _played(play, {spellings.name(text): {"user_id": text} for text in _addresses()})


def addresses_at_login(play: Play) -> None:
    """Tell nobody whether what is typed could be an address at all."""
    for text in _addresses()[:8]:
        play.post(spellings.name(text), "/login", {"supplier": "unogas-energia", "user_id": text, "password": "x"})


def passwords(play: Play) -> None:
    _played(
        play, {spellings.name(text): {"password": text, "password_repeat": text} for text in spellings.of("passwords")}
    )


def answers(play: Play) -> None:
    _played(play, {spellings.name(text): {"answer": text, "answer_repeat": text} for text in spellings.of("answers")})


def faults_together(play: Play) -> None:
    _played(play, _COMBINED)


def faults_in_every_language(play: Play) -> None:
    several = {name: _COMBINED[name] for name in ("all wrong", "all wrong, other faults", "the answer is the password")}
    for language in LANGUAGES:
        _played(play, {f"{name} {language}": body for name, body in several.items()}, Accept_Language=language)
