"""Once a day: what is due to accounts by time alone.

Closed supplies leave them, and accounts that nobody needs are closed.
"""

import time
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from housekeeping import flow
from housekeeping.decisions import Rules
from utenza.dynamodb import database
from utenza.observability import Event, count, log, traced
from utenza.resources import UsesAccounts, UsesActivity
from utenza.settings import MailSettings
from utenza.tables.closures import Closures
from utenza.tables.passing_time import PassingTime
from utenza.tables.supplies import Supplies

_LEFT = 30_000  # milliseconds: one page more, and its place

_EVENTS: dict[flow.What, Event] = {
    "no_supply": "account_closed",
    "unused": "account_closed",
    "supply_over": "supply_unlinked",
    "warned": "owner_warned",
}


class Settings(UsesAccounts, UsesActivity, MailSettings):
    closed_readable_months: int
    unused_account_years: int


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    table = settings.accounts_table
    # Who cannot be warned is not closed for it.
    years = settings.unused_account_years if settings.sends_mail else 0
    return flow.Dependencies(
        accounts=settings.accounts,
        supplies=Supplies(database(), table),
        closures=Closures(database(), table),
        passing_time=PassingTime(database(), table),
        rules=Rules(settings.closed_readable_months, years),
        activity=settings.activity,
    )


@traced
def handler(_event: dict[str, Any], context: LambdaContext) -> None:
    done = flow.walk(
        dependencies(),
        _tell,
        has_time=lambda: context.get_remaining_time_in_millis() > _LEFT,
        now=int(time.time()),
    )
    log("housekeeping_done", accounts=done.accounts, whole=int(done.is_whole), put_off=done.put_off)
    if done.put_off:
        count("ClosingsPutOff")


def _tell(done: flow.Done) -> None:
    log(_EVENTS[done.what], account=done.account_id, cause=done.what)
    count("Housekeeping", what=done.what)
