"""Names of companies and bodies, whose legal forms and streets have many spellings.

What means the same stands in `company_names.tsv`, with its sources. The legal form counts (ROSSI SRL is not ROSSI SPA).
Street numbers count too: condominiums of one street differ in nothing else.
"""

import re
from unicodedata import category

from utenza.customers import name_table, person_names
from utenza.customers.folding import APOSTROPHES, fold, spellings
from utenza.errors import InvalidValue
from utenza.identifiers.separators import clean

_PUNCTUATION = frozenset(' .,:;/\\|_-–—‐‑−&+@!#%*°()[]"«»‹›“”„·•€$£§…®™©№^~{}')  # noqa: RUF001 - dashes are meant
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
# A blank matters only between digits: 11 6 is not 1 16.
_IDLE_BLANK = re.compile(r"(?<!\d) | (?!\d)")


def validate(text: str) -> str:
    """Return the name in NFC with single blanks; raise InvalidValue("invalid_name") if it is not a name.

    A name has a letter or digit, and neither = nor ?: a formula begins with =, and exports write ? for lost letters.
    """
    name = person_names.tidy(text)
    if not (any(category(character)[0] in "LN" for character in name) and all(map(_belongs, name))):
        raise InvalidValue("invalid_name")
    return name


def forms(text: str) -> frozenset[str]:
    """Return the forms by which names are compared: two names match if they share one. An empty name has none."""
    return frozenset(
        form for reading in name_table.readings(_words(text)) for form in spellings(_IDLE_BLANK.sub("", reading))
    )


def _words(text: str) -> list[str]:
    """Return the folded words; the dots of initials (S.R.L.) do not end one, and & is a word."""
    folded = fold(clean(text).translate(name_table.SIGNS)).replace("&", " e ")
    joined = _INITIALS.sub(lambda initials: initials[0].replace(".", "") + " ", folded)
    return [word for word in _BETWEEN_WORDS.split(joined) if word]


def _belongs(character: str) -> bool:
    return category(character)[0] in "LMN" or character in _PUNCTUATION or character in APOSTROPHES
