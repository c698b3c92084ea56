"""The customers of an export as people: those who have no account yet, and those who have one and use it in turns."""

import csv
import random
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PASSWORD = "quattro trote blu"  # noqa: S105 - nobody's
SECURITY_ANSWER = "Briciola"
_PASSWORDS = ("cinque lucci verdi", "sette carpe gialle", "otto tinche rosse", "nove cavedani viola")


@dataclass(eq=False)
class Person:
    """A customer, and what the API has told them: `password` is the last one that it said yes to.

    `perhaps` are passwords that were sent since then and to which no clear answer came. `registered` and `closed` are
    "no", "perhaps" or "yes" in the same way: promised is what is "yes".
    """

    supplier: str
    code: str
    names: dict[str, str]
    tax_code: str
    user_id: str
    password: str = FIRST_PASSWORD
    perhaps: list[str] = field(default_factory=list)
    registered: str = "no"
    closed: str = "no"
    has_recovered: bool = False
    device_token: str = ""
    refresh_token: str = ""

    def claim(self) -> dict[str, str]:
        """Return what this customer types at step one."""
        return {"supplier": self.supplier, "customer_code": self.code, "tax_code": self.tax_code, **self.names}

    def another_password(self, chance: random.Random) -> str:
        return chance.choice([each for each in _PASSWORDS if each != self.password and each not in self.perhaps])

    def has_set(self, password: str) -> None:
        self.password, self.perhaps = password, []


class People:
    """Hands out people, each to one visit at a time."""

    def __init__(self, everybody: Iterable[Person]) -> None:
        self.everybody = list(everybody)
        self._strangers = deque(person for person in self.everybody if person.registered == "no")
        self._members = deque(person for person in self.everybody if person.registered == "yes")
        self._lock = threading.Lock()

    def stranger(self) -> Person | None:
        """Return somebody who has no account and does not come again unless given back."""
        with self._lock:
            return self._strangers.popleft() if self._strangers else None

    def member(self, fits: Callable[[Person], bool] = lambda _: True) -> Person | None:
        """Return who has not been here for longest among those with an account who fit, None if nobody does."""
        with self._lock:
            found = next((person for person in self._members if fits(person)), None)
            if found:
                self._members.remove(found)
            return found

    def give_back(self, person: Person) -> None:
        """Let a person come again, if anything is certain about their account."""
        with self._lock:
            if (person.registered, person.closed, person.perhaps) == ("yes", "no", []):
                self._members.append(person)


def read(export: Path) -> list[Person]:
    """Return the active customers of an export as bench/exports.py writes it."""
    with export.open(encoding="utf-8", newline="") as lines:
        return [_person(row) for row in csv.DictReader(lines, delimiter=";") if row["STATO"] == "ATTIVO"]


def _person(row: dict[str, str]) -> Person:
    code = row["COD_CLIENTE"]
    if row["RAGIONE_SOCIALE"]:
        names, tax_code = {"company_name": row["RAGIONE_SOCIALE"]}, row["PARTITA_IVA"]
    else:
        names, tax_code = {"first_name": row["NOME"], "last_name": row["COGNOME"]}, row["COD_FISCALE"]
    user_id = row["EMAIL"] or f"altro{code}@example.it"
    return Person(row["FORNITORE"], code, names, tax_code, user_id)
