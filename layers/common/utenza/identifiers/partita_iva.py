"""Partita IVA, the Italian VAT number: eleven digits, the last of which checks the others.

The three digits of the issuing office are not checked: the lists in circulation differ, and the record decides.

>>> validate("IT 0074-3110157")
'00743110157'
>>> is_valid("00743110158")
False
"""

from utenza.errors import InvalidValue
from utenza.identifiers.separators import compact_code


def compact(text: str) -> str:
    """Return the number without separators and without the country prefix IT."""
    return compact_code(text).removeprefix("IT")


def has_check_digit(number: str) -> bool:
    """Tell whether `number` is eleven ASCII digits that the last one checks (Luhn), and more than zeros."""
    if len(number) != 11 or not (number.isascii() and number.isdigit()) or number.startswith("0000000"):
        return False
    doubled = (2 * int(digit) for digit in number[1::2])
    return (sum(map(int, number[0::2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def validate(text: str) -> str:
    """Return the eleven digits, or raise InvalidValue("invalid_tax_code")."""
    number = compact(text)
    if not has_check_digit(number):
        raise InvalidValue("invalid_tax_code")
    return number


def is_valid(text: str) -> bool:
    return has_check_digit(compact(text))
