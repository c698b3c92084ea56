"""Telephone numbers in E.164, from the spellings in use in Italy.

The `phonenumbers` library knows every numbering plan and weighs more than the whole layer; the number is optional and
never compared, so country codes and lengths are enough.

>>> validate("0425/28 46 04"), validate("0039 333.123-4567"), validate("+39 (0)2 1234567")
('+390425284604', '+393331234567', '+39021234567')
>>> validate("+43 (0)512 123456")
'+43512123456'
"""

import re

from utenza.errors import InvalidValue
from utenza.identifiers.separators import drop_separators

# A landline keeps its 0, abroad too; a mobile begins with 3; 800 is free of charge.
_ITALIAN = re.compile(r"0[1-9][0-9]{4,9}|3[0-9]{8,9}|800[0-9]{6}")
_ITALIAN_MOBILE_WITHOUT_PLUS = re.compile(r"393[0-9]{9}")
# Country codes in use (ITU-T E.164), none of which begins another.
_COUNTRY = re.compile(
    r"1|7|2(?:[07]|1[12368]|[2346][0-9]|5[0-8]|9[01789])|3(?:[0-469]|5[0-9]|7[0-8]|8[0-35-79])|4(?:[013-9]|2[013])"
    r"|5(?:[1-8]|[09][0-9])|6(?:[0-6]|7[02-9]|8[0-35-9]|9[0-2])|8(?:[1246]|5[02356]|8[06])|9(?:[0-58]|6[0-8]|7[0-7]|9[2-68])"
)
_KEEP_THEIR_ZERO = ("39", "378")


def compact(text: str) -> str:
    """Return the number without blanks, dots, dashes, slashes and brackets, with + for an international 00.

    A bracketed 0 behind a country code goes too, unless that country's numbers keep it.
    """
    bare = drop_separators(text).replace("/", "")
    head, _, tail = bare.partition("(0)")
    country = _without_brackets(head)
    if country.startswith("+") and country[1:] not in _KEEP_THEIR_ZERO:
        return country + _without_brackets(tail)
    return _without_brackets(bare)


def validate(text: str) -> str:
    """Return the number in E.164, or raise InvalidValue("invalid_phone")."""
    number = _e164(compact(text))
    if not number:
        raise InvalidValue("invalid_phone")
    return number


def is_valid(text: str) -> bool:
    return _e164(compact(text)) != ""


def _without_brackets(text: str) -> str:
    digits = text.replace("(", "").replace(")", "")
    return "+" + digits[2:] if digits.startswith("00") else digits


def _e164(number: str) -> str:
    """Return a compact number in E.164, "" if it cannot be one; without a prefix it is Italian."""
    if not number.startswith("+"):
        number = "+" + number if _ITALIAN_MOBILE_WITHOUT_PLUS.fullmatch(number) else "+39" + number
    if not (number.isascii() and number[1:].isdigit()):
        return ""
    country = _COUNTRY.match(number, 1)
    code = country.group() if country else ""
    national = number[1 + len(code) :]
    if code == "39":
        return number if _ITALIAN.fullmatch(national) else ""
    if len(code) == 2:
        national = national.removeprefix("0")  # the trunk prefix: no country with a code of two digits keeps it
    return f"+{code}{national}" if code and 8 <= len(code + national) <= 15 else ""
