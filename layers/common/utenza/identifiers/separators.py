"""Characters that nobody sees, and separators that make codes and names readable.

People paste from contacts, PDF files, Word and messengers: marks of writing direction, zero-width blanks and variation
selectors come along. `site/utenza/clean.js` is the same function for the pages.
"""

import re
from typing import Annotated
from unicodedata import category

from pydantic import BeforeValidator

# Every hyphen and dash, and the minus: bills and word processors contain all of them.
DASHES = "\\-\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
BLANKS = "\\s"

_SEPARATORS = re.compile(f"[{BLANKS}{DASHES}.]+")
# Marks without a shape that are not in category Cf: grapheme joiner, Khmer vowels, and variation selectors of Mongolian
# letters, of emoji and of ideographs.
_SELECTORS = re.compile("[\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Letters and signs that are drawn as nothing: fillers of Hangul, and a braille pattern without dots.
_BLANK_SIGNS = str.maketrans(dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " "))


def clean(text: str) -> str:
    """Return `text` without characters that nobody sees, trimmed, with one blank for each run of blanks of any kind.

    What goes are format characters (category Cf: marks of direction, zero-width blanks, joiners, soft hyphens, byte
    order marks) and variation selectors. Control characters other than blanks stay, so that they are refused.
    """
    if not text.isascii():
        visible = "".join(character for character in text if category(character) != "Cf")
        text = _SELECTORS.sub("", visible).translate(_BLANK_SIGNS)
    return " ".join(text.split())


def clean_text(value: object) -> object:
    """Return a text as `clean` does, and anything else as it is, for pydantic to refuse."""
    return clean(value) if isinstance(value, str) else value


def drop_separators(text: str) -> str:
    """Return `text` without blanks, dots, dashes of any kind, and characters that nobody sees."""
    return _SEPARATORS.sub("", clean(text))


def compact_code(text: str) -> str:
    """Return `text` without separators and in upper case.

    Text that is not ASCII keeps its case, so that it is refused: a long s or a dotless i would become an ASCII letter.
    """
    code = drop_separators(text)
    return code.upper() if code.isascii() else code


Identifier = Annotated[str, BeforeValidator(clean_text)]
"""A code or an address that is checked, and limited in length, without what nobody sees."""
