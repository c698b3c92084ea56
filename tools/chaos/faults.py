"""The faults that AWS can have, which of them are on, and which were met."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from tools.chaos.asked import Asked

type Kind = Literal["throttled", "failed", "rejected", "unprocessed", "slow", "cut", "lost", "killed"]


class Fault(NamedTuple):
    """What `share` of the calls of a service meet, of all its `operations` where none is named.

    throttled, failed, rejected: that answer, and nothing was done. unprocessed: the answer is 200, and says in its body
    that nothing was done. slow: done and answered, `seconds` later. cut: the connection breaks before anything is done.
    lost: it is done, and the connection breaks instead of the answer. killed: it is done, and the process that asked
    for it dies. `least`: so many calls have to meet it, or the run says nothing.
    """

    kind: Kind
    service: str
    operations: tuple[str, ...] = ()
    share: float = 1.0
    seconds: float = 0.0
    least: int = 1

    def fits(self, asked: Asked) -> bool:
        return self.service == asked.service and (not self.operations or asked.operation in self.operations)

    def __str__(self) -> str:
        what = f"{self.service} {'/'.join(self.operations)}".strip()
        return f"{what} {self.kind}{f' {self.seconds:g} s' if self.seconds else ''}"


class Schedule:
    """The faults that are on; a call meets one of them at most, chosen by chance with a fixed seed.

    `met` counts the faults that calls met, `throttles` the calls turned away by (table, whether it was read) since
    the faults were last switched, `deaths` the processes that were killed in a call, by function.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._lock = threading.Lock()
        self._faults: tuple[Fault, ...] = ()
        self.met = Counter[Fault]()
        self.throttles = Counter[tuple[str, bool]]()
        self.deaths = Counter[str]()

    def switch(self, faults: Sequence[Fault]) -> None:
        """Turn these faults on, all others off, and begin to count anew."""
        with self._lock:
            self._faults = tuple(faults)
            self.met, self.throttles, self.deaths = Counter(), Counter(), Counter()

    def meet(self, asked: Asked) -> Fault | None:
        """Return the fault that this call meets, None if it goes through."""
        with self._lock:
            drawn = self._chance.random()
            for fault in self._faults:
                if not fault.fits(asked):
                    continue
                if drawn < fault.share:
                    self._note(fault, asked)
                    return fault
                drawn -= fault.share
        return None

    def note_death(self, function: str) -> None:
        with self._lock:
            self.deaths[function] += 1

    def hardly_met(self) -> list[Fault]:
        """Return the faults that are on and that too few calls have met."""
        with self._lock:
            return [fault for fault in self._faults if self.met[fault] < fault.least]

    def _note(self, fault: Fault, asked: Asked) -> None:
        self.met[fault] += 1
        if fault.kind in {"throttled", "unprocessed"}:
            # Of a transaction the first item alone throttles (`answers`).
            tables = asked.tables[:1] if asked.operation == "TransactWriteItems" else asked.tables
            self.throttles.update((table, asked.is_read) for table in tables)
