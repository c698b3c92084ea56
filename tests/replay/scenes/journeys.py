"""Whole journeys: from the bill to the reserved area and out again."""

from typing import Any

from tests.integration.customers import PASSWORD, SUPPLIER, claim, credentials
from tests.replay import crafting
from tests.replay.play import Play, User
from tests.replay.scenes.languages import LANGUAGES


def _account(play: Play, name: str, session: dict[str, Any]) -> None:
    play.get(name, "/account", Authorization=f"Bearer {session['access_token']}")


def a_person(play: Play) -> None:
    customer, origin = play.person(), play.world.stack.origin
    typed = claim(customer, first_name="NICOLO'", phone="333 765 43 21")
    verified = play.post("step one", "/verify", typed, Origin=origin)
    user_id = f"Nicolo.{customer.code}@Example.it"
    chosen = credentials(verified.json["step_token"], f" {user_id} ")
    play.post("step two", "/credentials", chosen, Origin=origin, Accept_Language="de")
    login = {"supplier": SUPPLIER, "user_id": user_id.upper(), "password": PASSWORD}
    session = play.post("login", "/login", login, Origin=origin).json
    _account(play, "account", session)
    renewed = play.post("refresh", "/login/refresh", {"refresh_token": session["refresh_token"]}).json
    _account(play, "account, renewed", renewed)
    _account(play, "account, the first token", session)
    play.post("logout", "/logout", {"refresh_token": renewed["refresh_token"]})
    play.post("refresh after logout", "/login/refresh", {"refresh_token": renewed["refresh_token"]})
    play.post("logout again", "/logout", {"refresh_token": renewed["refresh_token"]})
    _account(play, "account after logout", renewed)
    second = play.post("second login", "/login", login).json
    _account(play, "account of the second login", second)


def a_company_and_a_sole_trader(play: Play) -> None:
    for name, customer in (("company", play.company("company")), ("trader", play.trader())):
        verified = play.post(f"{name}, step one", "/verify", claim(customer, phone="+43 (0)512 123456"))
        chosen = credentials(verified.json["step_token"], play.address(customer))
        play.post(f"{name}, step two", "/credentials", chosen)
        session = play.post(f"{name}, login", "/login", User(customer, play.address(customer)).login()).json
        _account(play, f"{name}, account", session)


def a_person_without_a_phone(play: Play) -> None:
    user = play.registered(phone="")
    _account(play, "account", play.session(user))


def two_tabs(play: Play) -> None:
    """Present one refresh token twice within the grace, then its successor, then both again."""
    user = play.registered()
    first = play.post("login", "/login", user.login()).json["refresh_token"]
    second = play.post("refresh", "/login/refresh", {"refresh_token": first}).json["refresh_token"]
    play.post("refresh again", "/login/refresh", {"refresh_token": first}, Accept_Language="en")
    third = play.post("the successor", "/login/refresh", {"refresh_token": second}).json["refresh_token"]
    play.post("the first once more", "/login/refresh", {"refresh_token": first})
    play.post("the successor once more", "/login/refresh", {"refresh_token": second})
    play.post("the newest", "/login/refresh", {"refresh_token": third})


def logout_ends_the_family(play: Play) -> None:
    user = play.registered()
    first, other = play.session(user)["refresh_token"], play.session(user)["refresh_token"]
    second = play.post("refresh", "/login/refresh", {"refresh_token": first}).json["refresh_token"]
    play.post("logout with the spent one", "/logout", {"refresh_token": first})
    play.post("the successor", "/login/refresh", {"refresh_token": second})
    play.post("another session", "/login/refresh", {"refresh_token": other})
    play.post("logout with a wrong secret", "/logout", {"refresh_token": crafting.other_bytes(other)})
    play.post("another session after that", "/login/refresh", {"refresh_token": other})
    for token in ("x", "a.b.c", f"{SUPPLIER}.{'A' * 22}.{'A' * 43}"):
        play.post(f"logout with {token[:9]}", "/logout", {"refresh_token": token})
        play.post(f"refresh with {token[:9]}", "/login/refresh", {"refresh_token": token})


def already_registered(play: Play) -> None:
    customer = play.person()
    tokens = [play.step_token(customer) for _ in range(2)]
    user_id = play.address(customer)
    play.post("the first", "/credentials", credentials(tokens[0], user_id))
    for language in LANGUAGES:
        play.post(f"step one {language}", "/verify", claim(customer), Accept_Language=language)
        second = credentials(tokens[1], f"x{user_id}")
        play.post(f"step two {language}", "/credentials", second, Accept_Language=language)
    play.post("step one, another name", "/verify", claim(customer, first_name="Maria"))
    play.post("the spent token, another address", "/credentials", credentials(tokens[0], f"x{user_id}"))


def user_id_taken(play: Play) -> None:
    owner = play.registered("owner")
    other = play.person("other")
    for number, language in enumerate(LANGUAGES):
        typed = owner.user_id.upper() if number else owner.user_id
        body = credentials(play.step_token(other), typed)
        play.post(language, "/credentials", body, Accept_Language=language, Origin=play.world.stack.origin)
    play.post("another address", "/credentials", credentials(play.step_token(other), play.address(other)))


def a_record_that_is_closed_meanwhile(play: Play) -> None:
    customer = play.person()
    token = play.step_token(customer)
    play.person(status="closed")
    play.post("step two", "/credentials", credentials(token, play.address(customer)))
    play.post("step one", "/verify", claim(customer))


def known_and_unknown_at_login(play: Play) -> None:
    """Nothing tells them apart but the right password."""
    user = play.registered()
    for language in LANGUAGES:
        for name, typed in (("known", user.user_id), ("unknown", f"x{user.user_id}"), ("no address", "nobody at all")):
            body = user.login(user_id=typed, password="not the right one")
            play.post(f"{name} {language}", "/login", body, Accept_Language=language, Origin=play.world.stack.origin)
    play.post("another supplier", "/login", user.login(supplier="unogas-gas-e-luce"))
    user = play.registered("another")  # wrong passwords stay counted for a while
    for name, password in {
        "other capitals": PASSWORD.upper(),
        "a blank behind": f"{PASSWORD} ",
        "a control": f"{PASSWORD}\u0007",
    }.items():
        play.post(name, "/login", user.login(password=password))
        play.post(f"{name}, then right", "/login", user.login())
    play.post("an address with blanks", "/login", user.login(user_id=f"  {user.user_id}\n"))
    dotless = user.user_id.replace("i", "\u0131")
    play.post("a dotless i", "/login", user.login(user_id=dotless))
