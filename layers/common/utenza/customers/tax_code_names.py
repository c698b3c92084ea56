"""Does a codice fiscale go with a person's name: its first six characters are letters of last and first name.

Source: decreto ministeriale 23 dicembre 1976. stdnum does not know names.
"""

import re
from collections.abc import Callable, Iterator
from unicodedata import normalize

from utenza.customers import person_names
from utenza.customers.folding import APOSTROPHES, spellings

_MOST_WORDS = 6
_VOWELS = "aeiou"
_NO_NAME = "XXX"
# Letters of the Latin alphabet that are not plain, or with an apostrophe for an accent at the end of a word. Not with
# IGNORECASE, which takes i and s for forms of \u0131 and \u017f.
_ACCENTED = re.compile(f"[\u00c0-\u02af\u1e00-\u1eff]|[aeiouAEIOU][{''.join(APOSTROPHES)}](?!\\w)")


def goes_with_name(code: str, first_name: str, last_name: str) -> bool:
    """Tell whether a valid code can be that of a person of this name, in either order; numeric codes go with any.

    In doubt it can: any run of the words of a compound name will do, and so will any name that is not Latin. Old codes
    were made without letters that have an accent (LAX for Alù, RNE for Renež), also where the name has an apostrophe
    instead, and XXX stands for a name that somebody does not have.
    """
    if len(code) != 16:
        return True
    return _can_be_of(code, first_name, last_name) or _can_be_of(code, last_name, first_name)


def _can_be_of(code: str, first_name: str, last_name: str) -> bool:
    return _fits(code[:3], last_name, _last_name_letters) and _fits(code[3:6], first_name, _first_name_letters)


def _fits(letters: str, name: str, letters_of: Callable[[str], str]) -> bool:
    if letters == _NO_NAME:
        return True
    runs = (run for text in (name, _ACCENTED.sub("", normalize("NFC", name))) for run in _runs(text))
    spelled = {spelling for run in runs for spelling in spellings(run)}
    return any(not spelling.isascii() or letters_of(spelling) == letters for spelling in spelled)


def _runs(name: str) -> Iterator[str]:
    """Yield every run of the words of a name, as one word."""
    words = person_names.words(name)[:_MOST_WORDS]
    return ("".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1))


def _last_name_letters(name: str) -> str:
    return _three([letter for letter in name if letter not in _VOWELS], name)


def _first_name_letters(name: str) -> str:
    consonants = [letter for letter in name if letter not in _VOWELS]
    if len(consonants) > 3:
        del consonants[1]
    return _three(consonants, name)


def _three(consonants: list[str], name: str) -> str:
    vowels = [letter for letter in name if letter in _VOWELS]
    return "".join([*consonants, *vowels, "xxx"])[:3].upper()
