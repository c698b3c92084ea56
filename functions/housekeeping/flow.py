"""A walk through all accounts that does what is due by time. It may stop anywhere, and goes on from there."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from housekeeping.decisions import Begin, Close, NoteClosed, Remove, Rules, Step, Warn, next_step
from utenza.identifiers import email
from utenza.tables.accounts import Account, Accounts
from utenza.tables.activity import Activity
from utenza.tables.closures import Closures
from utenza.tables.passing_time import PassingTime
from utenza.tables.supplies import Supplies

MOST = 1000  # closings of a run: what a mistake could do in a day

type What = Literal["no_supply", "unused", "supply_over", "warned"]


class Dependencies(NamedTuple):
    accounts: Accounts
    supplies: Supplies
    closures: Closures
    passing_time: PassingTime
    rules: Rules
    activity: Activity


class Done(NamedTuple):
    """What was done to an account that its owner is told of: closed for a cause, a supply taken, a warning."""

    what: What
    account_id: str


class Walk(NamedTuple):
    """How many accounts were looked at, whether to the end of the table, and how many closings were put off."""

    accounts: int = 0
    is_whole: bool = False
    put_off: int = 0


def walk(
    dependencies: Dependencies,
    tell: Callable[[Done], None],
    *,
    has_time: Callable[[], bool],
    now: int,
    most: int = MOST,
) -> Walk:
    """Walk on from where the last walk stopped, to the end of the table or of the time; `tell` of what was done.

    After `most` closings others are put off, and the walk goes on.
    """
    passing, closed, done = dependencies.passing_time, 0, Walk()
    after = passing.place()
    while True:
        accounts, after = passing.page(after)
        for account in accounts:
            if not has_time():
                return done  # the place is that of the page before
            outcome = _tend(account, dependencies, tell, may_close=closed < most, now=now)
            closed += outcome.closed
            done = done._replace(accounts=done.accounts + 1, put_off=done.put_off + outcome.put_off)
        if not after:
            passing.keep_place(None)
            return done._replace(is_whole=True)
        if accounts:
            passing.keep_place(accounts[-1])
        if not has_time():
            return done


class _Closing(NamedTuple):
    closed: int = 0
    put_off: int = 0


def _tend(
    account: Account, dependencies: Dependencies, tell: Callable[[Done], None], *, may_close: bool, now: int
) -> _Closing:
    """Do one step after another, until none is due or the account is not as it was read: then the next walk looks."""
    seen: Account | None = account
    while seen is not None and (step := next_step(seen, dependencies.rules, now=now)):
        if isinstance(step, Close):
            if not may_close:
                return _Closing(put_off=1)
            key = email.key(seen.user_id)
            if not dependencies.closures.close(seen, key, now=now, cause=step.cause):
                return _Closing()
            tell(Done(step.cause, seen.account_id))
            return _Closing(closed=1)
        seen = _do(step, seen, dependencies, now)
        if seen is not None and isinstance(step, Remove | Warn):
            tell(Done("supply_over" if isinstance(step, Remove) else "warned", seen.account_id))
    return _Closing()


def _do(step: Step, account: Account, dependencies: Dependencies, now: int) -> Account | None:
    """Return the account as it is after the step, None if it was not as it was read."""
    match step:
        case Begin(since):
            return dependencies.passing_time.begin_without_supply(account, now=since)
        case NoteClosed(summary):
            is_noted = dependencies.accounts.replace_summary(account, summary)
            summaries = tuple(summary if each.code == summary.code else each for each in account.summaries)
            return account._replace(summaries=summaries) if is_noted else None
        case Remove(code):
            noted = dependencies.activity.noted(account.supplier, account.account_id, "supply_unlinked", now=now)
            return dependencies.supplies.remove(account, code, by="time", now=now, also=[noted])
        case Warn(warned):
            return dependencies.passing_time.warn(account, warned, now=now)
    raise AssertionError(step)
