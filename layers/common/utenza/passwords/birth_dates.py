"""The ways to write a birth date: a codice fiscale contains it, and people like it in passwords."""

import re
from collections.abc import Iterator
from itertools import permutations
from typing import NamedTuple

# Folded by customers.folding, in the three languages of the pages, with the usual abbreviations.
_MONTHS = (
    "gennaio gen january jan januar jaenner janner",
    "febbraio feb february februar feber",
    "marzo mar march maerz marz mrz",
    "aprile apr april",
    "maggio mag may mai",
    "giugno giu june jun juni",
    "luglio lug july jul juli",
    "agosto ago august aug",
    "settembre set sett september sep sept",
    "ottobre ott october oct oktober okt",
    "novembre nov november",
    "dicembre dic december dec dezember dez",
)
_NUMBERS_AND_WORDS = re.compile(r"[0-9]+|[^\W\d_]+")
_LONG_ENOUGH = 6


class Writings(NamedTuple):
    """Search `digits` in the digits and letters of a text, and `marked` in what the function `marked` makes of it."""

    digits: frozenset[str]
    marked: frozenset[str]


def writings(year: int, month: int, day: int) -> Writings:
    """Return the usual writings of a date in the 20th and 21st century; `year` is 0 to 99.

    They are day, month and year; month and year; or day and the name of the month. The year alone and 0503 are not
    among them, because they look like any other number.
    """
    numbers = set(_padded(year, month, day))
    marked = {f"/{'/'.join(parts)}/" for parts in _parted(year, month, day)}
    for parts in _parted(year, month, day):
        glued = "".join(parts)
        if glued.isdecimal() and len(glued) >= _LONG_ENOUGH:
            numbers.add(glued)
        elif glued.isdecimal() and len(glued) == _LONG_ENOUGH - 1:
            marked.add(f"/{glued}/")
    return Writings(frozenset(numbers), frozenset(marked))


def marked(folded: str) -> str:
    """Return the numbers, without leading zeros, and the words of a folded text, with a slash before and after each."""
    parts = (part.lstrip("0") or "0" for part in _NUMBERS_AND_WORDS.findall(folded))
    return f"/{'/'.join(parts)}/"


def _padded(year: int, month: int, day: int) -> Iterator[str]:
    two = f"{year:02}", f"{month:02}", f"{day:02}"
    yield from ("".join(order) for order in permutations(two))
    for full in _full(year):
        yield from ("".join(order) for order in permutations((full, *two[1:])))
        yield from (two[1] + full, full + two[1])


def _parted(year: int, month: int, day: int) -> Iterator[tuple[str, ...]]:
    for written in (str(year), *_full(year)):
        yield from permutations((written, str(month), str(day)))
        if len(written) == 4:
            yield from permutations((written, str(month)))
        for name in _MONTHS[month - 1].split():
            yield from permutations((written, name))
    for name in _MONTHS[month - 1].split():
        yield from permutations((str(day), name))


def _full(year: int) -> tuple[str, str]:
    return f"19{year:02}", f"20{year:02}"
