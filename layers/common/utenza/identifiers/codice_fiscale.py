"""Codice fiscale, the Italian tax code of persons (16 characters) and of bodies (11 digits).

Companies, condominiums, associations and holders of a provisional code have a numeric one. Where two persons would
share a code, digits of the later one are written as letters (omocodia): such codes are valid, and never equal to
the code they derive from. Source: decreto ministeriale 23 dicembre 1976.

>>> validate("rss mra 85t10 a562 s")
'RSSMRA85T10A562S'
>>> birth_date("RSSMRA85T50A562W")
(85, 12, 10)
>>> is_valid("RSSMRA85T10A562T")
False
"""

import re
from collections.abc import Callable

from utenza.customers import person_names
from utenza.customers.folding import spellings
from utenza.errors import InvalidValue
from utenza.identifiers import partita_iva
from utenza.identifiers.separators import compact_code

_DIGIT = "[0-9LMNPQRSTUV]"
_SHAPE = re.compile(f"[A-Z]{{6}}{_DIGIT}{{2}}[ABCDEHLMPRST]{_DIGIT}{{2}}[A-Z]{_DIGIT}{{3}}[A-Z]")
_OMOCODE = str.maketrans("LMNPQRSTUV", "0123456789")
_MONTHS = "ABCDEHLMPRST"
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# What a digit or letter is worth in the 1st, 3rd … 15th place; in the others it counts as its number.
_ODD_PLACES = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_MOST_WORDS = 6


def compact(text: str) -> str:
    """Return the code without separators, in upper case."""
    return compact_code(text)


def validate(text: str) -> str:
    """Return the 16 upper-case characters or 11 digits, or raise InvalidValue("invalid_tax_code")."""
    code = compact(text)
    if not (_is_personal(code) or partita_iva.has_check_digit(code)):
        raise InvalidValue("invalid_tax_code")
    return code


def is_valid(text: str) -> bool:
    code = compact(text)
    return _is_personal(code) or partita_iva.has_check_digit(code)


def birth_date(code: str) -> tuple[int, int, int] | None:
    """Return two-digit year, month and day that a valid code holds; None for a numeric code."""
    if len(code) != 16:
        return None
    day = _number(code[9:11])
    return _number(code[6:8]), _MONTHS.index(code[8]) + 1, day - 40 if day > 40 else day


def goes_with_name(code: str, first_name: str, last_name: str) -> bool:
    """Tell whether a valid code can be that of a person of this name, in either order; numeric codes go with any.

    When in doubt it can: any run of the words of a compound name will do, and so will any name that is not Latin.
    """
    if len(code) != 16:
        return True
    return _coded(code, last_name, first_name) or _coded(code, first_name, last_name)


def _is_personal(code: str) -> bool:
    return _SHAPE.fullmatch(code) is not None and _check_letter(code) == code[15] and _was_a_day(code)


def _check_letter(code: str) -> str:
    worth = [int(character, 36) if character.isalpha() else int(character) + 10 for character in code[:15]]
    return chr(65 + (sum(_ODD_PLACES[n - 10] for n in worth[0::2]) + sum(n - 10 for n in worth[1::2])) % 26)


def _was_a_day(code: str) -> bool:
    year, month, day = birth_date(code) or (0, 0, 0)
    if (month, day) == (2, 29):
        return year % 4 == 0  # the code does not say which century: 00 may be 2000
    return 1 <= day <= _DAYS_OF_MONTH[month - 1]


def _number(digits: str) -> int:
    return int(digits.translate(_OMOCODE))


def _coded(code: str, last_name: str, first_name: str) -> bool:
    return _can_be(code[:3], last_name, _of_last_name) and _can_be(code[3:6], first_name, _of_first_name)


def _can_be(letters: str, name: str, of_name: Callable[[str], str]) -> bool:
    words = person_names.words(name)[:_MOST_WORDS]
    runs = ("".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1))
    spelled = {spelling for run in runs for spelling in spellings(run)}
    return any(not s.isascii() or of_name(s) == letters for s in spelled)


def _of_last_name(name: str) -> str:
    consonants = [email_for for email_for in name if email_for not in "aeiou"]
    return _three(consonants, name)


def _of_first_name(name: str) -> str:
    consonants = [email_for for email_for in name if email_for not in "aeiou"]
    if len(consonants) > 3:
        del consonants[1]
    return _three(consonants, name)


def _three(consonants: list[str], name: str) -> str:
    vowels = [email_for for email_for in name if email_for in "aeiou"]
    return "".join([*consonants, *vowels, "xxx"])[:3].upper()
