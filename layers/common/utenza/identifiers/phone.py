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
_COUNTRIES = frozenset(
    """
    1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82
    84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235
    236 237 238 239 240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263
    264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375
    376 377 378 380 381 382 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592
    593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691
    692 850 852 853 855 856 880 886 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 992 993
    994 995 996 998
    """.split()  # noqa: SIM905 - a table of codes, not of quotes
)
_KEEP_THEIR_ZERO = ("39", "378")


def compact(text: str) -> str:
    """Return the number without blanks, dots, dashes, slashes and brackets, with + for an international 00.

    A bracketed 0 behind a country code goes too, unless that country's numbers keep it; no mobile number does.
    """
    bare = drop_separators(text).replace("/", "")
    head, _, tail = bare.partition("(0)")
    country, rest = _without_brackets(head), _without_brackets(tail)
    is_mobile = rest.startswith("3") and len(rest) == 10
    if country.startswith("+") and (is_mobile or country[1:] not in _KEEP_THEIR_ZERO):
        return country + rest
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
    code = next((number[1:end] for end in (2, 3, 4) if number[1:end] in _COUNTRIES), "")
    national = number[1 + len(code) :]
    if code == "39":
        return number if _ITALIAN.fullmatch(national) else ""
    if len(code) == 2:
        national = national.removeprefix("0")  # the trunk prefix: no country with a code of two digits keeps it
    return f"+{code}{national}" if code and 8 <= len(code + national) <= 15 else ""
