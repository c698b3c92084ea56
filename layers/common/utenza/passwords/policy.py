"""The password policy: a password must not be too short, too common, or made of the customer's personal data.

There are no rules of composition, because they lead to passwords that people forget and machines guess (NIST
SP 800-63B-4, section 3.1.1.2). Lengths are those of NFC, which is also what is hashed.
"""

import os
import re
from functools import cache
from itertools import pairwise
from unicodedata import decimal, normalize

from utenza.passwords.personal_data import PersonalData

COMMON_PASSWORDS = os.path.join(os.path.dirname(__file__), "common_passwords.txt")  # noqa: PTH118, PTH120 -- pathlib is slow to import

SHORTEST_MINIMUM, LONGEST_MINIMUM = 6, 64
LONGEST = 256

# Rows of keys and alphabets, in which people type a sequence. Code points do not tell: those of emoji and of Chinese
# characters are often neighbours, and nobody knows which.
ROWS = (
    *("1234567890", "qwertyuiopè", "qwertz", "asdfghjklòà", "yxcv", "zxcvbnm", "azerty", "1qaz2wsx3edc4rfv"),
    *("0123456789", "abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψω", "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    *("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "אבגדהוזחטיכלמנסעפצקרשת"),
)
_STEPS = frozenset(step for row in ROWS for pair in pairwise(row) for step in (pair, pair[::-1]))
LONGEST_BLOCK = 4
# What belongs to the emoji before it: skin, variant, letters of a flag, and whatever is joined to it.
_PART_OF_EMOJI = re.compile("\u200d.|[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]", re.DOTALL)


def check(password: str, *, minimum: int, personal_data: PersonalData) -> list[str]:
    """Return the codes of all faults, none if the password is good; raise ValueError if `minimum` is not 6 to 64.

    Lengths are code points. Codes: invalid_characters (lone surrogates, which cannot be hashed), too_long (more than
    256), password_too_short, password_too_common, password_traceable (it contains personal data).
    """
    if not SHORTEST_MINIMUM <= minimum <= LONGEST_MINIMUM:
        raise ValueError(f"the minimum length must be {SHORTEST_MINIMUM} to {LONGEST_MINIMUM}, not {minimum}")
    if any("\ud800" <= character <= "\udfff" for character in password):
        return ["invalid_characters"]
    composed = normalize("NFC", password)
    if len(composed) > LONGEST:
        return ["too_long"]
    faults = {
        "password_too_short": len(composed) < minimum,
        "password_too_common": is_common(composed),
        "password_traceable": personal_data.found_in(composed),
    }
    return [code for code, found in faults.items() if found]


def are_one(password: str, repeated: str) -> bool:
    """Tell whether two texts are the same password, even if two keyboards composed the accents differently."""
    return normalize("NFC", password) == normalize("NFC", repeated)


def is_common(password: str) -> bool:
    """Tell whether the password is in the list, in any case, or only a sequence or repetition.

    Full-width letters and the digits of all scripts are read as plain ones.
    """
    plain = "".join(str(decimal(character, character)) for character in normalize("NFKC", password))
    return any(map(_is_common, {folded(password), folded(plain)}))


def _is_common(text: str) -> bool:
    block = _repeated_block(text)
    is_short = len(_PART_OF_EMOJI.sub("", block)) <= LONGEST_BLOCK
    return _is_listed(text) or is_sequence(text) or (block != text and (is_short or _is_common(block)))


def folded(password: str) -> str:
    """Return the password in the form of the list: casefolded and in NFC."""
    return normalize("NFC", normalize("NFC", password).casefold())


def _is_listed(text: str) -> bool:
    """Search the list by bisection: its lines are sorted by their bytes."""
    wanted, lines = text.encode("utf-8"), _listed()
    low, high = 0, len(lines) - 1  # a line break each
    while low < high:
        start = lines.rindex(b"\n", low, (low + high) // 2 + 1)
        end = lines.index(b"\n", start + 1)
        line = lines[start + 1 : end]
        if line == wanted:
            return True
        low, high = (end, high) if line < wanted else (low, start)
    return False


@cache
def _listed() -> bytes:
    with open(COMMON_PASSWORDS, "rb") as file:  # noqa: PTH123 -- pathlib is slow to import
        return file.read()


def is_sequence(text: str) -> bool:
    """Tell whether the text is runs along an alphabet, a row of keys or one key, of four characters on average."""
    breaks = sum(a != b and (a, b) not in _STEPS for a, b in pairwise(text))
    return 4 * (breaks + 1) <= len(text)


def _repeated_block(text: str) -> str:
    """Return the shortest block that the text repeats, or the text itself; the last repetition may be incomplete."""
    for size in range(1, len(text) // 2 + 1):
        if text[size:] == text[:-size]:
            return text[:size]
    return text
