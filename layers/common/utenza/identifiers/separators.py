"""Separators that people put between the characters of codes and names to make them readable."""

import re

# Every hyphen and dash, the minus and the soft hyphen: bills and word processors contain all of them.
DASHES = "\\-\u00ad\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
# `\s` includes no-break blanks. Zero-width blanks are not in it; codes copied from a PDF contain them.
BLANKS = "\\s\u200b\u2060\ufeff"

_SEPARATORS = re.compile(f"[{BLANKS}{DASHES}.]+")


def drop_separators(text: str) -> str:
    """Return `text` without blanks, dots and dashes of any kind."""
    return _SEPARATORS.sub("", text)


def compact_code(text: str) -> str:
    """Return `text` without separators and in upper case.

    Text that is not ASCII keeps its case, so that it is refused: a long s or a dotless i would become an ASCII letter.
    """
    code = drop_separators(text)
    return code.upper() if code.isascii() else code
