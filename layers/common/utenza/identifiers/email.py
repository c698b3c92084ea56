"""E-mail addresses: stored as typed, compared by `key`.

>>> validate(" Mario.Rossi@Example.it ")
'Mario.Rossi@Example.it'
>>> key("Mario@Bücher.example.de"), key("M.Rossi@Example.IT")
('mario@xn--bcher-kva.example.de', 'm.rossi@example.it')
"""

import re
from unicodedata import normalize

from utenza.errors import InvalidValue

_MAX_LENGTH = 254
# What is certainly an address and certainly its own key: most need no look at the rules, nor the import of them.
_PLAIN = re.compile(
    r"[a-z0-9_+-]{1,32}(?:\.[a-z0-9_+-]{1,15}){0,2}"
    r"@(?:[a-z0-9]{1,28}(?:-[a-z0-9]{1,28})?\.){1,3}(?!arpa|invalid|local|onion|test)[a-z]{2,12}"
)


def compact(text: str) -> str:
    """Return the address without the blanks around it."""
    return text.strip()


def validate(text: str) -> str:
    """Return the address as typed, trimmed, or raise InvalidValue("invalid_email")."""
    key(text)
    return compact(text)


def is_valid(text: str) -> bool:
    try:
        validate(text)
    except InvalidValue:
        return False
    return True


def key(text: str) -> str:
    """Return what two spellings of one address share: lower case, the domain in A-labels; raises as `validate`."""
    address = compact(text)
    lower = address.lower()
    return lower if address.isascii() and _PLAIN.fullmatch(lower) else _checked_key(address)


def subject(text: str) -> str:
    """Return the key of an address, and of what is none a text that no address has: both are counted and looked up."""
    try:
        return key(text)
    except InvalidValue:
        return f" {text}"  # no address has a blank


def _checked_key(address: str) -> str:
    if len(address) > _MAX_LENGTH:  # before anything that reads it more than once
        raise InvalidValue("invalid_email")
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - 30 ms that most calls do not need

    try:
        checked = validate_email(
            address,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            check_deliverability=False,
            strict=True,
        )
    except EmailNotValidError:
        raise InvalidValue("invalid_email") from None
    if not _means_itself(address.rpartition("@")[2], checked.domain):
        raise InvalidValue("invalid_email")
    return f"{checked.local_part}@{checked.ascii_domain}".lower()


def _means_itself(typed: str, understood: str) -> bool:
    """Tell whether nothing but case and composition was changed: a full-width domain must not become another's."""
    if typed.isascii():
        return True
    disguised = any(not email_for.isascii() and normalize("NFKC", email_for).lower().isascii() for email_for in typed)
    return not disguised and normalize("NFC", typed).lower() == understood
