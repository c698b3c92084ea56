"""Shows the progress of an import on stderr: a bar in a terminal, a line every few seconds elsewhere."""

import sys
import time
from typing import Self

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 5.0
tqdm.monitor_interval = 0  # no thread of its own: processes are forked beside it


class Progress:
    """Counts rows, and shows the rate and the remaining time."""

    def __init__(self, total: int) -> None:
        self.done = 0
        self._total = total
        self._started = self._last_line = time.monotonic()
        self._bar = tqdm(total=total, unit=" rows", disable=None)  # None: disabled outside a terminal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def step(self, rows: int) -> None:
        self.done += rows
        self._bar.update(rows)
        if self._bar.disable and time.monotonic() - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            print(self._line(), file=sys.stderr, flush=True)

    def _line(self) -> str:
        rate = self.done / max(self.seconds, 0.001)
        left = max(self._total - self.done, 0) / max(rate, 0.001)
        return f"{self.done:,} of {self._total:,} rows, {rate:,.0f} rows/s, {left:,.0f} s left"
