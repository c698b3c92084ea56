"""What the reserved area shows."""

from typing import Literal, TypedDict


class AccountCustomer(TypedDict):
    customer_code: str
    kind: Literal["person", "company"]
    name: str
    status: Literal["active", "closed"]


class AccountResponse(TypedDict):
    """Times are ISO 8601 in UTC; `last_login_at` is null before the first login, `phone` where there is none."""

    account_id: str
    user_id: str
    supplier: str
    language: str
    customers: list[AccountCustomer]
    phone: str | None
    created_at: str
    last_login_at: str | None
