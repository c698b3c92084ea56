"""Reads the whole file once before anything is loaded: whether it is an export, and its encoding.

The beginning is not enough: the first accent may be in the last row, and a second header in the middle.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

LONGEST_LINE = 65_536
_BOM = b"\xef\xbb\xbf"
_OTHER_KINDS = (
    (b"PK\x03\x04", "a zip or an Excel workbook: save it as CSV first"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save it as CSV first"),
    (b"%PDF", "a PDF"),
    (b"\xff\xfe", "UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "UTF-16: save it as UTF-8"),
    (b"<", "a web page (HTML or XML): was the login of the CRM saved in its place?"),
)


class NotAnExport(Exception):
    """The file is refused as a whole; the message is one line."""


class Survey(NamedTuple):
    """`encoding` is a codec's name, `header_line` counts from 1, `rows` is the number of non-empty lines after it."""

    encoding: str
    header_line: int
    header: str
    rows: int


def survey(path: Path) -> Survey:
    """Read the file once, in constant memory; raises NotAnExport."""
    try:
        with path.open("rb") as file:
            return _survey(file)
    except OSError as error:
        raise NotAnExport(error.strerror or str(error)) from None


def _survey(file: BinaryIO) -> Survey:
    start = file.read(512)
    _refuse_other_kinds(start)
    has_bom = start.startswith(_BOM)
    file.seek(len(_BOM) if has_bom else 0)
    encoding = "utf-8-sig" if has_bom else "utf-8"
    header, header_line, rows = b"", 0, 0
    for number, line in _lines(file):
        text = line.removeprefix(_BOM).strip()
        if encoding != "cp1252" and not _decodes(line, "utf-8"):
            if has_bom:
                raise NotAnExport(f"it starts as UTF-8, but line {number} is not UTF-8")
            encoding = "cp1252"
        if text and not header:
            header, header_line = text, number
        elif text == header and header:
            raise NotAnExport(f"line {number} repeats the header of line {header_line}: are these two exports?")
        elif text:
            rows += 1
    if not rows:
        raise NotAnExport("there is only a header, and no customer" if header else "it is empty")
    if encoding == "cp1252":
        _check_windows(file)
    return Survey(encoding, header_line, header.decode(encoding), rows)


def _refuse_other_kinds(start: bytes) -> None:
    content = start.removeprefix(_BOM).lstrip()
    for signature, kind in _OTHER_KINDS:
        if content.startswith(signature):
            raise NotAnExport(f"it is not a CSV file but {kind}")


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if b"\0" in line:
            raise NotAnExport(f"line {number} contains a NUL: it is binary or UTF-16, not a CSV file")
        if len(line) > LONGEST_LINE:
            raise NotAnExport(f"line {number} is longer than 64 kB: it is not a CSV file")
        yield number, line


def _decodes(line: bytes, encoding: str) -> bool:
    if line.isascii():
        return True
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _check_windows(file: BinaryIO) -> None:
    file.seek(0)
    for number, line in _lines(file):
        if not _decodes(line, "cp1252"):
            raise NotAnExport(f"line {number} is neither UTF-8 nor Windows-1252")
