"""Answers to the security question: which characters count, and which answers are refused.

People remember an answer and do not copy it. So only its letters, digits and symbols count when they give it again.
"""

import os
import re
from functools import cache
from unicodedata import category, east_asian_width, normalize

from utenza.customers import folding
from utenza.passwords import policy
from utenza.passwords.personal_data import PersonalData

_WORD = re.compile(r"[^\W_]+")
_FOLDER = os.path.join(os.path.dirname(__file__), "common_answers")  # noqa: PTH118, PTH120 -- pathlib is slow to import
_SHORTEST = 3  # a Chinese character counts twice
_LONGEST_COMMON_NUMBER = 4  # so every year is one
_SHORTEST_PART = 4
_LETTERS_DIGITS_SYMBOLS = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Mn", "Mc", "Sm", "Sc", "So"))
_EMOJI_STYLES = frozenset("\ufe0e\ufe0f")


def fold(answer: str) -> str:
    """Return the text that is hashed: the answer without case, accents, punctuation, blanks and compatibility letters.

    Stored hashes are hashes of this text: after a change of this function no stored answer matches.
    """
    plain = folding.shortened(folding.fold(normalize("NFKC", answer)))
    return "".join(character for character in normalize("NFKC", plain) if _counts(character))


def check(question: str, answer: str, password: str, *, personal_data: PersonalData) -> list[str]:
    """Return the codes of all faults, none if the answer is good.

    Codes: required (it has no letter, digit or symbol), answer_too_short (it has one or two), answer_too_common,
    answer_traceable (it is personal data), answer_in_question, answer_is_password.
    """
    folded = fold(answer)
    if not folded:
        return ["required"]
    is_short = sum(1 + (east_asian_width(character) in "FW") for character in folded) < _SHORTEST
    faults = {
        "answer_too_short": is_short,
        "answer_too_common": not is_short and _is_common(folded),
        "answer_traceable": personal_data.found_in(answer),
        "answer_in_question": _is_in(folded, question),
        "answer_is_password": folded == fold(password),
    }
    return [code for code, found in faults.items() if found]


def _is_common(folded: str) -> bool:
    """Tell whether a folded answer is among those that a stranger would try first."""
    is_number = folded.isdecimal() and (len(folded) <= _LONGEST_COMMON_NUMBER or policy.is_sequence(folded))
    return is_number or len(set(folded)) == 1 or folded in _common()


@cache
def _common() -> frozenset[str]:
    """Return the lists of all languages, whatever the language of the page is: one line for each folded answer."""
    texts = []
    for name in os.listdir(_FOLDER):  # noqa: PTH208 -- pathlib is slow to import
        with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:  # noqa: PTH118, PTH123 -- the same
            texts.append(file.read())
    return frozenset("".join(texts).splitlines())


def _is_in(folded: str, question: str) -> bool:
    """Tell whether the question contains the answer; up to three letters count only as a word (Po is not in sport)."""
    if len(folded) < _SHORTEST_PART:
        return folded in map(fold, _WORD.findall(normalize("NFKC", question)))
    return folded in fold(question)


def _counts(character: str) -> bool:
    return category(character) in _LETTERS_DIGITS_SYMBOLS and character not in _EMOJI_STYLES
