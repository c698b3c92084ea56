"""First calls of processes: people who do the same at the same moment, so that the stack has to start processes."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from bench.load.browser import Browser
from bench.load.calls import Calls
from bench.load.day import ROUTES
from bench.load.people import People, Person
from bench.load.post import Post
from bench.load.routes import FUNCTIONS
from bench.load.visits import Visit
from tools.local_stack.stack import LocalStack

_SPAWNED = re.compile(r"worker spawned for [\w-]+?-(\w+)Function-")  # a line of the emulator's log
_STEPS = ("look", "prove", "choose", "confirm", "log in", "read", "forget")


class First(NamedTuple):
    """Calls of one route, in seconds: those that were the first of their process, and the others."""

    cold: list[float]
    warm: list[float]


def processes(log: Path) -> Counter[str]:
    """Return how many processes of each function the emulator has started, by the function's package."""
    return Counter(name.lower() for name in _SPAWNED.findall(log.read_text(encoding="utf-8", errors="replace")))


def split(seconds: Iterable[float], started: int) -> First:
    """Tell calls that began together: those that waited for a new process are the slowest, as many as were started."""
    ordered = sorted(seconds)
    warm = max(0, len(ordered) - started)
    return First(cold=ordered[warm:], warm=ordered[:warm])


def together(stack: LocalStack, people: People, post: Post, count: int) -> dict[str, First]:
    """Have `count` people register in step with one another; return the calls by route. Raises BrokenOff."""
    found: dict[str, First] = defaultdict(lambda: First([], []))
    strangers = [person for person in (people.stranger() for _ in range(count)) if person]
    calls = Calls()
    log = stack.places.logs / "emulator.log"
    visits = [_visit(stack, person, post, calls) for person in strangers]
    with ThreadPoolExecutor(count) as pool:
        for step in _STEPS:
            before, made = processes(log), len(calls.since(0))
            list(pool.map(lambda visit, step=step: visit.do(step), visits))
            route = ROUTES[step]
            first = split((call.seconds for call in calls.since(0)[made:]), (processes(log) - before)[FUNCTIONS[route]])
            found[route].cold.extend(first.cold)
            found[route].warm.extend(first.warm)
    for person in strangers:
        people.give_back(person)
    return dict(found)


def _visit(stack: LocalStack, person: Person, post: Post, calls: Calls) -> Visit:
    return Visit(person, Browser(stack.api, calls), post, random.Random(person.code))  # noqa: S311 - no secret
