"""What becomes of an account as time passes: the next step, from the account alone.

Each step makes itself unnecessary: an account that it was done to has another next step, later, or none.
"""

from typing import NamedTuple

from utenza.customers.record import CustomerSummary
from utenza.tables.accounts import Account
from utenza.tables.closures import Cause
from utenza.tables.lifetimes import MONTH, YEAR, Warned, readable_until

FIRST_WARNING = 3 * MONTH  # before the closing
SECOND_WARNING = MONTH


class Rules(NamedTuple):
    """Months that a closed supply stays readable, and years without a login that close an account; 0: none do."""

    readable_months: int
    unused_years: int = 0


class Begin(NamedTuple):
    """Remember since when the account has no supply."""

    since: int


class NoteClosed(NamedTuple):
    """Remember when a supply was closed, for an account of an earlier version."""

    summary: CustomerSummary


class Remove(NamedTuple):
    """Take a supply from the account, which has others."""

    code: str


class Warn(NamedTuple):
    """Tell the owner when an unused account will be closed."""

    warned: Warned


class Close(NamedTuple):
    cause: Cause


type Step = Begin | NoteClosed | Remove | Warn | Close


def next_step(account: Account, rules: Rules, *, now: int) -> Step | None:
    """Return what is to be done to an account, None for nothing; a frozen one is left to those who froze it."""
    if account.status != "active":
        return None
    return _about_supplies(account, rules, now) or _about_use(account, rules, now)


def _about_supplies(account: Account, rules: Rules, now: int) -> Step | None:
    if not account.customers:
        since = account.without_supply_since
        if not since:
            return Begin(now)
        return Close("no_supply") if now >= since + rules.readable_months * MONTH else None
    for summary in account.summaries:
        if summary.status == "closed" and not summary.closed_at:
            return NoteClosed(summary._replace(closed_at=now))
    until = {summary.code: readable_until(summary, rules.readable_months) for summary in account.summaries}
    over = [code for code in account.customers if 0 < until.get(code, 0) <= now]
    if len(over) == len(account.customers):
        return Close("no_supply")
    return Remove(over[0]) if over else None


def _about_use(account: Account, rules: Rules, now: int) -> Step | None:
    """Warn twice, then close; whoever is told late, because the rule is new, has the same time all the same."""
    if not rules.unused_years:
        return None
    since = account.last_login_at or account.created_at
    warned = account.warned if account.warned.since == since else Warned(since)
    closes_at = max(since + rules.unused_years * YEAR, warned.closes_at)
    if warned.times == 0 and now >= closes_at - FIRST_WARNING:
        return Warn(Warned(since, 1, max(closes_at, now + FIRST_WARNING)))
    if warned.times == 1 and now >= closes_at - SECOND_WARNING:
        return Warn(Warned(since, 2, max(closes_at, now + SECOND_WARNING)))
    return Close("unused") if warned.times > 1 and now >= closes_at else None
