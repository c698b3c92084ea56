"""The table of spellings in names of companies, bodies and streets, and how a name is read by it.

The table is data (`company_names.tsv`, which names its sources). This module knows none of its words.
"""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import NamedTuple

PATH = os.path.join(os.path.dirname(__file__), "company_names.tsv")  # noqa: PTH118, PTH120 -- pathlib is slow to import
_MOST_READINGS = 64
_LONGEST_PHRASE = 5  # words
_LONGEST_FORM = 8  # words
_LONGEST_LETTERS = 3  # of an abbreviation that blanks cut into pieces: S R L, A RL


class Table(NamedTuple):
    """`abbreviations` by the words that they are cut into; `synonyms` in their order, with a blank on either side.

    `forms` have their places in the order of the table.
    """

    abbreviations: dict[str, tuple[str, ...]]
    synonyms: tuple[tuple[str, str], ...]
    forms: dict[str, int]
    between_words: tuple[str, ...]
    before_numbers: tuple[str, ...]
    condominiums: tuple[str, ...]
    prepositions: tuple[str, ...]
    streets: tuple[str, ...]
    days: dict[str, str]
    months: frozenset[str]
    signs: dict[str, str]


def load(path: str = PATH) -> Table:
    sections: dict[str, list[tuple[str, str]]] = {}
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 -- pathlib is slow to import
        for line in file:
            if line.startswith("["):
                section = sections.setdefault(line.strip("[]\n"), [])
            elif line.strip() and not line.startswith("#"):
                spelled, _, meant = line.rstrip("\n").partition("\t")
                section.append((spelled, meant))
    return Table(
        {spelled: tuple(meant.split("|")) for spelled, meant in sections["abbreviations"]},
        tuple((f" {spelled} ", f" {meant} ") for spelled, meant in sections["synonyms"]),
        {form: place for place, form in enumerate(_words(sections["forms"]))},
        _words(sections["between words"]),
        _words(sections["before a number"]),
        _words(sections["condominiums"]),
        _words(sections["prepositions"]),
        _words(sections["streets"]),
        dict(sections["before a month"]),
        frozenset(_words(sections["months"])),
        dict(sections["signs"]),
    )


def _words(section: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(spelled for spelled, _ in section)


TABLE = load()
SIGNS = str.maketrans({sign: f" {meant} " for sign, meant in TABLE.signs.items()})

_NUMBER = re.compile(rf" (?:{'|'.join(TABLE.before_numbers)})(?= \d)")
_BETWEEN = re.compile(rf"(?<=\S) (?:{'|'.join(TABLE.between_words)})(?= \S)")
_FIRST_OF_FORMS = frozenset(form.partition(" ")[0] for form in TABLE.forms)
_OF_STREET = re.compile(
    rf"( (?:{'|'.join(TABLE.condominiums)})) (?:{'|'.join(TABLE.prepositions)})(?= (?:{'|'.join(TABLE.streets)}) )"
)


def readings(words: Sequence[str]) -> list[str]:
    """Return every meaning of a name, given and returned as folded words; at most 64, the likely ones first."""
    phrase = _NUMBER.sub("", f" {' '.join(words)} ")
    meanings = list(_meanings(_with_days(phrase.split())))
    found = islice(product(*meanings), _MOST_READINGS)
    return [_with_forms_last(_with_synonyms(" ".join(parts))) for parts in found]


def _with_days(words: list[str]) -> list[str]:
    """Return the words with the day before a month as a number: IV NOVEMBRE is 4 NOVEMBRE."""
    following = [*words, ""][1:]
    return [
        TABLE.days.get(word, word) if after in TABLE.months else word
        for word, after in zip(words, following, strict=True)
    ]


def _meanings(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the meanings of each word or phrase, the longest phrase first."""
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            meant = _meaning(words[at : at + length])
            if meant:
                break
        yield meant or (words[at],)
        at += length


def _meaning(words: Sequence[str]) -> tuple[str, ...]:
    """Return what the words mean together, nothing if they are no phrase of the table."""
    phrase = TABLE.abbreviations.get(" ".join(words), ())
    if phrase or len(words) == 1 or not all(map(_is_piece, words)):
        return phrase
    return TABLE.abbreviations.get("".join(words), ())


def _is_piece(word: str) -> bool:
    """Tell whether a word can be a part of an abbreviation; one itself is none: SRL S. MARIA is no SRLS."""
    return len(word) <= _LONGEST_LETTERS and (len(word) == 1 or word not in TABLE.abbreviations)


def _with_synonyms(text: str) -> str:
    phrase = f" {text} "
    for spelled, meant in TABLE.synonyms:
        phrase = phrase.replace(spelled, meant)
    return _OF_STREET.sub(r"\1", _BETWEEN.sub("", phrase)).strip()


def _with_forms_last(text: str) -> str:
    """Return a name with its legal forms at the end: ALFA SAS DI ROSSI MARIO is ALFA DI ROSSI MARIO SAS."""
    words, others, forms = text.split(), list[str](), list[str]()
    if _FIRST_OF_FORMS.isdisjoint(words):
        return text
    while words:
        form = _form_at_start(words)
        (forms if form else others).append(form or words[0])
        del words[: form.count(" ") + 1]
    together = " ".join(sorted(forms, key=TABLE.forms.__getitem__))
    return " ".join((*others, _with_synonyms(together) if len(forms) > 1 else together)).strip()


def _form_at_start(words: Sequence[str]) -> str:
    """Return the longest legal form that the words begin with, "" if there is none."""
    if words[0] not in _FIRST_OF_FORMS:
        return ""
    phrases = (" ".join(words[:length]) for length in range(min(_LONGEST_FORM, len(words)), 0, -1))
    return next((phrase for phrase in phrases if phrase in TABLE.forms), "")
