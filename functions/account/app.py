"""GET /account."""

import time
from datetime import UTC, datetime
from functools import cache

from aws_lambda_powertools.event_handler import Response

from account import flow
from account.schemas import AccountCustomer, AccountResponse
from utenza.customers.record import CustomerSummary
from utenza.http import caller
from utenza.http.app import build_handler, new_router, respond
from utenza.parallel import gather
from utenza.resources import UsesAccessTokens, UsesAccounts, UsesSessions
from utenza.settings import HttpSettings


class Settings(UsesAccounts, UsesSessions, UsesAccessTokens, HttpSettings):
    pass


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings.load()
    return flow.Dependencies(
        accounts=settings.accounts, sessions=settings.sessions, access_tokens=settings.access_tokens()
    )


router = new_router()


@router.get("/account")
def read() -> Response[str]:
    event = router.current_event
    issuer = caller.issuer(event, Settings.load().public_url)
    account = flow.read(caller.bearer_token(event), dependencies(), issuer=issuer, now=int(time.time()))
    return respond(
        200,
        AccountResponse(
            account_id=account.account_id,
            user_id=account.user_id,
            supplier=account.supplier,
            language=account.language,
            customers=[_customer(summary) for summary in account.summaries],
            phone=account.phone or None,
            created_at=_iso(account.created_at),
            last_login_at=_iso(before) if (before := account.previous_login_at or account.last_login_at) else None,
            email_status=account.email_status,
        ),
    )


def _customer(summary: CustomerSummary) -> AccountCustomer:
    return AccountCustomer(customer_code=summary.code, kind=summary.kind, name=summary.name, status=summary.status)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def warm_up() -> None:
    """Open connections and load keys during Lambda's init."""
    keys, accounts, sessions = Settings.load().signing_keys, dependencies().accounts, dependencies().sessions
    gather(
        lambda: keys.current(now=int(time.time())).public_key(),
        lambda: accounts.get("", ""),
        lambda: sessions.is_open("", "", "", now=0),
    )


handler = build_handler(router, metric="AccountReads", warm_up=warm_up)
