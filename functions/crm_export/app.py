"""Each night: the file of the day that is over, for the CRM, and the files of nights that were missed.

Called with `{"today": true}` it makes the file of today as it is so far; the night replaces it.
"""

import time
from collections.abc import Iterator
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from crm_export import flow
from crm_export.bucket import Bucket
from utenza import suppliers
from utenza.clients import client
from utenza.crm.days import day_of
from utenza.dynamodb import database
from utenza.observability import log, log_failure, traced
from utenza.settings import Settings as Environment
from utenza.suppliers import Supplier, Suppliers
from utenza.tables.changes import Changes
from utenza.tables.registrations import Registrations

_LEFT = 120_000  # milliseconds: one more day


class Settings(Environment):
    accounts_table: str
    changes_table: str
    exchange_bucket: str


@cache
def known_suppliers() -> Suppliers:
    return suppliers.load()


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        changes=Changes(database(), settings.changes_table),
        registrations=Registrations(database(), settings.accounts_table),
        files=Bucket(client("s3"), settings.exchange_bucket),
    )


class NotMade(Exception):
    """Files of these suppliers were not made. Why is in the log, without what a service or an item said."""


@traced
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Make what is missing for each supplier and return the names of the files.

    NotMade, when all suppliers have had their turn, if something failed for one of them.
    """
    names, failed = list[str](), list[str]()
    for supplier in known_suppliers():
        try:
            for file in _made(supplier, context, is_today=bool(event.get("today"))):
                log("crm_file_made", file=file.name, rows=file.rows)
                names.append(file.name)
        except Exception as failure:  # noqa: BLE001 - whatever it is: the others shall have their files
            log_failure(failure, supplier=supplier.id)
            failed.append(supplier.id)
    if failed:
        raise NotMade(", ".join(failed))
    return {"files": names}


def _made(supplier: Supplier, context: LambdaContext, *, is_today: bool) -> Iterator[flow.Made]:
    now = int(time.time())
    if is_today:
        yield flow.make(supplier, day_of(now), dependencies(), now=now)
    else:
        yield from flow.make_missing(supplier, dependencies(), has_time=lambda: _has_time(context), now=now)


def _has_time(context: LambdaContext) -> bool:
    return context.get_remaining_time_in_millis() > _LEFT
