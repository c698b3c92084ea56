"""Compares a file with what is known of a supplier's customers, in constant memory: a temporary SQLite database."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from crm_import.manifests import UNKNOWN, Entry

_CACHE_KIB = 2048
_TABLES = """
CREATE TABLE known (code TEXT PRIMARY KEY, digest TEXT, active INTEGER) WITHOUT ROWID;
CREATE TABLE later (code TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE spared (code TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE seen (code TEXT PRIMARY KEY, digest TEXT, active INTEGER) WITHOUT ROWID;
CREATE TABLE changed (line INTEGER PRIMARY KEY, code TEXT);
BEGIN;
"""
_GONE = """
FROM known WHERE active AND NOT EXISTS (SELECT 1 FROM seen WHERE seen.code = known.code)
AND NOT EXISTS (SELECT 1 FROM later WHERE later.code = known.code)
AND NOT EXISTS (SELECT 1 FROM spared WHERE spared.code = known.code)
"""


class Staging:
    """What is known before the file, and what the file says; SQLite spills both to disk and deletes them."""

    def __init__(self) -> None:
        self._has_later = False
        self._database = sqlite3.connect("", isolation_level=None)
        for name, value in (("cache_size", -_CACHE_KIB), ("journal_mode", "OFF"), ("synchronous", "OFF")):
            self._database.execute(f"PRAGMA {name} = {value}")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        self._database.close()

    def know(self, entries: Iterable[Entry]) -> None:
        """Add what an earlier file said; a later one of them replaces it."""
        self._database.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?)", entries)

    def known(self) -> Iterator[Entry]:
        """Yield what is known, sorted."""
        for code, digest, active in self._database.execute("SELECT code, digest, active FROM known ORDER BY code"):
            yield Entry(code, digest, bool(active))

    def doubt(self, entries: Iterable[Entry]) -> None:
        """Trust nothing that is known of these customers: a run that has not ended may have changed them.

        They count as active, so that those whom the next file does not name are looked up.
        """
        self.know(Entry(entry.code, UNKNOWN, is_active=True) for entry in entries)

    def supersede(self, entries: Iterable[Entry]) -> None:
        """Leave these customers as they are: a later file has said how."""
        self._has_later = True
        self._database.executemany("INSERT OR IGNORE INTO later VALUES (?)", ((entry.code,) for entry in entries))

    def spare(self, code: str) -> None:
        """Leave a customer as they are: their row was rejected, but they are not gone."""
        self._database.execute("INSERT OR IGNORE INTO spared VALUES (?)", (code,))

    def is_superseded(self, code: str) -> bool:
        return self._has_later and self._one("SELECT 1 FROM later WHERE code = ?", code) is not None

    def see(self, entry: Entry) -> Literal["new", "same", "different"]:
        """Add a row unless its customer was seen before; return how it compares with that first row."""
        if self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", entry).rowcount:
            return "new"
        first = self._one("SELECT digest FROM seen WHERE code = ?", entry.code)
        return "same" if first == entry.digest else "different"

    def is_known(self, entry: Entry) -> bool:
        return self._one("SELECT digest FROM known WHERE code = ?", entry.code) == entry.digest

    def change(self, line: int, code: str) -> None:
        self._database.execute("INSERT INTO changed VALUES (?, ?)", (line, code))

    @property
    def active(self) -> int:
        return self._count("SELECT count(*) FROM known WHERE active")

    def changed_lines(self, first: int, end: int) -> list[int]:
        """Return the lines from `first` up to `end` that change a record."""
        rows = self._database.execute(
            "SELECT line FROM changed WHERE line >= ? AND line < ? ORDER BY line", (first, end)
        )
        return [line for (line,) in rows]

    def count_gone(self) -> int:
        return self._count(f"SELECT count(*) {_GONE}")

    def gone(self) -> Iterator[str]:
        """Yield the active customers that the file does not name, sorted."""
        for (code,) in self._database.execute(f"SELECT code {_GONE} ORDER BY code"):
            yield code

    def touched(self, gone: Sequence[str] | Iterable[str]) -> Iterator[Entry]:
        """Yield whom the run may change."""
        for (code,) in self._database.execute("SELECT code FROM changed"):
            yield Entry(code, UNKNOWN, True)
        for code in gone:
            yield Entry(code, UNKNOWN, True)

    def manifest(self, *, with_gone: bool) -> Iterator[Entry]:
        """Yield what the file says, sorted, with what is known of those it could not name.

        `with_gone` are also those that it does not name, where nobody ceases.
        """
        kept = f"""SELECT code, digest, active FROM known
            WHERE code IN (SELECT code FROM spared) AND code NOT IN (SELECT code FROM seen)
            {f"UNION SELECT code, digest, active {_GONE}" if with_gone else ""}"""  # noqa: S608 - no input
        query = f"SELECT code, digest, active FROM seen UNION ALL {kept} ORDER BY code"  # noqa: S608 - no input
        for code, digest, active in self._database.execute(query):
            yield Entry(code, digest, bool(active))

    def _count(self, query: str) -> int:
        [(count,)] = self._database.execute(query)
        return int(count)

    def _one(self, query: str, *values: str) -> object | None:
        row = self._database.execute(query, values).fetchone()
        return None if row is None else row[0]
