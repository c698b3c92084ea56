"""GET /account."""

import time
from datetime import UTC, datetime
from functools import cache

from account import flow
from account.schemas import AccountCustomer, AccountResponse
from utenza.customer import Shown
from utenza.dynamodb import DynamoDb
from utenza.keys import SigningKey
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.threads import in_threads
from utenza.tokens import AccessTokens
from utenza.web import Request, Response, application


@cache
def db() -> DynamoDb:
    return DynamoDb()


@cache
def signing_key() -> SigningKey:
    return SigningKey(Settings().text("SIGNING_KEY"))


@cache
def desk() -> flow.Desk:
    settings = Settings()
    return flow.Desk(
        accounts=Accounts(db(), settings.text("ACCOUNTS_TABLE")),
        access_tokens=AccessTokens(signing_key(), audience=settings.text("AUDIENCE")),
    )


async def read(request: Request) -> Response:
    account = await flow.read(request.bearer_token, desk(), issuer=request.base_url, now=int(time.time()))
    answer: AccountResponse = {
        "account_id": account.account_id,
        "user_id": account.user_id,
        "supplier": account.supplier,
        "language": account.language,
        "customers": [_customer(customer) for customer in account.shown],
        "phone": account.phone or None,
        "created_at": _iso(account.created_at),
        "last_login_at": _iso(account.last_login_at) if account.last_login_at else None,
        "email_status": account.email_status,
    }
    return Response(200, answer)


def _customer(customer: Shown) -> AccountCustomer:
    return {
        "customer_code": customer.code,
        "kind": customer.kind,
        "name": customer.name,
        "status": customer.status,
    }


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def prepare() -> None:
    """Have connections and keys before the first call."""
    desk()
    in_threads(lambda: db().connect(1), signing_key().public_key)


handler = application({"GET /account": read}, prepare=prepare)
