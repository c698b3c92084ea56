"""Names of companies and bodies, whose legal form has many spellings.

The legal form counts (ROSSI SRL is not ROSSI SPA). Street numbers count too: condominiums of one street differ in
nothing else.
"""

import re
from unicodedata import category

from utenza.customers import person_names
from utenza.customers.folding import APOSTROPHES, fold, spellings
from utenza.errors import InvalidValue

_PUNCTUATION = frozenset(' .,:;/\\|_-–—‐‑−&+@!#%*°()[]"«»“”„·')  # noqa: RUF001 - dashes are meant
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
# A blank matters only between digits: 11 6 is not 1 16.
_IDLE_BLANK = re.compile(r"(?<!\d) | (?!\d)")

_WORDS = {
    "ed": "e",
    "soc": "societa",
    "coop": "cooperativa",
    "resp": "responsabilita",
    "lim": "limitata",
    "agr": "agricola",
    "az": "azienda",
    "ass": "associazione",
    "assoc": "associazione",
    "cond": "condominio",
    "condnio": "condominio",
    "condom": "condominio",
    "flli": "fratelli",
    "vle": "viale",
    "pzza": "piazza",
    "cso": "corso",
    "lgo": "largo",
    "scrl": "scarl",
}
# Applied in this order, after `_WORDS`. Blanks are dropped in the end, so S R L needs no line of its own.
_PHRASES = (
    ("f lli", "fratelli"),
    ("v le", "viale"),
    ("p zza", "piazza"),
    ("p za", "piazza"),
    ("c so", "corso"),
    ("l go", "largo"),
    ("associazione ne", "associazione"),
    ("condominio nio", "condominio"),
    ("a r l", "arl"),
    ("a rl", "arl"),
    ("ar l", "arl"),
    ("a responsabilita limitata", "arl"),
    ("societa arl semplificata", "srls"),
    ("srl semplificata", "srls"),
    ("societa arl", "srl"),
    ("societa agricola arl", "societa agricola srl"),
    ("societa per azioni", "spa"),
    ("societa in accomandita per azioni", "sapa"),
    ("societa in accomandita semplice", "sas"),
    ("societa in nome collettivo", "snc"),
    ("societa semplice", "ss"),
    ("a socio unico", "unipersonale"),
    ("con socio unico", "unipersonale"),
    ("con unico socio", "unipersonale"),
    ("s cooperativa", "societa cooperativa"),
    # The liability of a cooperative is always limited, whether its name says so or not (art. 2518 c.c.).
    ("cooperativa arl", "cooperativa"),
    ("cooperativa sociale arl", "cooperativa sociale"),
    ("cooperativa agricola arl", "cooperativa agricola"),
    ("societa consortile per azioni", "scpa"),
    ("societa cooperativa per azioni", "scpa"),
    ("societa consortile arl", "societa consortile"),
    ("sc arl", "scarl"),
    ("s c arl", "scarl"),
    ("sca rl", "scarl"),
    ("s c r l", "scarl"),
    ("s c", "sc"),
    ("associazione sportiva dilettantistica", "asd"),
    ("societa sportiva dilettantistica", "ssd"),
    ("associazione di promozione sociale", "aps"),
    ("organizzazione di volontariato", "odv"),
    ("organizzazione non lucrativa di utilita sociale", "onlus"),
)
# Abbreviations with two meanings: the name has a form for each meaning.
_AMBIGUOUS = {
    "scarl": ("societa cooperativa", "societa consortile"),
    "sc": ("sc", "societa cooperativa"),
}


def validate(text: str) -> str:
    """Return the name in NFC with single blanks; raise InvalidValue("invalid_name") if it is not a name.

    A name has a letter or digit, and neither = nor ?: a formula begins with =, and exports write ? for lost letters.
    """
    name = person_names.tidy(text)
    if not (any(category(character)[0] in "LN" for character in name) and all(map(_belongs, name))):
        raise InvalidValue("invalid_name")
    return name


def forms(text: str) -> frozenset[str]:
    """Return the forms by which names are compared: two names match if they share one. An empty name has none."""
    return frozenset(
        form for reading in _readings(_written_out(text)) for form in spellings(_IDLE_BLANK.sub("", reading))
    )


def _written_out(text: str) -> str:
    folded = _INITIALS.sub(lambda initials: initials[0].replace(".", "") + " ", fold(text).replace("&", " e "))
    words = (_WORDS.get(word, word) for word in _BETWEEN_WORDS.split(folded) if word)
    phrase = f" {' '.join(words)} "
    for spelled, short in _PHRASES:
        phrase = phrase.replace(f" {spelled} ", f" {short} ")
    return phrase.strip()


def _readings(phrase: str) -> list[str]:
    for abbreviation, meanings in _AMBIGUOUS.items():
        if f" {abbreviation} " in f" {phrase} ":
            return [f" {phrase} ".replace(f" {abbreviation} ", f" {meaning} ").strip() for meaning in meanings]
    return [phrase]


def _belongs(character: str) -> bool:
    return category(character)[0] in "LMN" or character in _PUNCTUATION or character in APOSTROPHES
