"""Registration and recovery where mail is sent: codes, and what they confirm."""

from collections.abc import Callable
from typing import Any

from tests.integration.caller import Answer
from tests.integration.customers import SUPPLIER, claim, credentials, person
from tests.replay import crafting
from tests.replay.play import Play, User
from tests.replay.scenes.languages import LANGUAGES

_NEW = "cinque lucci verdi"


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def _confirm(play: Play, name: str, token: str, code: str, language: str = "it") -> Answer:
    body = {"confirmation_token": token, "code": code}
    return play.post(name, "/credentials/confirm", body, Accept_Language=language)


def _choose(play: Play, name: str, customer: Any, user_id: str, language: str = "it") -> str:
    body = credentials(play.step_token(customer), user_id)
    answer = play.post(name, "/credentials", body, Accept_Language=language, Origin=play.world.stack.origin)
    return str(answer.json["confirmation_token"])


def a_registration_with_a_code(play: Play) -> None:
    customer = play.person()
    user_id = f"Nicolo.{customer.code}@Example.it"
    token = _choose(play, "step two", customer, user_id, "de")
    user = User(customer, user_id)
    play.post("login too early", "/login", user.login())
    code = play.caller.code(user_id)
    for language in LANGUAGES:
        _confirm(play, f"a wrong code {language}", token, _wrong(code), language)
    _confirm(play, "spaces", token, f" {code[:3]} {code[3:]} ", "en")
    for language in LANGUAGES:
        _confirm(play, f"spent {language}", token, code, language)
    session = play.post("login", "/login", user.login()).json
    play.get("account", "/account", Authorization=f"Bearer {session['access_token']}")
    play.post("step one", "/verify", claim(customer))


def ways_to_type_a_code(play: Play) -> None:
    shapes: dict[str, Callable[[str], str]] = {
        "full-width digits": lambda code: code.translate({48 + n: 0xFF10 + n for n in range(10)}),
        "dashes and dots": lambda code: f"{code[:2]}-{code[2:4]}.{code[4:]}",
    }
    for name, shape in shapes.items():
        customer = play.person(name)
        token = _choose(play, f"{name}, step two", customer, play.address(customer))
        code = play.caller.code(play.address(customer))
        for other in ("", " ", code[:5], f"{code}0"):
            shown = "all" if len(other) > 6 else f"{len(other)}"
            _confirm(play, f"{name}, {shown} digits", token, other)
        _confirm(play, name, token, shape(code))


def five_wrong_codes(play: Play) -> None:
    customer = play.person()
    token = _choose(play, "step two", customer, play.address(customer))
    code = play.caller.code(play.address(customer))
    for typed in (_wrong(code), "x", code[:-1], "12345678901234567890", _wrong(code)):
        _confirm(play, "wrong", token, typed)
    _confirm(play, "right", token, code)
    play.post("resend", "/credentials/confirm/resend", {"confirmation_token": token})
    again = _choose(play, "step two again", customer, play.address(customer))
    _confirm(play, "the old token", token, code)
    _confirm(play, "the new token and the old code", again, code)


def confirmation_tokens(play: Play) -> None:
    customer, sign = play.person(), crafting.hs256(play.world.secret)
    token = _choose(play, "step two", customer, play.address(customer))
    code = play.caller.code(play.address(customer))
    for name, other in crafting.few_changes(token, sign).items():
        _confirm(play, name, other, code)
    for language in LANGUAGES:
        _confirm(play, f"expired {language}", crafting.expired(token, sign), code, language)
    for name, other in {"the real one": token, "expired": crafting.expired(token, sign), "none": "x"}.items():
        body = {"confirmation_token": other}
        play.post(f"resend, {name}", "/credentials/confirm/resend", body, Origin=play.world.stack.origin)
    others = {"a step token": play.step_token(customer), "a recovery token": _recovery_token(play)}
    for name, other in others.items():
        _confirm(play, name, other, code)
        play.post(f"resend, {name}", "/credentials/confirm/resend", {"confirmation_token": other})
    play.post("as a step token", "/credentials", credentials(token, "a@example.it"))
    play.post("as a recovery token", "/recovery/code", {"recovery_token": token, "code": code})
    play.post("as a refresh token", "/login/refresh", {"refresh_token": token})
    play.get("as an access token", "/account", Authorization=f"Bearer {token}")
    _confirm(play, "the real one", token, code)


