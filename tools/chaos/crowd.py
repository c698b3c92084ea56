"""A few people at a time who come one after another until they are told to stop."""

import random
import threading
from collections import Counter

from bench.load.people import People, Person
from bench.load.post import Post
from tools.chaos.ledger import Ledger
from tools.chaos.visits import ACTS, ChaosVisit

_LONGEST_WAIT = 1.0  # seconds before a form is sent again, whatever Retry-After says: phases are short


class Crowd:
    """Threads that make visits of ACTS, chosen by a fixed seed.

    `outcomes` counts how visits ended. `errors` are faults of this program's own.
    """

    def __init__(self, api: str, people: People, post: Post, ledger: Ledger, seed: int) -> None:
        self.api, self.people, self.post, self.ledger, self._seed = api, people, post, ledger, seed
        self.outcomes, self.errors = Counter[str](), list[BaseException]()
        self._enough = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, threads: int) -> None:
        self._threads = [
            threading.Thread(target=self._come, args=(random.Random(self._seed + number),), name=f"crowd-{number}")  # noqa: S311 - no secret
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let nobody in any more, and wait for those who are there."""
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _come(self, chance: random.Random) -> None:
        shares = [share for share, _ in ACTS]
        while not self._enough.is_set():
            [(_, steps)] = chance.choices(ACTS, shares)
            person = self.people.stranger() if steps[0] == "prove" else self._member(steps)
            if person is None:
                self._enough.wait(0.05)
                continue
            try:
                outcome = ChaosVisit(person, self.api, self.post, self.ledger, chance=chance, wait=self._wait).walk(
                    steps
                )
                self.outcomes[outcome] += 1
            except Exception as error:  # noqa: BLE001 - told at the end, and the run fails
                self.errors.append(error)
            finally:
                if self.ledger.is_certain(person):
                    self.people.give_back(person)

    def _member(self, steps: tuple[str, ...]) -> Person | None:
        if steps[0] == "forget":
            return self.people.member(lambda person: not person.has_recovered)
        return self.people.member()

    def _wait(self, seconds: float) -> bool:
        """Wait, but not for long; return whether the person has to leave."""
        return self._enough.wait(min(seconds, _LONGEST_WAIT))
