"""The folding that makes two spellings of a name equal; person names, company names and passwords use it.

It drops case, accents, apostrophes and invisible characters. Look-alikes stay different: a Cyrillic A is not a Latin
one, nor is a full-width one.
"""

from itertools import product
from unicodedata import category, combining, normalize

# Straight, curly, modifier and full-width apostrophes, primes, and accents that people type instead.
APOSTROPHES = frozenset("'`´‘’‛′‵ʹʻʼʽʾʿˈˊˋꞌ＇")  # noqa: RUF001 - meant

# Letters with two usual spellings, and those with one. The schwa of Azerbaijani names is A in some papers and E in
# others (ICAO Doc 9303-3, section 6; ß and ligatures are case folding).
_TWO_SPELLINGS = {
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "å": ("a", "aa"),
    "ø": ("o", "oe"),
    "đ": ("d", "dj"),
    "ə": ("a", "e"),
}
_SHORT = {letter: short for letter, (short, long) in _TWO_SPELLINGS.items() if len(short) < len(long)}
_ONE_SPELLING = {
    "æ": "ae", "œ": "oe", "ł": "l", "ı": "i", "ĳ": "ij", "þ": "th", "ð": "d", "ħ": "h", "ŧ": "t", "ŀ": "l",  # noqa: RUF001 - a dotless i is meant
}  # fmt: skip
_MOST_CHOICES = 6
# Marks of these combining classes are part of a letter in Indian and Japanese scripts, not an accent on it.
_NOT_ACCENTS = (0, 7, 8, 9)

_ASCII = str.maketrans("", "", "'`")


def fold(text: str) -> str:
    """Return `text` in lower case without accents, apostrophes and invisible characters.

    A letter with two usual spellings stays one letter, which `spellings` expands. Blanks and punctuation stay.
    """
    if text.isascii():
        return text.lower().translate(_ASCII)
    composed = normalize("NFC", normalize("NFC", text).casefold())
    return "".join(letter if letter in _TWO_SPELLINGS else _bare(letter) for letter in composed)


def spellings(folded: str) -> frozenset[str]:
    """Return every usual spelling of a folded text, in every mixture; an empty text has none.

    A text with more than six choices has only its two uniform spellings, so that no text has more than 64.
    """
    if not folded:
        return frozenset()
    if folded.isascii():
        return frozenset((folded,))
    choices = [_TWO_SPELLINGS.get(letter, (letter,)) for letter in folded]
    if sum(len(choice) - 1 for choice in choices) > _MOST_CHOICES:
        return frozenset(("".join(choice[0] for choice in choices), "".join(choice[-1] for choice in choices)))
    return frozenset(map("".join, product(*choices)))


def shortened(folded: str) -> str:
    """Return a folded text with every ü as u and every ø as o; letters whose spellings are equally long stay."""
    return "".join(_SHORT.get(letter, letter) for letter in folded)


def _bare(letter: str) -> str:
    if letter in APOSTROPHES or category(letter) == "Cf":
        return ""
    kept = (part for part in normalize("NFD", letter) if combining(part) in _NOT_ACCENTS)
    return "".join(_ONE_SPELLING.get(part, part) for part in kept)