def _recovery_token(play: Play) -> str:
    return str(play.caller.recover(f"x.{play.code()}@example.it").json["recovery_token"])


def a_taken_address(play: Play) -> None:
    """Nobody but the owner is told that it is taken."""
    owner = play.registered("owner")
    free = play.person("free")
    _choose(play, "a free address", free, play.address(free))
    token = _choose(play, "a taken address", play.person("other"), owner.user_id.upper())
    for _ in range(6):
        _confirm(play, "any code", token, "123456")


def registrations_side_by_side(play: Play) -> None:
    customer, user_id = play.person(), f"primo.{play.code()}@example.it"
    older = _choose(play, "the older", customer, user_id)
    code = play.caller.code(user_id)
    newer = _choose(play, "the newer", customer, play.address(customer))
    _confirm(play, "confirm the older", older, code)
    play.person(status="closed")
    code = play.caller.code(play.address(customer))
    _confirm(play, "a record closed meanwhile", newer, code)
    play.person()
    _confirm(play, "a record open again", newer, code)


def ten_codes_for_one_address(play: Play) -> None:
    user_id = f"dieci.{play.code()}@example.it"
    for number in range(10):
        customer = play.person(str(number))
        play.caller.post("/credentials", credentials(play.step_token(customer), user_id))
    for language in LANGUAGES:
        customer = play.person(language)
        body = credentials(play.step_token(customer), user_id)
        play.post(language, "/credentials", body, Accept_Language=language)


def a_recovery_with_a_code(play: Play) -> None:
    user = play.registered()
    session = play.session(user)
    asked = {"supplier": SUPPLIER, "user_id": user.user_id}
    known = play.post("known", "/recovery", asked, Origin=play.world.stack.origin).json["recovery_token"]
    unknown = play.post("unknown", "/recovery", asked | {"user_id": f"x{user.user_id}"}).json["recovery_token"]
    code = play.caller.code(user.user_id, 2)
    new = {"answer": "Briciola", "password": _NEW, "password_repeat": _NEW}
    play.post("the answer too early", "/recovery/password", {"recovery_token": known} | new)
    for language in LANGUAGES:
        for name, token in (("known", known), ("unknown", unknown)):
            body = {"recovery_token": token, "code": _wrong(code)}
            play.post(f"{name}, a wrong code {language}", "/recovery/code", body, Accept_Language=language)
    play.post("unknown, the code", "/recovery/code", {"recovery_token": unknown, "code": code})
    play.post("no code", "/recovery/code", {"recovery_token": known, "code": " "})
    token = play.post("the code", "/recovery/code", {"recovery_token": known, "code": code}).json["recovery_token"]
    play.post("the code again", "/recovery/code", {"recovery_token": known, "code": code})
    play.post("the code with the next token", "/recovery/code", {"recovery_token": token, "code": code})
    play.post("a wrong answer", "/recovery/password", {"recovery_token": token} | new | {"answer": "Fuffi"})
    play.post("the answer", "/recovery/password", {"recovery_token": token} | new)
    play.post("spent", "/recovery/password", {"recovery_token": token} | new)
    play.post("refresh", "/login/refresh", {"refresh_token": session["refresh_token"]})
    play.post("login", "/login", user.login(password=_NEW))


def recovery_tokens_at_the_code(play: Play) -> None:
    user, sign = play.registered(), crafting.hs256(play.world.secret)
    token = play.recovery_token(user)
    code = play.caller.code(user.user_id, 2)
    for name, other in crafting.few_changes(token, sign).items():
        play.post(name, "/recovery/code", {"recovery_token": other, "code": code})
    for _ in range(5):
        play.post("a wrong code", "/recovery/code", {"recovery_token": token, "code": _wrong(code)})
    play.post("after five", "/recovery/code", {"recovery_token": token, "code": code})


def reminders(play: Play) -> None:
    user = play.registered()
    asked = {"supplier": SUPPLIER, "customer_code": user.customer.code, "tax_code": user.customer.codice_fiscale}
    nobody = person(code=play.code("nobody")).code
    for name, changes in {"nobody": {"customer_code": nobody}, "wrong": {"tax_code": "12345670017"}}.items():
        play.post(name, "/recovery/user-id", asked | changes)
    for _ in range(9):
        play.caller.post("/recovery/user-id", asked | {"tax_code": "12345670017"})
    for language in LANGUAGES:
        play.post(f"too many {language}", "/recovery/user-id", asked, Accept_Language=language)
