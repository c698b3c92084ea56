"""A bill day on AWS, on paper: what so many customers need in the busiest minute, what breaks first, what it costs.

Figures follow from the model of the day (day.py), from the calls that `make bench ONLY=calls` measured, and from prices
and quotas. `python -m bench.load.scaling --write` writes the tables of docs/performance.md anew.
"""

import math
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bench import cost, prices
from bench.cost import Requests
from bench.environments import memory
from bench.load import day, quotas, results
from bench.load.quotas import MAIL_SECONDS, Quota
from bench.load.results import Measured
from bench.load.routes import FUNCTIONS
from bench.page import table
from tools.paths import ROOT

PAGE = ROOT / "docs" / "performance.md"
CUSTOMERS = (1_000_000, 10_000_000)
_USUAL_DAYS = 29  # of a month with one bill day
_SPREAD = 4.0  # standard deviations of a Poisson process: busier is one moment in 30,000
_SNAPSHOTS = ("verify", "credentials", "login", "recovery", "reclaim")
_OF_A_MAIL = Requests(dynamodb=5, read=2, written=4, signatures=0)  # read, budget, and once-only: in progress and done
_RING_SECONDS = 60  # that a process keeps the key ring
_OF_ACCOUNTS = [step for step in day.MAILS if step != "log in"]  # whose mails come out of the stream of Activity
_FIVE_MINUTES = 300  # seconds
_PER = 1_000_000


class Demand(NamedTuple):
    """What customers need in a second of the busiest minute; `busy` are executions at once by function, `hashes` calls.

    `strangers` are mails of the busiest hour that MailsPerHour counts; `visits_a_day` and `mails_a_day` are of the day.
    """

    visits_a_day: float
    visits: float
    calls: Mapping[str, float]
    busy: Mapping[str, float]
    mails: float
    mails_a_day: float
    strangers: float
    hashes: float
    signatures: float
    written: float
    read: float

    @property
    def logins(self) -> float:
        return self.calls["POST /login"]

    @property
    def registrations(self) -> float:
        return self.calls["POST /credentials/confirm"]

    @property
    def executions(self) -> float:
        """Executions at once in nearly every moment: their mean, and as much again as chance adds."""
        mean = sum(self.busy.values())
        return mean + _SPREAD * math.sqrt(mean)


def demand(customers: float, kind: str, measured: Mapping[str, Measured]) -> Demand:
    """Return what so many customers need on a "usual" day or on "bill" day."""
    times = day.BILL_DAY if kind == "bill" else 1
    visits_a_day = customers * day.ACCOUNTS * day.VISITS_A_MONTH / 30 * times
    hour = visits_a_day * day.PEAK_HOUR[kind]
    visits = hour / 3600 * day.PEAK_IN_HOUR
    calls = {route: visits * number for route, number in day.calls_a_visit(kind).items()}
    mails = day.mails_a_visit(kind)
    busy = dict.fromkeys((FUNCTIONS[route] for route in calls), 0.0)
    for route, rate in calls.items():
        busy[FUNCTIONS[route]] += rate * seconds(route, measured[route])
    sums = [
        sum(rate * getattr(measured[route].requests, of) for route, rate in calls.items()) for of in Requests._fields
    ]
    asked = Requests(*sums)
    return Demand(
        visits_a_day=visits_a_day,
        visits=visits,
        calls=calls,
        busy=busy | {"notifications": visits * mails * MAIL_SECONDS},
        mails=visits * mails,
        mails_a_day=visits_a_day * mails,
        strangers=hour * day.mails_a_visit(kind, day.FOR_STRANGERS),
        hashes=visits * day.steps_a_visit(kind, day.HASHING),
        signatures=asked.signatures,
        written=asked.written,
        read=asked.read,
    )


def seconds(route: str, measured: Measured) -> float:
    """Return how long a call keeps a warm execution busy."""
    return cost.billed_seconds(memory(FUNCTIONS[route]), measured.seconds, measured.waiting)


def dollars_a_visit(kind: str, measured: Mapping[str, Measured]) -> tuple[float, float]:
    """Return what the calls and the mails of a mean visit cost in Milan, without what is paid by the month."""
    calls = 0.0
    for route, number in day.calls_a_visit(kind).items():
        made = measured[route]
        calls += number * cost.in_milan(cost.dollars(made.requests, memory(FUNCTIONS[route]), seconds(route, made)))
    sending = {**cost.dollars(_OF_A_MAIL, memory("verify"), MAIL_SECONDS), "API Gateway": 0.0, "SES": prices.MAIL.usd}
    return calls, day.mails_a_visit(kind) * cost.in_milan(sending)


class Ceiling(NamedTuple):
    """A quota, what a million customers need of it on bill day, and how many customers it is enough for."""

    quota: Quota
    needed: float
    new: float
    usual: float


