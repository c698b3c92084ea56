"""Good and bad spellings of what is printed on a bill, at step one.

Nobody has these data: a good spelling is `customer_not_matched`, a bad one names its field.
"""

from typing import Any

from tests.integration.customers import claim, person
from tests.replay import spellings
from tests.replay.play import Play


def _played(play: Play, field: str, texts: list[str], **others: Any) -> None:
    for number, text in enumerate(texts):
        if number % 50 == 0:
            play.move()
        typed = claim(person(code=play.code(text)), phone="", **others)
        play.post(spellings.name(text), "/verify", typed | {field: text})


def tax_codes(play: Play) -> None:
    _played(play, "tax_code", spellings.of("tax_codes"))


def customer_codes(play: Play) -> None:
    _played(play, "customer_code", spellings.of("codes"))


def names(play: Play) -> None:
    _played(play, "last_name", spellings.of("names"))


def company_names(play: Play) -> None:
    _played(play, "company_name", spellings.of("companies"), first_name=None, last_name=None)


def phones(play: Play) -> None:
    _played(play, "phone", spellings.of("phones"))


def suppliers_named(play: Play) -> None:
    for name in (
        "unogas-energia",
        "unogas-gas-e-luce",
        " unogas-energia ",
        "UNOGAS-ENERGIA",
        "unogas",
        "UNOGAS Energia",
    ):
        play.post(f"{name!r}", "/verify", claim(person(code=play.code()), supplier=name))
        login = {"supplier": name, "user_id": f"x.{play.code()}@example.it", "password": "x"}
        play.post(f"{name!r}, login", "/login", login)


_ALIKE: dict[str, dict[str, str]] = {
    "as in the record": {},
    "capitals and apostrophes": {"first_name": "NICOLO'", "last_name": "D\u2019ANGELO"},
    "swapped": {"first_name": "D'Angelo", "last_name": "Nicolò"},
    "no apostrophe": {"first_name": "nicolo", "last_name": "dangelo"},
    "a blank for the apostrophe": {"last_name": "D ANGELO"},
    "decomposed": {"first_name": "Nicolo\u0300"},
    "a soft hyphen": {"first_name": "Nico\u00adlò"},
    "another name": {"first_name": "Maria"},
    "another last name": {"last_name": "Rossi"},
    "half a name": {"last_name": "Angelo"},
    "a Cyrillic letter": {"first_name": "Nicol\u043e"},
    "another tax code": {"tax_code": "RSSMRA80A01H501U"},
    "a partita IVA": {"tax_code": "12345670017"},
    "a name as a company's": {"first_name": "", "last_name": "", "company_name": "Nicolò D'Angelo"},
    "a company's name too": {"company_name": "Another Srl"},
    "a first name alone": {"last_name": ""},
    "no name": {"first_name": "", "last_name": ""},
    "another supplier": {"supplier": "unogas-gas-e-luce"},
}


def a_person_and_what_is_typed(play: Play) -> None:
    customer = play.person(codice_fiscale="DNGNCL80A01H501A")
    for name, typed in _ALIKE.items():
        play.post(name, "/verify", claim(customer) | typed)
    lower = claim(customer, customer_code=f" {customer.code[:3]}.{customer.code[3:]} ", tax_code="dng ncl 80a01 h501a")
    play.post("separators", "/verify", lower)


def companies_sole_traders_and_closed_records(play: Play) -> None:
    firm = play.company("company")
    for name in (
        "Officine Rizzo società a responsabilità limitata",
        "OFFICINE RIZZO SRL",
        "officine rizzo s r l",
        "Officine Rizzo SpA",
        "Officine Rizzo",
        "Rizzo Officine Srl",
    ):
        play.post(f"company {name}", "/verify", claim(firm, company_name=name, tax_code="IT 12345670017"))
    trader = play.trader()
    person_alone = claim(trader)
    play.post("trader as a person", "/verify", person_alone)
    play.post("trader with the partita IVA", "/verify", person_alone | {"tax_code": trader.partita_iva})
    play.post("trader with all", "/verify", person_alone | {"company_name": trader.company_name})
    closed, nobody = play.person("closed", status="closed"), person(code=play.code("nobody"))
    play.post("closed", "/verify", claim(closed))
    play.post("nobody", "/verify", claim(nobody))
