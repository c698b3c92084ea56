"""Answers to the question that helps to recover a password: what counts of them, and which are refused.

An answer is remembered, not copied, so that only its letters, digits and symbols count when it is given again.
"""

import re
from unicodedata import category, normalize

from utenza.customers import folding
from utenza.passwords.personal_data import PersonalData

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 2  # rivers, pets and aunts: Po, Ra, Lu
_SHORTEST_PART = 4
_LETTERS_DIGITS_SYMBOLS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc", "Sm", "Sc", "So"))
_EMOJI_STYLES = frozenset("\ufe0e\ufe0f")


def fold(answer: str) -> str:
    """Return what of an answer is hashed: no case, accents, punctuation nor blanks, and no compatibility letters.

    Stored hashes are of this: a change of it makes the answers given until then worthless.
    """
    spelled = folding.spellings(folding.fold(normalize("NFKC", answer)))
    plain = min(spelled, key=len, default="")  # the shortest writes every ü as u, every ø as o
    return "".join(email_for for email_for in normalize("NFKC", plain) if _counts(email_for))


def check(question: str, answer: str, password: str, *, personal_data: PersonalData) -> list[str]:
    """Return the code of every fault, none if the answer is good.

    Codes: required (nothing is left of it when folded), answer_too_short (fewer than two), answer_traceable,
    answer_in_question, answer_is_password.
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
    """Tell whether the question holds the answer; a short one only as a word of its own (Po is not in sport)."""
    if len(folded) < _SHORTEST_PART:
        return folded in map(fold, _WORD.findall(normalize("NFKC", question)))
    return folded in fold(question)


def _counts(email_for: str) -> bool:
    return category(email_for) in _LETTERS_DIGITS_SYMBOLS and email_for not in _EMOJI_STYLES
