"""The customer code of a bill (NIC, CE, cod. cliente), which has the pattern that the supplier defines.

>>> validate(" 00.268-897 042", r"[0-9]{7,11}")
'00268897042'
>>> is_valid("268897", r"[0-9]{7,11}")
False
>>> validate("NIC/CE/Cod. cliente: 00268897042", r"[0-9]{7,11}"), validate("NIC 00268897042", r"[0-9A-Z]{7,14}")
('00268897042', '00268897042')
"""

import re

from utenza.errors import InvalidValue
from utenza.identifiers.separators import clean, compact_code

# What bills print before the code, in front of a blank or a colon, and people copy along with it.
_LABEL = re.compile(
    r"(?:NIC(?: ?[/-] ?CE)?(?: ?[/-] ?COD\.? ?CLIENTE)?|CE(?= ?:)|COD(?:\.|ICE)? ?CLIENTE|CODICE"
    r"|CLIENTE(?: N(?:R|UM(?:ERO)?)?)?|N(?:R|UM(?:ERO)?)?[.°º]? ?CLIENTE"
    r"|CUSTOMER (?:CODE|NUMBER|NO)|KUNDEN(?:CODE|NUMMER|-?NR))"
    r"[.:°º ]+(?=\S)",
    re.IGNORECASE | re.ASCII,
)


def compact(text: str) -> str:
    """Return the code without blanks, dots, dashes and the label of the bill, in upper case; leading zeros count."""
    return compact_code(_without_label(clean(text)))


def _without_label(text: str) -> str:
    label = _LABEL.match(text)
    rest = text[label.end() :] if label else text
    return rest if any(map(str.isdigit, rest)) else text


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
