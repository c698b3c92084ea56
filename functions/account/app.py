"""GET /account."""

import time
from datetime import UTC, datetime
from functools import cache

from account import flow
from account.schemas import AccountCustomer, AccountResponse
from utenza.customer import Customer
from utenza.dynamodb import DynamoDb
from utenza.keys import SigningKey
from utenza.settings import Settings
from utenza.tables.accounts import Accounts
from utenza.tables.customers import Customers
from utenza.tokens import AccessTokens
from utenza.web import Request, Response, application


@cache
def desk() -> flow.Desk:
    settings, db = Settings(), DynamoDb()
    return flow.Desk(
        accounts=Accounts(db, settings.text("ACCOUNTS_TABLE")),
        customers=Customers(db, settings.text("CUSTOMERS_TABLE")),
        access_tokens=AccessTokens(SigningKey(settings.text("SIGNING_KEY")), audience=settings.text("AUDIENCE")),
    )


def read(request: Request) -> Response:
    account, customers = flow.read(request.bearer_token, desk(), issuer=request.base_url, now=int(time.time()))
    answer: AccountResponse = {
        "account_id": account.account_id,
        "user_id": account.user_id,
        "supplier": account.supplier,
        "language": account.language,
        "customers": [_customer(customer) for customer in customers],
        "phone": account.phone or None,
        "created_at": _iso(account.created_at),
        "last_login_at": _iso(account.last_login_at) if account.last_login_at else None,
        "email_status": account.email_status,
    }
    return Response(200, answer)


def _customer(customer: Customer) -> AccountCustomer:
    name = customer.company_name if customer.kind == "company" else f"{customer.first_name} {customer.last_name}"
    return {"customer_code": customer.code, "kind": customer.kind, "name": name, "status": customer.status}


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


handler = application({"GET /account": read})
