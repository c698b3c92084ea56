"""A day of a supplier's customers as data: what they come for, how often, and how patient they are.

Nobody has counted these people yet: each figure is an assumption with its reason. Change it here once a stack has
counted them (metrics and access log do); the load and the calculation of docs/performance.md follow.
"""

import random
from collections.abc import Collection, Iterator
from typing import NamedTuple

ROUTES = {
    "look": "GET /suppliers",
    "prove": "POST /verify",
    "prove wrongly": "POST /verify",
    "choose": "POST /credentials",
    "confirm": "POST /credentials/confirm",
    "log in": "POST /login",
    "log in wrongly": "POST /login",
    "come back": "POST /login/refresh",
    "read": "GET /account",
    "forget": "POST /recovery",
    "give the code": "POST /recovery/code",
    "answer": "POST /recovery/password",
    "prove again": "POST /account/reauth",
    "change": "POST /account/password",
    "close": "POST /account/close",
}
"""The route that each step of a visit calls."""


class Act(NamedTuple):
    """What a person comes for: its share of the visits on a usual day and on bill day, and its steps in order."""

    name: str
    usual: float
    bill: float
    steps: tuple[str, ...]
    why: str


_LOG_IN = ("look", "log in", "read")
_PROVED = ("choose", "confirm", "log in", "read")
ACTS = (
    Act("logs in", 0.40, 0.48, _LOG_IN, "to see the last bill; on bill day nearly everybody comes for it"),
    Act("comes back", 0.25, 0.12, ("come back", "read"), "apps keep the session; who comes for a bill has none left"),
    Act(
        "mistypes",
        0.10,
        0.12,
        ("look", "log in wrongly", "log in", "read"),
        "one in five who type; the rarer, the more",
    ),
    Act("gives up", 0.03, 0.04, ("look", "log in wrongly", "log in wrongly"), "tries twice and calls the call centre"),
    Act(
        "has forgotten",
        0.05,
        0.08,
        ("look", "log in wrongly", "forget", "give the code", "answer", "log in", "read"),
        "a password that is needed six times a year is forgotten",
    ),
    Act("has no mail at hand", 0.01, 0.02, ("look", "forget"), "asks for a code and never gives it"),
    Act("registers", 0.08, 0.09, ("look", "prove", *_PROVED), "the bill says where; the first year, later fewer"),
    Act("registers at the second try", 0.02, 0.03, ("look", "prove wrongly", "prove", *_PROVED), "ten digits to copy"),
    Act("breaks off", 0.03, 0.015, ("look", "prove"), "sees step two and leaves it for later"),
    Act("changes the password", 0.02, 0.004, (*_LOG_IN, "prove again", "change"), "nobody does it because of a bill"),
    Act("closes the account", 0.01, 0.001, (*_LOG_IN, "prove again", "close"), "moves house, or changes supplier"),
)

ACCOUNTS = 0.4
"""Of a supplier's customers have an account: a guess for a supplier who sends bills by mail and by post."""
VISITS_A_MONTH = 1.0
"""Of one account: bills come every second month, and between them one looks for a payment or a reading."""
BILL_DAY = 20
"""Times the visits of a usual day: two thirds of all accounts on the one day on which all bills are sent."""
PEAK_HOUR = {"usual": 0.10, "bill": 0.20}
"""Of a day's visits fall into its busiest hour. The mail that says that the bill is there is read when it comes."""
PEAK_IN_HOUR = 2.0
"""Times the mean of that hour in its busiest minute: the mails go out in one batch."""

KNOWN_DEVICE = 0.7
"""Of logins come from a device that logged in before and kept its token."""
MAILS = {
    "choose": 1.0,  # the code
    "confirm": 1.0,  # the welcome
    "log in": 0.5 * (1 - KNOWN_DEVICE),  # half of the other devices are of a kind that is news
    "forget": 1.0,
    "answer": 1.0,
    "change": 1.0,
    "close": 1.0,
}
"""The mails that a step causes."""
HASHING = ("choose", "log in", "log in wrongly", "answer", "prove again", "change")
"""The steps whose calls hash: throttling and firewall let fewer of them through."""
FOR_STRANGERS = ("choose", "forget")
"""The steps whose mails a stranger can cause: MailsPerHour counts them."""
TRIES = 3
"""How often a person sends the same form while the answer is "try again in n seconds"."""
PATIENCE = 30.0
"""Seconds that a person waits for that at most, and for a mail; who is told to wait longer leaves."""


def shares(kind: str) -> list[float]:
    """Return the shares of ACTS on a "usual" day or on "bill" day."""
    return [act.bill if kind == "bill" else act.usual for act in ACTS]


def calls_a_visit(kind: str) -> dict[str, float]:
    """Return how often a mean visit calls each route, when nothing is refused."""
    found = dict.fromkeys(ROUTES.values(), 0.0)
    for step, route in ROUTES.items():
        found[route] += steps_a_visit(kind, [step])
    return found


def steps_a_visit(kind: str, steps: Collection[str]) -> float:
    """Return how many of these steps a mean visit takes."""
    return sum(share * act.steps.count(step) for act, share in zip(ACTS, shares(kind), strict=True) for step in steps)


def mails_a_visit(kind: str, steps: Collection[str] = tuple(MAILS)) -> float:
    """Return how many mails a mean visit causes, by these steps."""
    return sum(MAILS[step] * steps_a_visit(kind, [step]) for step in steps)


def arrivals(rate: float, chance: random.Random) -> Iterator[float]:
    """Yield the moments, in seconds from now, at which people come: `rate` a second in the mean, a Poisson process.

    They come whatever happens to those before them: a slow server makes nobody come later.
    """
    at = 0.0
    while True:
        at += chance.expovariate(rate)
        yield at
