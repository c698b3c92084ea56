"""What is made of the numbers of a measurement, and how several things are measured side by side."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratio(values: Sequence[float], others: Sequence[float]) -> float:
    """Return how the medians compare: 2.0 says that `values` took twice as long."""
    return median(values) / median(others)


def alternately[K, V](contenders: Mapping[K, Callable[[], V]], rounds: int) -> Iterator[tuple[int, K, V]]:
    """Yield the number of the round, whose turn it is and what it measured: A, B, C, C, B, A.

    What else the machine does meets all alike, and nobody always follows the same.
    """
    for number in range(1, rounds + 1):
        order = list(contenders) if number % 2 else list(contenders)[::-1]
        for name in order:
            yield number, name, contenders[name]()
