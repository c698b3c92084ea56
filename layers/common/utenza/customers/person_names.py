"""Names of persons, as bills print them and customers type them."""

import re
from unicodedata import category, normalize

from utenza.customers.folding import APOSTROPHES, fold, spellings
from utenza.errors import InvalidValue
from utenza.identifiers.separators import BLANKS, DASHES, clean

_BETWEEN_WORDS = re.compile(f"[{BLANKS}{DASHES}.,/·]+")


def validate(text: str) -> str:
    """Return the name in NFC with single blanks; raise InvalidValue("invalid_name") if it is not a name.

    A name has a letter, and only letters of any script, apostrophes, hyphens, dots, commas, slashes and blanks.
    """
    name = tidy(text)
    if not (any(map(_is_letter, name)) and all(map(_belongs, name))):
        raise InvalidValue("invalid_name")
    return name


def tidy(text: str) -> str:
    """Return `text` in NFC, trimmed, with single blanks and without characters that nobody sees."""
    return normalize("NFC", clean(text))


def forms(text: str) -> frozenset[str]:
    """Return the forms by which names are compared: two names match if they share one. An empty name has none."""
    return spellings("".join(words(text)))


def words(text: str) -> list[str]:
    """Return the folded words of a name; an apostrophe does not end one."""
    return [word for word in _BETWEEN_WORDS.split(fold(clean(text))) if word]


def _is_letter(character: str) -> bool:
    return category(character)[0] == "L" and character not in APOSTROPHES


def _belongs(character: str) -> bool:
    return category(character)[0] in "LM" or character in APOSTROPHES or _BETWEEN_WORDS.fullmatch(character) is not None
