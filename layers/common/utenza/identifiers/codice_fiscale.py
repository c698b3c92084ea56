"""Codice fiscale, the Italian tax code of persons (16 characters) and of bodies (11 digits).

Companies, condominiums, associations and holders of a provisional code have a numeric one. Where two persons would
share a code, the tax office writes digits of the later one as letters (omocodia): such a code is valid, and never equal
to the code that it derives from. Source: decreto ministeriale 23 dicembre 1976.

>>> validate("rss mra 85t10 a562 s")
'RSSMRA85T10A562S'
>>> birth_date("RSSMRA85T50A562W")
(85, 12, 10)
>>> is_valid("RSSMRA85T10A562T")
False
"""

from stdnum.it import codicefiscale

from utenza.errors import InvalidValue
from utenza.identifiers import partita_iva
from utenza.identifiers.separators import compact_code

# Days run from 1 to 31, and from 41 to 71 for women. stdnum takes them modulo 40, so it accepts 81 to 99 too.
_IMPOSSIBLE_TENS = frozenset("89UV")


def compact(text: str) -> str:
    """Return the code without separators, in upper case."""
    return compact_code(text)


def validate(text: str) -> str:
    """Return 16 upper-case characters or 11 digits; raise InvalidValue("invalid_tax_code") if they are not a code."""
    code = compact(text)
    if not is_valid(code):
        raise InvalidValue("invalid_tax_code")
    return code


def is_valid(text: str) -> bool:
    code = compact(text)
    return _is_personal(code) or partita_iva.has_check_digit(code)


def birth_date(code: str) -> tuple[int, int, int] | None:
    """Return year (0 to 99), month and day of birth of a valid code, or None for a numeric one.

    The code does not tell the century.
    """
    if len(code) != 16:
        return None
    date = codicefiscale.get_birth_date(code)
    return date.year % 100, date.month, date.day


def _is_personal(code: str) -> bool:
    """Tell whether `code` has the shape, the check letter and the birth date of a person's code.

    stdnum drops colons and reads the long s and full-width digits as ASCII. It takes 00 for 2000 and 20 to 99 for
    years from 1920: in this range a year has a 29 February exactly if it had one in some century.
    """
    is_plain = len(code) == 16 and code.isascii() and code.isalnum()
    return is_plain and code[9] not in _IMPOSSIBLE_TENS and codicefiscale.is_valid(code)
