"""What an import did, in a few lines for the person at the terminal."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from crm_import.runs import Reason

_LINES_NAMED = 5
_HELD = {
    "ceasing": "{found:,} active customers would cease, and at most {allowed:,} may",
    "changing_hands": "{found:,} registered customers would change holder, and at most {allowed:,} may",
    "too_few_rows": "the file has {found:,} rows; by the last full file it should have {allowed:,} at least",
    "rejected": "{found:,} rows were rejected, and at most {allowed:,} may be",
    "older_file": "the file is older than the last full file that was applied",
    "undone": "this file was applied, and undone",
}


class Summary(NamedTuple):
    """`counts` are by label; `rejected` by field and code; `left_out` has the lines of rows without a wrong field."""

    rows: int
    seconds: float
    encoding: str
    separated_by: str
    counts: Mapping[str, int]
    rejected: Sequence[tuple[tuple[str, str], int]]
    rejects: Path
    left_out: Mapping[str, tuple[int, Sequence[int]]]
    ignored: Sequence[str] = ()

    def text(self, *, dry_run: bool) -> str:
        total = sum(number for _, number in self.rejected)
        lines = [
            f"{self.rows:,} rows in {self.seconds:.1f} s ({self.rows / max(self.seconds, 0.001):,.0f} rows/s), "
            f"{self.encoding}, {self.separated_by}",
            *(f"  {name:<10}{number:>10,}" for name, number in self.counts.items()),
            f"  {'rejected':<10}{total:>10,}" + (f"  -> {self.rejects}" if total else ""),
            *(f"    {number:>8,}  {code} {field}".rstrip() for (field, code), number in self.rejected),
            *(_left_out(field, count, some) for field, (count, some) in self.left_out.items()),
        ]
        if self.ignored:
            lines.append(f"  columns not used: {', '.join(self.ignored)}")
        if dry_run:
            lines.append("Dry run: nothing was written to the table.")
        return "\n".join(lines)


def held(reasons: Iterable[Reason]) -> str:
    """Return why a run is held, one reason a line."""
    return "\n".join(f"  {_HELD[each.code].format(found=each.found, allowed=each.allowed)}" for each in reasons)


def _left_out(field: str, count: int, lines: Sequence[int]) -> str:
    numbers = ", ".join(map(str, lines[:_LINES_NAMED])) + (", …" if count > _LINES_NAMED else "")
    return f"  loaded without a wrong {field}: {count:,} (line {numbers})"
