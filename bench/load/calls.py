"""The calls that were made: what each answered, after how long."""

import math
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

NO_ANSWER = 0
"""The status of a call whose connection broke or was not answered in time."""


class Call(NamedTuple):
    """One call. `at` is the moment of its start (time.monotonic), `seconds` how long its answer took.

    `refused` is "" or who said 429: "throttle", the gateway's limit for all callers together, or "attempts", a limit of
    ours for one address, account or code. `again` counts the same form sent before.
    """

    route: str
    at: float
    seconds: float
    status: int
    refused: str = ""
    again: int = 0

    @property
    def failed(self) -> bool:
        return self.status == NO_ANSWER or self.status >= 500


class Calls:
    """Collects calls of many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: list[Call] = []

    def add(self, call: Call) -> None:
        with self._lock:
            self._made.append(call)

    def since(self, moment: float, until: float = math.inf) -> list[Call]:
        """Return the calls that began in this time."""
        with self._lock:
            return [call for call in self._made if moment <= call.at < until]


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that `share` of all do not exceed (nearest rank); 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def by_route(calls: Iterable[Call]) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        found[call.route].append(call)
    return dict(sorted(found.items()))


def statuses(calls: Sequence[Call]) -> str:
    """Return how often each status came, the most frequent first: "200 × 40, 503 × 2"."""
    counted = Counter("none" if call.status == NO_ANSWER else str(call.status) for call in calls)
    return ", ".join(f"{status} × {number}" for status, number in counted.most_common())
