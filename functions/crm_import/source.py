"""The file of a run, on disk or in the exchange bucket: the very file that was surveyed, or none."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from crm_import.runs import SourceFile
from utenza.objects import Objects, Replaced

_BLOCK = 1 << 20


class Source(Protocol):
    """A file whose content does not change: `as_of` is when it was written, in seconds since 1970."""

    @property
    def file(self) -> SourceFile: ...

    @property
    def as_of(self) -> int: ...

    def whole(self) -> AbstractContextManager[Path]:
        """Lend the whole file as one on disk; raises Replaced at the end if it is another by then."""

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`; raises Replaced."""


class LocalFile:
    """A file on disk, known by its digest and watched by its size and time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stat = self._signature()
        digest = hashlib.blake2b(digest_size=16)
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
        self.as_of = int(path.stat().st_mtime)
        self.file = SourceFile(name=path.name, size=path.stat().st_size, identity=digest.hexdigest())
        self._check()

    @contextmanager
    def whole(self) -> Iterator[Path]:
        self._check()
        yield self._path
        self._check()

    def read(self, start: int, end: int) -> bytes:
        self._check()
        with self._path.open("rb") as file:
            file.seek(start)
            content = file.read(end - start)
        self._check()
        return content

    def _signature(self) -> tuple[int, int, int]:
        found = self._path.stat()
        return found.st_size, found.st_mtime_ns, found.st_ino

    def _check(self) -> None:
        if self._signature() != self._stat:
            raise Replaced(self._path.name)


class StoredFile:
    """An object of the exchange bucket: this version of it, however often its key is written again."""

    def __init__(self, objects: Objects, file: SourceFile, as_of: int) -> None:
        self._objects = objects
        self.file = file
        self.as_of = as_of

    @contextmanager
    def whole(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "export.csv"
            with copy.open("wb") as file:
                self._objects.download(self.file.key, file, etag=self.file.identity, version=self.file.version)
            yield copy

    def read(self, start: int, end: int) -> bytes:
        return self._objects.get_range(self.file.key, start, end, etag=self.file.identity, version=self.file.version)


def stored(objects: Objects, key: str, version: str = "", order: str = "") -> StoredFile:
    """Return an object as it is now, or as that version; raises Missing. `order` is the sequencer of its event.

    Who sends a file may say in its metadata `as-of`, in seconds since 1970, when its data were so: before it was sent.
    A later time (or milliseconds) would make every file after it the older one.
    """
    head = objects.head(key, version)
    said = head.metadata.get("as-of", "")
    file = SourceFile(
        name=_printable(key.rsplit("/", 1)[-1]),
        size=head.size,
        identity=head.etag,
        key=key,
        version=version or head.version,
        sent_by=_printable(head.metadata.get("sent-by", "")),
        order="" if said.isdecimal() else order,
    )
    return StoredFile(objects, file, min(int(said), head.modified) if said.isdecimal() else head.modified)


def _printable(text: str) -> str:
    """Return what reports and terminals may show of a text of others."""
    return "".join(char if char.isprintable() else "?" for char in text)
