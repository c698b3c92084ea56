"""The calls that were made: what each answered, after how long."""

import math
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

NO_ANSWER, PENDING = 0, -1
"""The status of a call whose connection broke or that was not answered in time, and of one that still waits."""


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
    """Collects calls of many threads; moments are of time.monotonic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: list[Call] = []
        self._pending: dict[int, Call] = {}  # by thread, each of which waits for one answer

    def begin(self, route: str, again: int) -> Call:
        call = Call(route, time.monotonic(), 0.0, PENDING, again=again)
        with self._lock:
            self._pending[threading.get_ident()] = call
        return call

    def end(self, call: Call, status: int, refused: str) -> None:
        done = call._replace(seconds=time.monotonic() - call.at, status=status, refused=refused)
        with self._lock:
            del self._pending[threading.get_ident()]
            self._made.append(done)

    def since(self, moment: float, until: float = math.inf) -> list[Call]:
        """Return the calls that began in this time; those that still wait have taken as long as they have waited."""
        with self._lock:
            now = time.monotonic()
            waiting = [call._replace(seconds=now - call.at) for call in self._pending.values()]
            return [call for call in (*self._made, *waiting) if moment <= call.at < until]


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
    names = {NO_ANSWER: "none", PENDING: "waiting"}
    counted = Counter(names.get(call.status, str(call.status)) for call in calls)
    return ", ".join(f"{status} × {number}" for status, number in counted.most_common())
