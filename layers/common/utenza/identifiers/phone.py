"""Telephone numbers in E.164, from the spellings in use in Italy.

>>> validate("0425/28 46 04"), validate("0039 333.123-4567"), validate("+39 (0)2 1234567")
('+390425284604', '+393331234567', '+39021234567')
>>> validate("+43 (0)512 123456")
'+43512123456'
"""

import re
from typing import Annotated

from pydantic import AfterValidator

from utenza.errors import InvalidValue
from utenza.identifiers.separators import clean, drop_separators

# The library also reads letters, extensions, full-width digits and numbers in the middle of a text.
_PLAIN = re.compile(r"\+?[0-9]+")
# Behind the number of a company: the number is the one to keep.
_EXTENSION = re.compile(
    r"[\s,;./(\[-]{0,9}(?<![^\W\d_])(?:(?:intern[oi]|int|estensione|est|extension|ext|durchwahl|dw|nebenstelle|nst|klappe|kl|x|#)"
    r"[\s.:=]*(?:n[\s.]{1,3})?[0-9]{1,6}(?:\s?[-/]\s?[0-9]{1,6})?"
    r"|r\.?\s?a\.?)[)\]]?$",  # ricerca automatica: the number of an exchange
    re.IGNORECASE,
)
_KEEP_THEIR_ZERO = ("39", "378")  # Italy and San Marino


def compact(text: str) -> str:
    """Return the number without blanks, dots, dashes, slashes and brackets, with + for an international 00.

    An extension (int. 2) is dropped. A bracketed 0 after a country code goes too, except where landlines keep it; an
    Italian mobile number never has it.
    """
    bare = drop_separators(_EXTENSION.sub("", clean(text))).replace("/", "")
    head, _, tail = bare.partition("(0)")
    country, rest = _without_brackets(head), _without_brackets(tail)
    is_mobile = rest.startswith("3") and len(rest) == 10
    if country.startswith("+") and (is_mobile or country[1:] not in _KEEP_THEIR_ZERO):
        return country + rest
    return _without_brackets(bare)


def validate(text: str) -> str:
    """Return the number in E.164; raise InvalidValue("invalid_phone") if no subscriber can have it.

    A number without country code is Italian. Premium-rate numbers and mailboxes of mobile numbers are refused.
    """
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
    """Return a compact number in E.164, or "" if no subscriber can have it."""
    import phonenumbers  # noqa: PLC0415 - slow to load, and only one optional field needs it

    if _PLAIN.fullmatch(number) is None:
        return ""
    try:
        parsed = phonenumbers.parse(number, None if number.startswith("+") else "IT")
    except phonenumbers.NumberParseException:
        return ""
    kinds = phonenumbers.PhoneNumberType
    if phonenumbers.number_type(parsed) in (kinds.UNKNOWN, kinds.PREMIUM_RATE, kinds.VOICEMAIL):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


PhoneNumber = Annotated[str, AfterValidator(validate)]
