"""The customer code of a bill (NIC, CE, cod. cliente), which has the pattern that the supplier defines.

>>> validate(" 00.268-897 042", r"[0-9]{7,11}")
'00268897042'
>>> is_valid("268897", r"[0-9]{7,11}")
False
"""

import re

from utenza.errors import InvalidValue
from utenza.identifiers.separators import compact_code


def compact(text: str) -> str:
    """Return the code without blanks, dots and dashes, in upper case; leading zeros count."""
    return compact_code(text)


def validate(text: str, pattern: str) -> str:
    """Return the compact code; `pattern` is a regular expression for the whole of it.

    Raises InvalidValue("invalid_customer_code") if the code is not ASCII or does not fit.
    """
    code = compact(text)
    if not is_valid(code, pattern):
        raise InvalidValue("invalid_customer_code")
    return code


def is_valid(text: str, pattern: str) -> bool:
    code = compact(text)
    return code != "" and code.isascii() and re.fullmatch(pattern, code) is not None
