"""Parts of a file are ranges of bytes: whatever encoding and line ends it has, each row is in one part, and whole."""

import codecs
import os
from pathlib import Path

import pytest

from crm_import.source import LocalFile, stored

from .engine import HEADER, START, Engine, code_of, row

NAMES = ("ROSSI", "NICOLÒ", "D'ALÌ", "GÖTZ", "FERRI", "ZÀNOLI", "NERI")
OPEN_QUOTE = 5
NOTES = ('"due{0}righe; e"', "", '"una ""citazione"""', '"{0}{0}tre"', "è", '"una virgoletta aperta', "fine")


def _file(folder: Path, encoding: str, line_end: str) -> LocalFile:
    notes = [note.format(line_end) for note in NOTES]
    rows = [f"{row(n, NAMES[n % len(NAMES)])};{notes[n % len(notes)]}" for n in range(40)]
    text = "".join(f"{line}{line_end}" for line in (f"{HEADER};NOTE", *rows))
    content = text.encode(encoding)
    path = folder / "export.csv"
    path.write_bytes(codecs.BOM_UTF16_BE + content if encoding == "utf-16-be" else content)
    os.utime(path, (START,) * 2)
    return LocalFile(path)


def test_a_line_feed_in_a_cell_of_a_file_of_carriage_returns_ends_no_line(tmp_path: Path) -> None:
    """So does Excel for Mac write cells of several lines."""
    engine = Engine(tmp_path, part_rows=3)
    lines = [f"{HEADER};NOTE", *(f'{row(n, "ROSSI")};"due\nrighe"' for n in range(6))]
    path = tmp_path / "export.csv"
    path.write_bytes("".join(f"{line}\r" for line in lines).encode())
    engine.load_source("full", LocalFile(path))
    assert engine.names() == dict.fromkeys(range(6), "ROSSI")


@pytest.mark.parametrize("part_rows", [1, 3, 1000])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
def test_each_row_is_in_one_part_and_whole(tmp_path: Path, encoding: str, line_end: str, part_rows: int) -> None:
    engine = Engine(tmp_path, part_rows=part_rows)
    run = engine.load_source("full", _file(tmp_path, encoding, line_end))
    good = [number for number in range(40) if number % len(NOTES) != OPEN_QUOTE]
    assert engine.names() == {number: NAMES[number % len(NAMES)] for number in good}
    assert (run.numbers.rejected, run.status) == (40 - len(good), "applied")
    assert len(engine.table.written) == len(good)
    assert run.parts == {1: len(good), 3: 14, 1000: 1}[part_rows]


def test_the_plan_of_a_part_names_lines_and_no_customer(tmp_path: Path) -> None:
    engine = Engine(tmp_path, part_rows=10)
    run = engine.load_source("full", _file(tmp_path, "utf-8", "\r\n"))
    plans = [engine.dependencies().exchange.part(run, number).model_dump_json() for number in range(1, run.parts + 1)]
    assert not [name for name in (*NAMES, *map(code_of, range(40))) if name in str(plans)]


@pytest.mark.parametrize(
    ("said", "as_of"),
    [("", START), (str(START - 60), START - 60), (str(START + 60), START), (f"{START}000", START), ("ieri", START)],
)
def test_data_are_no_newer_than_their_file(tmp_path: Path, said: str, as_of: int) -> None:
    """A time of the future would make every file after it the older one, for good."""
    engine = Engine(tmp_path)
    engine.objects.send("incoming/a/full/b\x1b\n.csv", b"x", modified=START, **({"as-of": said} if said else {}))
    found = stored(engine.objects, "incoming/a/full/b\x1b\n.csv")
    assert (found.as_of, found.file.name) == (as_of, "b??.csv")
