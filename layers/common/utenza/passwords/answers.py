"""Answers to the security question: which characters count, and which answers are refused.

People remember an answer and do not copy it. So only its letters, digits and symbols count when they give it again.
"""

import re
from unicodedata import category, normalize

from utenza.customers import folding
from utenza.passwords.personal_data import PersonalData

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 2  # rivers, pets and aunts have names like Po, Ra and Lu
_SHORTEST_PART = 4
_LETTERS_DIGITS_SYMBOLS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc", "Sm", "Sc", "So"))
_EMOJI_STYLES = frozenset("\ufe0e\ufe0f")


def fold(answer: str) -> str:
    """Return the text that is hashed: the answer without case, accents, punctuation, blanks and compatibility letters.

    Stored hashes are hashes of this text: after a change of this function no stored answer matches.
    """
    spelled = folding.spellings(folding.fold(normalize("NFKC", answer)))
    plain = min(spelled, key=len, default="")  # writes every ü as u, every ø as o
    return "".join(character for character in normalize("NFKC", plain) if _counts(character))


def check(question: str, answer: str, password: str, *, personal_data: PersonalData) -> list[str]:
    """Return the codes of all faults, none if the answer is good.

    Codes: required (it has no letter, digit or symbol), answer_too_short (it has one), answer_traceable (it is personal
    data), answer_in_question, answer_is_password.
    """
    folded = fold(answer)
    if not folded:
        return ["required"]
    faults = {
        "answer_too_short": len(folded) < _SHORTEST,
        "answer_traceable": personal_data.found_in(answer),
        "answer_in_question": _is_in(folded, question),
        "answer_is_password": folded == fold(password),
    }
    return [code for code, found in faults.items() if found]


def _is_in(folded: str, question: str) -> bool:
    """Tell whether the question contains the answer; up to three letters count only as a word (Po is not in sport)."""
    if len(folded) < _SHORTEST_PART:
        return folded in map(fold, _WORD.findall(normalize("NFKC", question)))
    return folded in fold(question)


def _counts(character: str) -> bool:
    return category(character) in _LETTERS_DIGITS_SYMBOLS and character not in _EMOJI_STYLES
