"""More and more people, until something breaks: what, and at which rate."""

import itertools
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bench.load.calls import Call, percentile
from bench.load.generator import NO_THREAD, Load

WINDOW = 5.0
"""Seconds of calls that are judged together."""
LOGIN = "POST /login"


class Seen(NamedTuple):
    """What happened in some seconds: the calls that began in them, and how long those who waited for a mail waited."""

    calls: Sequence[Call]
    mails: Sequence[float]


class Limit(NamedTuple):
    """What a supplier would not accept: `value` of what was seen is more than `most`."""

    name: str
    most: float
    value: Callable[[Seen], float]
    show: Callable[[float], str]

    def broken(self, seen: Seen) -> bool:
        return self.value(seen) > self.most


def _share(calls: Sequence[Call], which: Callable[[Call], bool]) -> float:
    return sum(map(which, calls)) / len(calls) if calls else 0.0


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _seconds(value: float) -> str:
    return f"{value:.1f} s"


LIMITS = (
    Limit("answers that failed (5xx, or none)", 0.01, lambda seen: _share(seen.calls, lambda c: c.failed), _percent),
    Limit("429 of the throttle", 0.01, lambda seen: _share(seen.calls, lambda c: c.refused == "throttle"), _percent),
    Limit(
        "95th percentile of a login",
        2.0,  # seconds: longer, and people press the button again
        lambda seen: percentile((call.seconds for call in seen.calls if call.route == LOGIN), 0.95),
        _seconds,
    ),
    Limit("95th percentile of a mail", 10.0, lambda seen: percentile(seen.mails, 0.95), _seconds),
)


class Stage(NamedTuple):
    """People who came at one rate: `broken` are the limits that did not hold, the first one first.

    `without_thread` are visits that the generator had no thread for. The stack had started `before` processes, and
    `started` so many for these people.
    """

    rate: float
    began: float
    seconds: float
    seen: Seen
    broken: Sequence[str]
    without_thread: int
    before: int
    started: int = 0

    @property
    def calls_a_second(self) -> float:
        return len(self.seen.calls) / self.seconds


class Pace(NamedTuple):
    """The rates, one after the other, the seconds of each, and the moment at which there is no time for another."""

    rates: Sequence[float]
    seconds: float
    until: float


def climb(load: Load, pace: Pace, say: Callable[[str], None], processes: Callable[[], int]) -> list[Stage]:
    """Have people come at each rate, until a limit breaks or there is no time left.

    `processes` counts those that the stack has started so far.
    Nobody waits between the stages for those who are still there, as nobody does on bill day.
    """
    stages: list[Stage] = []
    seconds = pace.seconds
    for rate in pace.rates:
        if time.monotonic() + seconds > pace.until:
            break
        began, crowded, before = time.monotonic(), _crowded(load), processes()
        load.start(rate)
        time.sleep(seconds)
        seen = look(load, began, began + seconds)
        broken = judge(load, began, seconds)
        stages.append(Stage(rate, began, seconds, seen, broken, _crowded(load) - crowded, before))
        say(f"{rate:g} a second: {len(seen.calls)} calls, {', '.join(stages[-1].broken) or 'all well'}")
        if stages[-1].broken:
            break
    return stages


def afterwards(load: Load, stages: Sequence[Stage], processes: int) -> list[Stage]:
    """Return the stages, judged anew by what has become of the calls, mails and processes that were waited for."""
    ends = [*(stage.before for stage in stages[1:]), processes]
    return [
        stage._replace(
            seen=look(load, stage.began, stage.began + stage.seconds),
            broken=judge(load, stage.began, stage.seconds),
            started=end - stage.before,
        )
        for stage, end in zip(stages, ends, strict=True)
    ]


def borne(stages: Sequence[Stage]) -> list[Stage]:
    """Return the stages before the first at which something broke."""
    return list(itertools.takewhile(lambda stage: not stage.broken, stages))


def look(load: Load, since: float, until: float) -> Seen:
    return Seen(load.calls.since(since, until), load.post.since(since, until))


def judge(load: Load, began: float, seconds: float) -> list[str]:
    """Return the limits that the whole stage breaks, by the moment at which they first did."""
    whole = look(load, began, began + seconds)
    windows = [look(load, began, began + WINDOW * (place + 1)) for place in range(max(1, int(seconds / WINDOW)))]
    first = {
        limit: place for limit in LIMITS for place in reversed(range(len(windows))) if limit.broken(windows[place])
    }
    broken = [limit for limit in LIMITS if limit.broken(whole)]
    ordered = sorted(broken, key=lambda limit: (first.get(limit, len(windows)), LIMITS.index(limit)))
    return [f"{limit.name} {limit.show(limit.value(whole))}" for limit in ordered]


def _crowded(load: Load) -> int:
    return sum(number for (_, outcome), number in load.outcomes.items() if outcome == NO_THREAD)
