"""What the reserved area shows."""

from typing import Literal

from utenza.http.requests import ResponseModel


class AccountCustomer(ResponseModel):
    customer_code: str
    kind: Literal["person", "company"]
    name: str
    status: Literal["active", "closed"]


class AccountResponse(ResponseModel):
    """Times are ISO 8601 in UTC. `phone` is null where the customer gave none.

    `last_login_at` is the login before the last one, by which customers see whether somebody else was there; at the
    first login there is only that one.
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
