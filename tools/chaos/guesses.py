"""A stranger who guesses a password while the counters of attempts fail."""

import random
import threading
from collections.abc import Iterator
from typing import Self

from bench.load.people import Person
from tools.chaos.ledger import Ledger, Witness

_PAUSE = 0.6  # seconds


class Guesser:
    """Guesses at one customer's account while the block runs; `compared` counts the guesses that were answered "no".

    From a source of its own and without a device token, so it is the account's own limit that it meets.
    """

    def __init__(self, api: str, victim: Person, ledger: Ledger, seed: int) -> None:
        self._browser = Witness(api, ledger, victim, lambda _: True)
        self._victim = victim
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._guess, name="guesser")
        self.compared = self.asked = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()
        self._browser.close()

    def findings(self, limit: int) -> Iterator[str]:
        """Yield what is wrong if the account allows so many guesses."""
        if self.compared > limit:
            yield f"{self.compared} guesses were compared, {limit} are allowed"
        if self.asked <= limit:
            yield f"only {self.asked} guesses were made: they met no limit"

    def _guess(self) -> None:
        while not self._enough.wait(_PAUSE):
            password = f"{self._chance.randrange(10**9)} trote blu"
            body = {"supplier": self._victim.supplier, "user_id": self._victim.user_id, "password": password}
            self.asked += 1
            self.compared += self._browser.send("POST /login", body).status == 401
