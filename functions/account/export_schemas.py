"""Everything that is held about a person, as JSON; its schema is published as docs/export.schema.json."""

from typing import Literal

from account.schemas import AcceptedDocument, AccountCustomer, ActivityEvent, OfferedCustomer, SessionEntry
from utenza.http.requests import ResponseModel


class ExportedUserId(ResponseModel):
    """A user id that the account had, kept for seven days after `left_at`, in which the change can be taken back."""

    user_id: str
    left_at: str


class ExportedAccount(ResponseModel):
    """`phone` is null where none was given. `last_login_at` and `previous_login_at` are the last two logins.

    `frozen_at` stays when a frozen account is active again. `without_supply_since` is when the account was first seen
    to have none, `offered` what it is offered. `warned_times` is how often the owner was told that the account is not
    used, since the last login before that at `warned_since`; without another one it may be closed from `closes_at` on.
    """

    account_id: str
    supplier: str
    status: Literal["active"]
    user_id: str
    pending_user_id: str | None
    former_user_ids: list[ExportedUserId]
    language: str
    phone: str | None
    created_at: str
    last_login_at: str | None
    previous_login_at: str | None
    email_status: Literal["ok", "bounced", "complained"]
    security_question: str
    frozen_at: str | None
    without_supply_since: str | None
    warned_times: int
    warned_since: str | None
    closes_at: str | None
    offered: list[OfferedCustomer]


class ExportResponse(ResponseModel):
    """Times are ISO 8601 in UTC. Password and answer are stored as hashes alone, which are not exported.

    `customers` are the supplies with the caller's role; the records behind them are the supplier's. `accepted` is the
    whole history, `sessions` are the open ones.
    """

    exported_at: str
    account: ExportedAccount
    customers: list[AccountCustomer]
    accepted: list[AcceptedDocument]
    sessions: list[SessionEntry]
    activity: list[ActivityEvent]