def ceilings(measured: Mapping[str, Measured]) -> list[Ceiling]:
    """Return what holds for how many customers on bill day, what breaks first in a new account first."""
    million = demand(_PER, "bill", measured)
    linear = [
        (quotas.GATEWAY, sum(million.calls.values())),
        (quotas.SIGNATURES, million.signatures),
        (quotas.MAIL_RATE, million.mails),
        (quotas.MAILS_A_DAY, million.mails_a_day),
        (quotas.WRITES, million.written),
        (quotas.READS, million.read),
        (quotas.SECRETS, million.executions / _RING_SECONDS),
        (quotas.SCALING, million.executions),
        (quotas.STREAM, million.visits * day.mails_a_visit("bill", _OF_ACCOUNTS)),
        (quotas.mails_an_hour(), million.strangers),
        (quotas.of_network(), million.hashes * _FIVE_MINUTES * quotas.NETWORK),
        *(
            (quotas.of_route(route), million.calls[route])
            for route in ("POST /login", "GET /account", "GET /suppliers")
        ),
    ]
    found = [Ceiling(quota, need, quota.new / need * _PER, quota.usual / need * _PER) for quota, need in linear]
    mean = sum(million.busy.values())
    new, usual = (_mean_of(quota) / mean * _PER for quota in (quotas.CONCURRENCY.new, quotas.CONCURRENCY.usual))
    found.append(Ceiling(quotas.CONCURRENCY, million.executions, new, usual))
    return sorted(found, key=lambda each: each.new)


def _mean_of(most: float) -> float:
    """Return the mean of executions at once that nearly never exceed `most`: the other way round from `executions`."""
    return ((math.sqrt(_SPREAD**2 + 4 * most) - _SPREAD) / 2) ** 2


def tables(measured: Mapping[str, Measured] | None = None) -> list[str]:
    """Return the tables of docs/performance.md: the demand, what breaks first, and the cost."""
    found = measured or results.read()
    return [_demands(found), _ceilings(found), _costs(found)]


def _demands(measured: Mapping[str, Measured]) -> str:
    cases = [(customers, kind) for customers in CUSTOMERS for kind in ("usual", "bill")]
    made = [demand(customers, kind, measured) for customers, kind in cases]
    names = [f"{customers // _PER} million, {kind} day" for customers, kind in cases]
    rows = [
        ["visits in the day", *(f"{each.visits_a_day:,.0f}" for each in made)],
        ["visits a second, busiest minute", *(_short(each.visits) for each in made)],
        ["calls a second", *(_short(sum(each.calls.values())) for each in made)],
        ["logins a second", *(_short(each.logins) for each in made)],
        ["registrations a second", *(_short(each.registrations) for each in made)],
        ["mails a second", *(_short(each.mails) for each in made)],
        ["mails in the day", *(f"{each.mails_a_day:,.0f}" for each in made)],
        ["signatures a second", *(_short(each.signatures) for each in made)],
        ["write units a second, all tables", *(f"{each.written:,.0f}" for each in made)],
        *(
            [f"{name}, executions at once", *(f"{each.busy[name]:.2f}" for each in made)]
            for name in sorted(made[0].busy, key=lambda name: -made[1].busy[name])
        ),
        ["all functions, nearly always at most", *(f"{each.executions:.0f}" for each in made)],
    ]
    return table(["in the busiest minute", *names], rows)


def _ceilings(measured: Mapping[str, Measured]) -> str:
    rows = [[each.quota.name, f"{_short(each.needed)} {each.quota.unit}", *_both(each)] for each in ceilings(measured)]
    return table(["limit", "a million customers need", "new account", "enough for", "later", "enough for"], rows)


def _both(each: Ceiling) -> Iterator[str]:
    for limit, customers in ((each.quota.new, each.new), (each.quota.usual, each.usual)):
        yield f"{limit:,.0f}"
        yield f"{_rounded(customers):,.0f}"


def _costs(measured: Mapping[str, Measured]) -> str:
    snapshots = sum(cost.cache_a_month(memory(name)) for name in _SNAPSHOTS) * prices.MILAN
    rows = []
    for customers in CUSTOMERS:
        usual, bill = (demand(customers, kind, measured).visits_a_day for kind in ("usual", "bill"))
        of_usual, of_bill = (dollars_a_visit(kind, measured) for kind in ("usual", "bill"))
        a_day, bill_day = usual * sum(of_usual), bill * sum(of_bill)
        month = _USUAL_DAYS * a_day + bill_day + snapshots
        cells = (a_day, bill * of_bill[0], bill * of_bill[1], bill_day, month)
        rows.append(
            [f"{customers // _PER} million", *(f"${_money(cell)}" for cell in cells), f"${month / customers:.6f}"]
        )
    columns = [
        "customers",
        "usual day",
        "bill day: calls",
        "bill day: mails",
        "bill day",
        "month",
        "a customer and month",
    ]
    return table(columns, rows)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _money(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def _rounded(customers: float) -> float:
    """Return a number of customers with two digits that count: the model knows no more."""
    return float(f"{customers:.1e}")


def rewritten(page: str, new: Sequence[str]) -> str:
    """Return a page with these tables in the place of those that begin with the same line."""
    for each in new:
        head, *_ = each.splitlines()
        old = re.search(rf"^{re.escape(head)}\n(\|.*\n)*", page, re.MULTILINE)
        page = page.replace(old[0], f"{each}\n") if old else page
    return page


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), tables()), encoding="utf-8")
    else:
        print(*tables(), sep="\n\n")
