"""What the reserved area shows."""

from typing import Literal, TypedDict


class AccountCustomer(TypedDict):
    customer_code: str
    kind: Literal["person", "company"]
    name: str
    status: Literal["active", "closed"]


class AccountResponse(TypedDict):
    """Times are ISO 8601 in UTC; `last_login_at` is null before the first login, `phone` where there is none.

    `email_status` says whether the last mails to the user id came back, or were called unwanted.
    """

    account_id: str
    user_id: str
    supplier: str
    language: str
    customers: list[AccountCustomer]
    phone: str | None
    created_at: str
    last_login_at: str | None
    email_status: Literal["ok", "bounced", "complained"]
