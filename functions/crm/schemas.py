"""What the CRM's machines read."""

from typing import Literal, get_args

from pydantic import Field

from utenza.customers.record import Role
from utenza.http.requests import ResponseModel
from utenza.tables.changes import ChangeKind


class CrmDocument(ResponseModel):
    document: str
    version: str
    accepted_at: str


class CrmCustomer(ResponseModel):
    """How a customer code stands now. What is left out is not there, or not told, as of who opened a frozen account."""

    customer_code: str
    status: Literal["registered", "frozen", "not_registered"]
    account_id: str | None = None
    role: Role | None = Field(default=None, description="`delegate`: user id and phone are those of somebody else.")
    registered_at: str | None = None
    user_id: str | None = None
    phone: str | None = Field(default=None, description="Left out where the customer has none, or none any more.")
    language: str | None = None
    last_login_on: str | None = Field(default=None, description="The day, in Italy.")
    email_status: Literal["ok", "bounced", "complained"] | None = None
    documents: list[CrmDocument] | None = Field(
        default=None, description="The latest version of each that was accepted."
    )


class CrmChange(ResponseModel):
    change: int = Field(description="Its number: without gaps, from 1, for each supplier.")
    kind: str = Field(description=f"{', '.join(get_args(ChangeKind))}; more may come: read them as any other.")
    occurred_at: str
    account_id: str
    customers: list[CrmCustomer] = Field(description="As they stand when this is read, not when it happened.")


class ChangesResponse(ResponseModel):
    changes: list[CrmChange]
    next: str = Field(description="The cursor for the next call; keep it, also when there are no changes.")
    more: bool = Field(description="Whether there may be more at once.")
    gap: bool = Field(description="Changes behind the given cursor are lost: take everything once.")
