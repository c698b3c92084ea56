"""People who come to a deployed stack at a given rate, each in a thread of their own, until they are told to stop.

`load = Load(api, People(read(export)), Post(stack_port))`, then `load.start(2.0)` has two people a second come, and
`load.stop()` waits for those who are there. `promises.broken(api, load.people.everybody)` says what was not kept.
"""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from bench.load import day
from bench.load.browser import Browser
from bench.load.calls import Calls
from bench.load.day import ACTS, Act
from bench.load.people import People, Person
from bench.load.post import Post
from bench.load.visits import BrokenOff, Visit

NO_THREAD = "no thread"
"""How a visit ended that could not begin: the load is no longer the one that was asked for."""
_MOST_AT_ONCE = 200


class Load:
    """An open loop: arrivals are a Poisson process, whatever becomes of those who came before.

    `calls` has every call. `outcomes` counts how visits ended: the act, and "done" or the step that was not answered as
    it should be. `people` know what they were promised. `errors` are faults of the generator's own.
    """

    def __init__(self, api: str, people: People, post: Post, *, kind: str = "bill", seed: int = 16) -> None:
        self.api, self.people, self.post = api, people, post
        self.calls, self.outcomes, self.errors = Calls(), Counter[tuple[str, str]](), list[BaseException]()
        self._shares = day.shares(kind)
        self._chance = random.Random(seed)  # noqa: S311 - who comes, and no secret
        self._enough, self._leave, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self._here = 0
        self._arriving: threading.Thread | None = None
        self._visits: ThreadPoolExecutor | None = None

    def start(self, rate: float) -> None:
        """Have `rate` people a second come from now on, also if others came at another rate before."""
        self._let_nobody_in()
        self._leave.clear()
        self._visits = self._visits or ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="visit")
        self._arriving = threading.Thread(target=self._arrive, args=(rate, self._visits), name="arrivals")
        self._arriving.start()

    def stop(self, *, hurry: bool = False) -> None:
        """Let nobody in any more and wait for those who are there; in a `hurry` they leave after their call."""
        self._let_nobody_in()
        if hurry:
            self._leave.set()
        if self._visits:
            self._visits.shutdown()
        self._visits = None

    def _let_nobody_in(self) -> None:
        self._enough.set()
        if self._arriving:
            self._arriving.join()
        self._arriving = None
        self._enough.clear()

    def _arrive(self, rate: float, visits: ThreadPoolExecutor) -> None:
        began = time.monotonic()
        for at in day.arrivals(rate, self._chance):
            if self._enough.wait(max(0.0, began + at - time.monotonic())):
                return
            [act] = self._chance.choices(ACTS, self._shares)
            with self._lock:
                crowded = self._here >= _MOST_AT_ONCE
                self._here += not crowded
            if crowded:
                self._count(act, NO_THREAD)
            else:
                visits.submit(self._visit, act, random.Random(self._chance.random()))  # noqa: S311 - as above

    def _visit(self, act: Act, chance: random.Random) -> None:
        try:
            person = self._who(act)
            self._count(act, self._outcome(act, person, chance) if person else "nobody left")
        except Exception as error:  # noqa: BLE001 - a fault of the generator's own, told at the end
            with self._lock:
                self.errors.append(error)
        finally:
            with self._lock:
                self._here -= 1

    def _outcome(self, act: Act, person: Person, chance: random.Random) -> str:
        browser = Browser(self.api, self.calls, self._leave.wait)
        try:
            Visit(person, browser, self.post, chance, self._leave.wait).make(act)
        except BrokenOff as left:
            return str(left)
        finally:
            browser.close()
            self.people.give_back(person)
        return "done"

    def _who(self, act: Act) -> Person | None:
        if "prove" in act.steps:
            return self.people.stranger()
        if "come back" in act.steps:
            return self.people.member(lambda person: bool(person.refresh_token))
        if "forget" in act.steps:
            return self.people.member(lambda person: not person.has_recovered)
        return self.people.member()

    def _count(self, act: Act, outcome: str) -> None:
        with self._lock:
            self.outcomes[act.name, outcome] += 1
