"""How several things are measured side by side, and how their times are compared."""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

_began = time.monotonic()


class Run(NamedTuple):
    """How often to measure; `quick` is for trying a section out."""

    section: str
    rounds: int
    quick: bool

    def say(self, text: str) -> None:
        """Tell the person at the terminal what is going on."""
        minutes, seconds = divmod(int(time.monotonic() - _began), 60)
        print(f"[{minutes:02}:{seconds:02}] {self.section}: {text}", file=sys.stderr, flush=True)


def in_turns[K, V](run: Run, contenders: Mapping[K, Callable[[], V]], show: Callable[[V], str]) -> dict[K, list[V]]:
    """Return what each contender measured, in turns: A B C, C B A, A B C and so on.

    Whatever else the machine does meets all of them, and nobody always follows the same one.
    """
    measured: dict[K, list[V]] = defaultdict(list)
    for number in range(run.rounds):
        names = list(contenders)
        for name in reversed(names) if number % 2 else names:
            measured[name].append(contenders[name]())
        run.say(f"round {number + 1} of {run.rounds}: " + ", ".join(f"{k} {show(measured[k][-1])}" for k in names))
    return measured


def ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """Return how the medians compare: 2.0 means that `values` are twice as large."""
    return median(values) / median(others)
