"""What customers do while AWS fails: the visits of bench.load, with further changes of the account."""

import random
from collections.abc import Callable

from bench.load.browser import Answer
from bench.load.people import Person
from bench.load.post import Post
from bench.load.visits import BrokenOff, Visit
from tools.chaos.ledger import Ledger, Witness

_LOG_IN = ("log in", "read")
_PATIENCE = 12.0  # seconds that a person waits for a mail: whole phases are not much longer
ACTS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.34, ("prove", "choose", "confirm", *_LOG_IN)),
    (0.16, ("log in wrongly", *_LOG_IN)),
    (0.12, ("forget", "give the code", "answer", *_LOG_IN)),
    (0.12, (*_LOG_IN, "prove again", "change", "read")),
    (0.12, (*_LOG_IN, "phone")),
    (0.08, (*_LOG_IN, "prove again", "user id", "read")),
    (0.06, (*_LOG_IN, "prove again", "close")),
)
"""Shares of the visits, and their steps in order."""


class ChaosVisit(Visit):
    """One person who comes for one thing, and what the ledger then knows."""

    def __init__(
        self,
        person: Person,
        api: str,
        post: Post,
        ledger: Ledger,
        *,
        chance: random.Random,
        wait: Callable[[float], bool],
    ) -> None:
        self.browser = Witness(api, ledger, person, wait)
        super().__init__(person, self.browser, post, chance, wait)
        self._ledger = ledger
        self._steps |= {"phone": self._set_phone, "user id": self._set_user_id}

    def walk(self, steps: tuple[str, ...]) -> str:
        """Take the steps, and return "done" or where the person left."""
        try:
            for step in steps:
                self.do(step)
        except BrokenOff as left:
            return str(left)
        finally:
            self.browser.close()
        return "done"

    def _choose(self) -> None:
        self._ledger.note_value(self.person, "user id", self.person.user_id, Answer(200, {}))  # which is asked for
        super()._choose()

    def _set_phone(self) -> None:
        phone = f"+39333{self._chance.randrange(10_000_000):07}"
        answer = self.browser.send("PATCH /account", {"phone": phone}, self._access_token)
        self._ledger.note_value(self.person, "phone", phone, answer)
        self._expect("phone", 200, answer)

    def _set_user_id(self) -> None:
        person = self.person
        new = f"nuovo{self._chance.randrange(10**9):09}@example.it"
        seen = len(self._post.codes(new))
        body = {"reauth_token": self._reauth_token, "user_id": new}
        asked = self._expect("user id", 202, self.browser.send("POST /account/user-id", body, self._access_token))
        code = self._post.next_code(new, seen, _PATIENCE, self._wait)
        if not code:
            raise BrokenOff("user id: no mail")
        confirmation = {"confirmation_token": asked.body["confirmation_token"], "code": code}
        answer = self.browser.send("POST /account/user-id/confirm", confirmation, self._access_token)
        self._ledger.note_value(person, "user id", new, answer)
        if answer.ok:
            person.user_id = new
        self._expect("user id", 200, answer)

    def _code(self, step: str) -> str:
        code = self._post.next_code(self.person.user_id, self._codes_seen, _PATIENCE, self._wait)
        if not code:
            raise BrokenOff(f"{step}: no mail")
        return code
