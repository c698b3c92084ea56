"""When are two spellings of a name one: the folding that names, company names and their comparison share.

Case, accents, apostrophes and invisible characters go. Look-alikes of other alphabets stay apart: a Cyrillic A is
not a Latin one, nor is a full-width one.
"""

from itertools import product
from unicodedata import category, combining, normalize

# Straight, curly, modifier, full-width, primes, and the accents that stand for one on a keyboard without.
APOSTROPHES = frozenset("'`´‘’‛′‵ʹʻʼʽʾʿˈˊˋꞌ＇")  # noqa: RUF001 - meant

# Letters with two usual spellings, and those with one (ICAO Doc 9303-3, section 6; ß and ligatures are case folding).
_TWO_SPELLINGS = {
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "å": ("a", "aa"),
    "ø": ("o", "oe"),
    "đ": ("d", "dj"),
}
_ONE_SPELLING = {
    "æ": "ae", "œ": "oe", "ł": "l", "ı": "i", "ĳ": "ij", "þ": "th", "ð": "d", "ħ": "h", "ŧ": "t", "ŀ": "l",  # noqa: RUF001 - a dotless i is meant
}  # fmt: skip
_MOST_CHOICES = 6
# Marks of these combining classes are part of a letter in Indian and Japanese scripts, not an accent on it.
_NOT_ACCENTS = (0, 7, 8, 9)

_ASCII = str.maketrans("", "", "'`")


def fold(text: str) -> str:
    """Return `text` in lower case without accents, apostrophes and invisible characters.

    A letter with two usual spellings stays one letter, for `spellings`; blanks and punctuation stay.
    """
    if text.isascii():
        return text.lower().translate(_ASCII)
    composed = normalize("NFC", normalize("NFC", text).casefold())
    return "".join(email_for if email_for in _TWO_SPELLINGS else _bare(email_for) for email_for in composed)


def spellings(folded: str) -> frozenset[str]:
    """Return every usual spelling of a folded text, in every mixture; none of an empty one.

    With very many choices only the two uniform spellings are given.
    """
    if not folded:
        return frozenset()
    if folded.isascii():
        return frozenset((folded,))
    choices = [_TWO_SPELLINGS.get(email_for, (email_for,)) for email_for in folded]
    if sum(len(choice) - 1 for choice in choices) > _MOST_CHOICES:
        return frozenset(("".join(choice[0] for choice in choices), "".join(choice[-1] for choice in choices)))
    return frozenset(map("".join, product(*choices)))


def _bare(email_for: str) -> str:
    if email_for in APOSTROPHES or category(email_for) == "Cf":
        return ""
    kept = (part for part in normalize("NFD", email_for) if combining(part) in _NOT_ACCENTS)
    return "".join(_ONE_SPELLING.get(part, part) for part in kept)
