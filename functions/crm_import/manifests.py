"""What each applied file said of whom, as digests: enough to see who has changed or gone, and nothing to read.

A manifest has one line for each customer code, sorted: code, digest of the normalised record, `a` if it is active and
`c` if it is not. The digest `?` is none: the table says what the record is. The first line has the number of rows.
"""

import gzip
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

UNKNOWN = "?"


class Entry(NamedTuple):
    code: str
    digest: str
    is_active: bool


def digest_text(digest: bytes) -> str:
    return b64encode(digest).decode()


def write(file: BinaryIO, entries: Iterable[Entry], rows: int) -> None:
    """Write a compressed manifest of sorted entries."""
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
        packed.write(f"#\t{rows}\n".encode())
        for code, digest, is_active in entries:
            packed.write(f"{code}\t{digest}\t{'a' if is_active else 'c'}\n".encode())


def read(file: BinaryIO) -> tuple[int, Iterator[Entry]]:
    """Return the number of rows, and the entries, which are read as they are taken."""
    packed = gzip.GzipFile(fileobj=file, mode="rb")
    rows = int(packed.readline().split(b"\t")[1])
    return rows, _entries(packed)


def _entries(packed: gzip.GzipFile) -> Iterator[Entry]:
    for line in packed:
        code, digest, flag = line.decode().rstrip("\n").split("\t")
        yield Entry(code, digest, flag == "a")
