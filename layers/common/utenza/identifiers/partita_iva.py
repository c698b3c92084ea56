"""Partita IVA, the Italian VAT number: eleven digits, the last of which is a check digit (Luhn).

`stdnum.it.iva` also checks the three digits of the issuing office. We do not: the lists in circulation differ, numeric
codici fiscali have offices that are on none, and the customer record decides. So only the check digit comes from there.

>>> validate("IT 0074-3110157")
'00743110157'
>>> is_valid("00743110158")
False
"""

from stdnum import luhn

from utenza.errors import InvalidValue
from utenza.identifiers.separators import compact_code


def compact(text: str) -> str:
    """Return the number without separators and without the country prefix IT."""
    return compact_code(text).removeprefix("IT")


def has_check_digit(number: str) -> bool:
    """Tell whether `number` is eleven ASCII digits with a right check digit; the first seven must not all be zero."""
    is_numeric = len(number) == 11 and number.isascii() and number.isdigit()
    return is_numeric and not number.startswith("0000000") and luhn.is_valid(number)


def validate(text: str) -> str:
    """Return the eleven digits; raise InvalidValue("invalid_tax_code") if they are not a partita IVA."""
    number = compact(text)
    if not has_check_digit(number):
        raise InvalidValue("invalid_tax_code")
    return number


def is_valid(text: str) -> bool:
    return has_check_digit(compact(text))
