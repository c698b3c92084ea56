"""What each customer was told: what was acknowledged, and what perhaps happened because no clear answer came."""

import threading
from collections import Counter, defaultdict
from typing import NamedTuple

import urllib3

from bench.load.browser import Answer, Browser
from bench.load.calls import Calls
from bench.load.people import Person

_ACTS = {
    "POST /credentials/confirm": "registered",
    "POST /recovery/password": "password",
    "POST /account/password": "password",
    "PATCH /account": "phone",
    "POST /account/user-id/confirm": "user id",
    "POST /account/close": "closed",
}
"""The routes whose success is a promise, and what it is called here."""


class Counts(NamedTuple):
    """How often an act of one customer was acknowledged, and how often it perhaps happened beside that."""

    told: Counter[str]
    perhaps: Counter[str]


class Ledger:
    """Collects promises and broken forms of answers from many threads.

    `values` has the phone number or user id that a customer was told last, `unsure` further ones that may be theirs,
    `addresses` all that they ever had. `misworded` are answers with a status of 5xx that the contract does not know.
    """

    def __init__(self) -> None:
        self.calls = Calls()
        self.acts: dict[str, Counts] = defaultdict(lambda: Counts(Counter(), Counter()))
        self.values: dict[tuple[str, str], str] = {}
        self.unsure: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.addresses: dict[str, set[str]] = defaultdict(set)
        self.misworded = Counter[str]()
        self._lock = threading.Lock()

    def note(self, person: Person, route: str, answer: Answer) -> None:
        if act := _ACTS.get(route):
            with self._lock:
                counts = self.acts[person.code]
                if answer.ok:
                    counts.told[act] += 1
                elif answer.maybe_done:
                    counts.perhaps[act] += 1

    def note_value(self, person: Person, what: str, value: str, answer: Answer) -> None:
        """Note which "phone" or "user id" a customer has after this answer."""
        key = person.code, what
        with self._lock:
            if answer.ok:
                self.values[key] = value
                self.unsure.pop(key, None)
            elif answer.maybe_done:
                self.unsure[key].add(value)
            if what == "user id":
                self.addresses[person.code].add(value.lower())

    def possible(self, person: Person, what: str) -> tuple[str, ...]:
        """Return the values that a customer may have, the one that they were told first; none if they gave none."""
        key = person.code, what
        return (*((self.values[key],) if key in self.values else ()), *sorted(self.unsure.get(key, ())))

    def note_wording(self, route: str, wrong: str) -> None:
        with self._lock:
            self.misworded[f"{route}: {wrong}"] += 1

    def never_told(self) -> list[str]:
        """Return the acts that nobody was told of: nothing is known of them then."""
        told = {act for counts in self.acts.values() for act in counts.told if counts.told[act]}
        return sorted(set(_ACTS.values()) - told)

    def is_certain(self, person: Person) -> bool:
        """Return whether everything that this customer did was answered clearly."""
        return not self.acts[person.code].perhaps.total()


class Witness(Browser):
    """A browser that writes down what its person is told."""

    def __init__(self, api: str, ledger: Ledger, person: Person, wait: object) -> None:
        super().__init__(api, ledger.calls, wait)  # type: ignore[arg-type]  # as there
        self._ledger, self._person = ledger, person

    def send(self, route: str, body: object = None, bearer: str = "") -> Answer:
        answer = super().send(route, body, bearer)  # type: ignore[arg-type]  # as there
        self._ledger.note(self._person, route, answer)
        return answer

    def _send(self, route: str, body: object, bearer: str, again: int) -> tuple[urllib3.BaseHTTPResponse | None, int]:
        response, status = super()._send(route, body, bearer, again)  # type: ignore[arg-type]  # as there
        if wrong := misworded(response):
            self._ledger.note_wording(route, wrong)
        return response, status


def misworded(response: urllib3.BaseHTTPResponse | None) -> str:
    """Return what is wrong with an answer that says that we failed, empty for all others: the contract's "Errors"."""
    if response is None:
        return "no answer"
    if response.status < 500:
        return ""
    wrong = [f"status {response.status}"] if response.status != 503 else []
    if response.headers.get("Content-Type", "") != "application/problem+json":
        return ", ".join((*wrong, "no problem+json"))
    wrong += [] if response.headers.get("Retry-After", "").isdecimal() else ["no Retry-After"]
    code = response.json().get("code")
    return ", ".join((*wrong, *([] if code == "unavailable" else [f"code {code}"])))
