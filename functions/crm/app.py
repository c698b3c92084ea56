"""GET /crm/changes: what the CRM's machines catch up on. API Gateway lets in whom IAM allows, and nobody else."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from aws_lambda_powertools.event_handler import Response

from crm import flow
from crm.schemas import ChangesResponse, CrmChange, CrmCustomer, CrmDocument
from utenza import suppliers
from utenza.crm.days import day_of
from utenza.crm.standing import Standing
from utenza.dynamodb import database
from utenza.http.app import build_handler, new_router, respond
from utenza.observability import log
from utenza.settings import Settings as Environment
from utenza.tables.changes import AccountChange, Changes
from utenza.tables.registrations import Registrations


class Settings(Environment):
    accounts_table: str
    changes_table: str


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        suppliers.load(),
        Changes(database(), settings.changes_table),
        Registrations(database(), settings.accounts_table),
    )


router = new_router()


@router.get("/crm/changes")
def list_changes() -> Response[str]:
    given = router.current_event.query_string_parameters
    supplier, after, limit = (given.get(name) or "" for name in ("supplier", "after", "limit"))
    asked = flow.question(supplier, after, limit, dependencies().suppliers)
    page = flow.catch_up(asked, dependencies(), now=int(time.time()))
    log("changes_read", supplier=asked.supplier, changes=len(page.changes), gap=int(page.gap))
    changes = [_change(change, customers) for change, customers in page.changes]
    return respond(200, ChangesResponse(changes=changes, next=page.next, more=page.more, gap=page.gap))


def _change(change: AccountChange, customers: Sequence[Standing]) -> CrmChange:
    return CrmChange(
        change=change.number,
        kind=change.kind,
        occurred_at=_iso(change.occurred_at),
        account_id=change.account_id,
        customers=[_customer(each) for each in customers],
    )


def _customer(standing: Standing) -> CrmCustomer:
    """Return the customer; what is not there is left out."""
    told: dict[str, object] = {"customer_code": standing.customer_code, "status": standing.status}
    if standing.status != "not_registered":
        told |= {"account_id": standing.account_id, "role": standing.role}
        told["registered_at"] = _iso(standing.registered_at)
    if standing.status == "registered":
        told |= {"user_id": standing.user_id, "language": standing.language, "email_status": standing.email_status}
        told["documents"] = [
            CrmDocument(document=each.document, version=each.version, accepted_at=_iso(each.accepted_at))
            for each in standing.documents
        ]
    if standing.phone:
        told["phone"] = standing.phone
    if standing.last_login_at:
        told["last_login_on"] = day_of(standing.last_login_at).isoformat()
    return CrmCustomer.model_validate(told)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def warm_up() -> None:
    """Open connections during Lambda's init."""
    dependencies().changes.last("")


handler = build_handler(router, metric="CrmCalls", warm_up=warm_up)
