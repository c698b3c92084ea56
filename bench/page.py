"""The page of results: one table of figures a section, each with its goal and whether it was reached."""

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

type Row = Sequence[str]


class Section(NamedTuple):
    """What was measured: `text` says how, `rows` are figures, `more` are paragraphs or tables below them."""

    title: str
    text: str
    rows: Sequence[Row]
    more: Sequence[str] = ()

    def markdown(self) -> str:
        figures = table(["what", "figure", "goal", "reached", "measured"], self.rows)
        return "\n\n".join(
            [f"## {self.title}", textwrap.fill(self.text, 120, break_on_hyphens=False), figures, *self.more]
        )


def table(columns: Row, rows: Sequence[Row]) -> str:
    """Return a Markdown table; all columns but the first are figures."""
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def at_most(what: str, value: float, goal: float | None, measured: str = "", unit: str = "×") -> Row:
    """Return the row of a figure that may not exceed its goal; None is a figure without one."""
    reached = None if goal is None else value <= goal
    return _row(what, value, f"at most {_short(goal)} {unit}", measured, unit, reached=reached)


def at_least(what: str, value: float, goal: float | None, measured: str = "", unit: str = "×") -> Row:
    """Return the row of a figure that may not stay below its goal; None is a figure without one."""
    reached = None if goal is None else value >= goal
    return _row(what, value, f"at least {_short(goal)} {unit}", measured, unit, reached=reached)


def _row(what: str, value: float, goal: str, measured: str, unit: str, *, reached: bool | None) -> Row:
    figure = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
    verdict = {None: ("", ""), True: (goal, "yes"), False: (goal, "**no**")}[reached]
    return [what, f"{figure} {unit}".strip(), *(text.strip() for text in verdict), measured]


def _short(goal: float | None) -> str:
    return "" if goal is None else f"{goal:,g}"


def millis(seconds: float) -> str:
    """Return a time for people."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms"
