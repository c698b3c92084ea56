"""Splits the file into records (RFC 4180) so that a stray quote spoils one row and never the rest of the file."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crm_import.survey import BLANK

_MOST_LINES = 10  # of a record: line breaks in quotes are rare, and an open quote must end somewhere
_SPECIAL = re.compile(r'["\r\n]')  # `csv` splits a line without these, as most are, like `str.split`

type _Numbered = tuple[int, str]


class Record(NamedTuple):
    """One row; `line` is the number of its first line, from 1.

    If it is not `is_readable`, its quotes are wrong and `cells` has the whole line.
    """

    line: int
    cells: list[str]
    is_readable: bool


def records(lines: Iterable[str], delimiter: str, *, width: int, first_line: int = 1) -> Iterator[Record]:
    """Yield all records that are not empty; `lines` have their line ends, `width` is the header's number of cells."""
    source = _Lines(lines, first_line)
    while (numbered := source.take()) is not None:
        number, text = numbered
        if not text.strip(delimiter + BLANK):
            continue
        text = text.rstrip("\x1a")
        cells = split(text, delimiter)
        if cells is None:
            cells = _over_several_lines(text, source, delimiter, width)
        yield Record(number, [text.rstrip("\r\n")], False) if cells is None else Record(number, cells, True)


def split(text: str, delimiter: str) -> list[str] | None:
    """Return the cells, None if the quotes are wrong or still open."""
    line = text.rstrip("\r\n")
    if not _SPECIAL.search(line):
        return line.split(delimiter)
    try:
        [cells] = csv.reader([text], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return None
    return cells


class _Lines:
    """Numbered lines, which can be put back."""

    def __init__(self, lines: Iterable[str], first_line: int) -> None:
        self._source = enumerate(lines, first_line)
        self._returned: deque[_Numbered] = deque()

    def take(self) -> _Numbered | None:
        return self._returned.popleft() if self._returned else next(self._source, None)

    def put_back(self, lines: list[_Numbered]) -> None:
        self._returned.extendleft(reversed(lines))


def _over_several_lines(text: str, source: _Lines, delimiter: str, width: int) -> list[str] | None:
    taken: list[_Numbered] = []
    while len(taken) < _MOST_LINES and (numbered := source.take()) is not None:
        taken.append(numbered)
        text += numbered[1]
        cells = split(text, delimiter)
        if cells is not None and len(cells) >= width and not any(cells[width:]):
            return cells
    source.put_back(taken)
    return None
