"""E-mail addresses: stored as typed, compared by `key`.

>>> validate(" Mario.Rossi@Example.it ")
'Mario.Rossi@Example.it'
>>> key("Mario@Bücher.example.de"), key("M.Rossi@Example.IT")
('mario@xn--bcher-kva.example.de', 'm.rossi@example.it')
"""

from typing import Annotated
from unicodedata import normalize

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator

from utenza.errors import InvalidValue
from utenza.identifiers.separators import Identifier, clean

_SHORTEST_TOP_LEVEL = 2  # no top-level domain has one letter
# Providers whose mailboxes take dots anywhere in the local part, and the one domain that stands for all of theirs.
# Gmail: https://support.google.com/mail/answer/7436150. Others that do are not known to us; a company's own domain at
# Google does not (same page).
_DOTS_IGNORED = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}

_MAX_LENGTH = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets


def compact(text: str) -> str:
    """Return the address without characters that nobody sees, and without the blanks around it."""
    return clean(text)


def validate(text: str) -> str:
    """Return the address as typed and cleaned; raise InvalidValue("invalid_email") if it is not an address."""
    key(text)
    return compact(text)


def is_valid(text: str) -> bool:
    try:
        key(text)
    except InvalidValue:
        return False
    return True


def key(text: str) -> str:
    """Return what all spellings of one address share: lower case, the domain in A-labels; raise as `validate`."""
    address = compact(text)
    if len(address) > _MAX_LENGTH:  # the library reads an address several times before it looks at the length
        raise InvalidValue("invalid_email")
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
    top_level = checked.ascii_domain.rpartition(".")[2]
    if len(top_level) < _SHORTEST_TOP_LEVEL or not _means_itself(address.rpartition("@")[2], checked.domain):
        raise InvalidValue("invalid_email")
    return f"{checked.local_part}@{checked.ascii_domain}".lower()


def subject(text: str) -> str:
    """Return the key of an address, or a text that is the key of no address, so that both can be counted and found."""
    try:
        return key(text)
    except InvalidValue:
        return f" {text}"  # no key has a blank


def is_another(text: str, address: str) -> bool:
    """Tell whether a text is an address that mail can go to, and another than `address`, however both are spelled."""
    try:
        return key(text) != key(address)
    except InvalidValue:
        return False


def mailbox(key: str) -> str:
    """Return what the keys of one mailbox share, to count mails by; never an address to write to.

    Whatever follows a plus is a tag: RFC 5233 calls it detail, and all big providers deliver to the mailbox before it.

    >>> mailbox("mario+1@example.it"), mailbox("m.rossi@example.it")
    ('mario@example.it', 'm.rossi@example.it')
    >>> mailbox("m.rossi+gas@googlemail.com"), mailbox("+x@example.it")
    ('mrossi@gmail.com', '+x@example.it')
    """
    local, at, domain = key.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_IGNORED:
        local, domain = local.replace(".", ""), _DOTS_IGNORED[domain]
    return f"{local}{at}{domain}"


def _means_itself(typed: str, understood: str) -> bool:
    """Tell whether the library changed only case and composition: full-width letters must not name another domain."""
    if typed.isascii():
        return True
    is_lookalike = any(not letter.isascii() and normalize("NFKC", letter).lower().isascii() for letter in typed)
    return not is_lookalike and normalize("NFC", typed).lower() == understood


EmailAddress = Annotated[Identifier, AfterValidator(validate)]
