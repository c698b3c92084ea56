"""GET /account."""

import time
from datetime import UTC, datetime
from functools import cache

from account import flow
from account.schemas import AccountCustomer, AccountResponse
from utenza.customers.record import CustomerSummary
from utenza.dynamodb import DynamoDb
from utenza.http.web import Request, Response, application
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.threads import in_threads
from utenza.tokens.keys import SigningKey
from utenza.tokens.tokens import AccessTokens


@cache
def db() -> DynamoDb:
    return DynamoDb()


@cache
def signing_key() -> SigningKey:
    return SigningKey(Settings().text("SIGNING_KEY"))


@cache
def dependencies() -> flow.Dependencies:
    settings = Settings()
    return flow.Dependencies(
        accounts=Accounts(db(), settings.text("ACCOUNTS_TABLE")),
        access_tokens=AccessTokens(signing_key(), audience=settings.text("AUDIENCE")),
    )


async def read(request: Request) -> Response:
    account = await flow.read(request.bearer_token, dependencies(), issuer=request.base_url, now=int(time.time()))
    answer: AccountResponse = {
        "account_id": account.account_id,
        "user_id": account.user_id,
        "supplier": account.supplier,
        "language": account.language,
        "customers": [_customer(customer) for customer in account.summaries],
        "phone": account.phone or None,
        "created_at": _iso(account.created_at),
        "last_login_at": _iso(account.last_login_at) if account.last_login_at else None,
        "email_status": account.email_status,
    }
    return Response(200, answer)


def _customer(customer: CustomerSummary) -> AccountCustomer:
    return {
        "customer_code": customer.code,
        "kind": customer.kind,
        "name": customer.name,
        "status": customer.status,
    }


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def warm_up() -> None:
    """Have connections and keys before the first call."""
    dependencies()
    in_threads(lambda: db().connect(1), signing_key().public_key)


handler = application({"GET /account": read}, warm_up=warm_up)
