"""What people put between the characters of a code to make it readable: said once, for every identifier and name."""

import re

# Every hyphen and dash, the minus and the soft hyphen: bills and word processors use them all.
DASHES = "\\-\u00ad\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
# `\s` holds the no-break blanks; the zero-width ones come along when a code is copied out of a PDF.
BLANKS = "\\s\u200b\u2060\ufeff"

_SEPARATORS = re.compile(f"[{BLANKS}{DASHES}.]+")


def drop_separators(text: str) -> str:
    """Return `text` without blanks, dots and dashes of any kind."""
    return _SEPARATORS.sub("", text)


def compact_code(text: str) -> str:
    """Return `text` without separators and in upper case.

    What is not ASCII is left as it is, to be refused: upper-casing a long s or a dotless i would make ASCII of it.
    """
    code = drop_separators(text)
    return code.upper() if code.isascii() else code
