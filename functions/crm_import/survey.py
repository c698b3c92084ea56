"""Reads the whole file once before anything is loaded: whether it is an export, and its encoding.

The beginning is not enough: the first accent may be in the last row, and a second header in the middle.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from crm_import.encodings import LABELS, Doubts, encoding_of
from crm_import.messages import Message

LONGEST_LINE = 65_536
_START = 65_536  # bytes in which the first line ends
_BOM = b"\xef\xbb\xbf"
_OTHER_KINDS = (
    (
        b"PK\x03\x04",
        "a zip or an Excel workbook: save it as CSV first",
        "uno zip o una cartella di Excel: salvarla prima come CSV",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook: save it as CSV first",
        "una vecchia cartella di Excel: salvarla prima come CSV",
    ),
    (b"%PDF", "a PDF", "un PDF"),
    (
        b"<",
        "a web page (HTML or XML): was the login of the CRM saved in its place?",
        "una pagina web (HTML o XML): è stata salvata al suo posto la pagina di accesso del CRM?",
    ),
)
_SEPARATOR_LINE = re.compile('"?sep ?= ?.?"?[;,\t]*', re.IGNORECASE)  # for Excel
_FIRST_LINE = re.compile(r'(?:[^"\r\n]++|"[^"]*+")*+(\r\n?|\n)')  # line breaks in quotes do not end it
_MOST_HEADER_LINES = 20  # with line breaks in its cells
_NOT_DECODED = re.compile("[\udc80-\udcff]")
BLANK = ' \t\r\n"\x1a\ufeff'  # DOS ends a file with 0x1A


class NotAnExport(Exception):
    """The file is refused as a whole; the message is one line, in English and in Italian."""

    def __init__(self, english: str, italian: str = "") -> None:
        super().__init__(english)
        self.message = Message(english, italian or english)


class Survey(NamedTuple):
    """How to read an export: codec, line end (a line feed stands for both together too) and header.

    The header ends with line `header_line`, from 1; `rows` is the number of lines after it that are not empty.
    """

    encoding: str
    newline: str
    header_line: int
    header: str
    rows: int

    @property
    def encoding_label(self) -> str:
        return LABELS[self.encoding.removesuffix("-sig")]


def survey(path: Path, encoding: str = "", *, may_be_empty: bool = False) -> Survey:
    """Read the file once, in constant memory; raises NotAnExport.

    Without `encoding` it is recognised, and the file is refused where that is doubtful. A header alone will do if the
    file `may_be_empty`.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_START)
        _refuse_other_kinds(start)
        found = encoding_of(path)
        codec = encoding or found
        if codec == "utf-8" and found == "utf-8-sig":
            codec = found
        newline = _line_end(start.decode(codec, errors="replace"))
        with path.open(encoding=codec, errors="surrogateescape", newline=newline) as lines:
            doubts = Doubts() if codec == "cp1252" and not encoding else None
            surveyed = _Reader(lines, codec, newline, doubts).survey()
    except OSError as error:
        raise NotAnExport(error.strerror or str(error)) from None
    except UnicodeError:
        label = LABELS[codec.removesuffix("-sig")]
        raise NotAnExport(f"it is not {label}", f"il file non è in {label}") from None
    if not surveyed.rows and not may_be_empty:
        raise NotAnExport("there is only a header, and no customer", "c'è solo l'intestazione, e nessun cliente")
    return surveyed


class _Reader:
    def __init__(self, lines: TextIO, encoding: str, newline: str, doubts: Doubts | None) -> None:
        self._lines = _checked(lines, encoding, doubts)
        self._encoding, self._newline, self._doubts = encoding, newline, doubts

    def survey(self) -> Survey:
        number, first, header = self._header()
        rows = 0
        for at, line in self._lines:
            text = line.strip(BLANK)
            if text == first:
                raise NotAnExport(
                    f"line {at} repeats the header of line {number}: are these two exports?",
                    f"la riga {at} ripete l'intestazione della riga {number}: sono due file in uno?",
                )
            rows += text != ""
        if self._doubts and self._doubts.message:
            raise NotAnExport(*self._doubts.message)
        return Survey(self._encoding, self._newline, number, header, rows)

    def _header(self) -> tuple[int, str, str]:
        """Return the number of the header's last line, its first line, and all of it."""
        for number, line in self._lines:
            text = line.strip(BLANK)
            if not text.strip(';,"') or _SEPARATOR_LINE.fullmatch(line.strip()):
                continue
            header, last = line, number
            while header.count('"') % 2 and last - number < _MOST_HEADER_LINES:
                last, more = next(self._lines, (last + _MOST_HEADER_LINES, ""))
                header += more
            return last, text, header.removeprefix("\ufeff").strip()
        raise NotAnExport("it is empty", "il file è vuoto")


def _refuse_other_kinds(start: bytes) -> None:
    content = start.removeprefix(_BOM).lstrip()
    for signature, english, italian in _OTHER_KINDS:
        if content.startswith(signature):
            raise NotAnExport(f"it is not a CSV file but {english}", f"il file non è un CSV ma {italian}")


def _line_end(start: str) -> str:
    """Return what ends a line: old Macs write a carriage return alone."""
    end = _FIRST_LINE.match(start) or re.search("(\r\n?|\n)", start)
    return "\r" if end and end[1] == "\r" else "\n"


def _checked(lines: TextIO, encoding: str, doubts: Doubts | None) -> Iterator[tuple[int, str]]:
    number = 0
    while line := lines.readline(LONGEST_LINE + 1):
        number += 1
        if "\0" in line:
            raise NotAnExport(
                f"line {number} contains a NUL: it is binary or UTF-16, not a CSV file",
                f"la riga {number} contiene un carattere NUL: il file è binario o in UTF-16, non un CSV",
            )
        if len(line) > LONGEST_LINE:
            raise NotAnExport(
                f"line {number} is longer than 64 kB: it is not a CSV file",
                f"la riga {number} supera i 64 kB: il file non è un CSV",
            )
        if not line.isascii():
            if _NOT_DECODED.search(line):
                raise NotAnExport(*_not_decoded(number, encoding, is_guess=doubts is not None))
            if doubts:
                doubts.look_at(number, line)
        yield number, line


def _not_decoded(number: int, encoding: str, *, is_guess: bool) -> Message:
    if is_guess:
        return Message(
            f"line {number} is neither UTF-8 nor Windows-1252: add --encoding",
            f"la riga {number} non è né in UTF-8 né in Windows-1252: salvare il file come UTF-8",
        )
    if encoding == "utf-8-sig":
        return Message(
            f"it starts as UTF-8, but line {number} is not UTF-8",
            f"il file comincia in UTF-8, ma la riga {number} non lo è",
        )
    return Message(f"line {number} is not {LABELS[encoding]}", f"la riga {number} non è in {LABELS[encoding]}")
