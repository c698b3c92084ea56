"""The page of results: sections of paragraphs and tables in Markdown, in one fixed order."""

from collections.abc import Sequence
from typing import NamedTuple


class Table(NamedTuple):
    """`rows` have as many cells as there are columns; all but the first column are figures."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        lines = [self.columns, ["---", *["---:"] * (len(self.columns) - 1)], *self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


class Section(NamedTuple):
    """One measurement: what was asked, the figures, and what to know about them."""

    title: str
    parts: Sequence[str | Table]

    def text(self) -> str:
        paragraphs = [part.text() if isinstance(part, Table) else part for part in self.parts]
        return "\n\n".join([f"## {self.title}", *paragraphs])


def times(value: float) -> str:
    """Return a ratio for people: three figures are more than a measurement is good for, two are enough from 10 on."""
    return f"{value:.2f} ×" if value < 10 else f"{value:.0f} ×"


def millis(seconds: float) -> str:
    """Return a time for people."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"


def met(*, reached: bool) -> str:
    """Return what stands beside a goal."""
    return "yes" if reached else "**no**"
