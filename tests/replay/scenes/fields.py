"""Fields of the wrong kind, length and letters, on every route; unknown fields; and the order of what is reported."""

from typing import Any

from tests.integration.customers import PASSWORD, SUPPLIER, credentials
from tests.replay.play import Play
from tests.replay.scenes.routes import FIELDS, POSTS, body

# What a field can be instead of a text. No route takes any of these.
_KINDS: dict[str, Any] = {
    "null": None,
    "an empty text": "",
    "blanks": " \t\u00a0",
    "a number": 1,
    "true": True,
    "a list": ["a"],
    "an object": {"a": "b"},
}
_LETTERS = {
    "a control character": "a\u0007b",
    "a C1 control character": "a\u0085b",
    "a private use character": "a\ue000b",
    "a format character": "a\u200bb",
    "a noncharacter": "a\uffffb",
    "a decomposed letter": "Nicolo\u0300",
}


def _shape(play: Play, path: str) -> dict[str, Any]:
    """Return a body of this route that goes as far as the checks of its fields, and no further."""
    if path != "/credentials":
        return body(path, play.code())
    play.move()
    return credentials(play.step_token(play.person("step two")), "no address")


def every_field_of_another_kind(play: Play) -> None:
    for path in POSTS:
        play.post(f"{path} no field", path, {})
        for name, value in _KINDS.items():
            play.post(f"{path} all {name}", path, dict.fromkeys(FIELDS[path], value))


def one_field_less(play: Play) -> None:
    for path in POSTS:
        for field in FIELDS[path]:
            right = _shape(play, path)
            play.post(f"{path} without {field}", path, {name: right[name] for name in right if name != field})


def long_and_strange_texts(play: Play) -> None:
    for path in POSTS:
        for field, longest in FIELDS[path].items():
            play.move()
            right = _shape(play, path)
            play.post(f"{path} {field} just long enough", path, right | {field: "a" * longest})
            play.post(f"{path} {field} too long", path, right | {field: "a" * (longest + 1)})
            play.post(f"{path} {field} with a control", path, right | {field: _LETTERS["a control character"]})


def strange_letters_at_step_one(play: Play) -> None:
    for name, text in _LETTERS.items():
        play.post(f"all with {name}", "/verify", dict.fromkeys(FIELDS["/verify"], text))
    for name, text in (("too long but for blanks", f"{'x' * 100}  "), ("too long but for NFC", "e\u0301" * 100)):
        play.post(name, "/verify", body("/verify", play.code(name)) | {"first_name": text})
    controls = body("/verify", play.code("controls")) | {"first_name": "\u0007" * 101}
    play.post("too long and the wrong letters", "/verify", controls)


_UNKNOWN: dict[str, list[str]] = {
    "a good name": ["nickname"],
    "a capital": ["Nickname"],
    "a digit": ["line2"],
    "a dash": ["user-id"],
    "a blank": ["user_id "],
    "no name": [""],
    "40 letters": ["a" * 40],
    "41 letters": ["a" * 41],
    "an accent": ["età"],
    "underlines": ["__proto__"],
    "an underline at the end": ["password_"],
    "a secret": [PASSWORD],
    "a line break at the end": ["nickname\n"],
    "a dot": ["a.b"],
    "a field of another route": ["customer_code", "refresh_token"],
    "many": [f"field_{letter}" for letter in "zyxabc"],
    "good and odd ones": ["zeta", "0", "alpha", "ALPHA", "beta"],
}


def unknown_fields(play: Play) -> None:
    for name, fields in _UNKNOWN.items():
        play.post(name, "/login", dict.fromkeys(fields, "x") | {"supplier": SUPPLIER, "password": "x"})
    for path in POSTS:
        play.post(f"{path} before and behind", path, {"zeta": 1} | _shape(play, path) | {"alpha": None})


def many_faults_at_once(play: Play) -> None:
    """Fields are reported in the order of the route, whatever the order in the body."""
    for path in POSTS:
        kinds = list(_KINDS.values())
        mixed = {field: kinds[number % len(kinds)] for number, field in enumerate(FIELDS[path])}
        play.post(f"{path} mixed", path, {"other": 1} | mixed)
        play.post(f"{path} mixed, backwards", path, dict(reversed(({"other": 1} | mixed).items())))
    for language in ("it", "en", "de"):
        wrong = {"supplier": "acme", "customer_code": "?", "first_name": "1", "phone": "1", "tax_code": "1", "x": 1}
        play.post(f"step one, {language}", "/verify", wrong | {"company_name": "?" * 201}, Accept_Language=language)
        play.post(f"controls, {language}", "/verify", {"first_name": "\u0007"}, Accept_Language=language)
