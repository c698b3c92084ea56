"""What the reserved area shows."""

from typing import Literal

from utenza.http.requests import ResponseModel


class AccountCustomer(ResponseModel):
    customer_code: str
    kind: Literal["person", "company"]
    name: str
    status: Literal["active", "closed"]


class AccountResponse(ResponseModel):
    """Times are ISO 8601 in UTC; `last_login_at` is null before the first login, `phone` where the customer gave none.

    `email_status` says whether the last mails to the user id came back, or were reported as unwanted.
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
