"""Shows how far an import is: a bar on a terminal, elsewhere a line every few seconds."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Never, Self

if TYPE_CHECKING:
    from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """Counts rows on the error stream, with the rate and the time left."""

    def __init__(self, total: int) -> None:
        self.done = 0
        self._total = total
        self._started = self._said = time.monotonic()
        self._bar = _bar(total) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, traceback: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.close()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def step(self, rows: int) -> None:
        self.done += rows
        if self._bar is not None:
            self._bar.update(rows)
        elif time.monotonic() - self._said >= _SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            print(self._line(), file=sys.stderr, flush=True)

    def _line(self) -> str:
        rate = self.done / max(self.seconds, 0.001)
        left = max(self._total - self.done, 0) / max(rate, 0.001)
        return f"{self.done:,} of {self._total:,} rows, {rate:,.0f} a second, {left:,.0f} s left"


def _bar(total: int) -> "tqdm[Never]":
    from tqdm import tqdm  # noqa: PLC0415 - for terminals alone

    return tqdm(total=total, unit=" rows", file=sys.stderr)
