"""Everything that is held about a person, as JSON; its schema is published as docs/export.schema.json."""

from typing import Literal

from account.schemas import AcceptedDocument, AccountCustomer, ActivityEvent, SessionEntry
from utenza.http.requests import ResponseModel


class ExportedUserId(ResponseModel):
    """A user id that the account had, kept for seven days after `left_at`, in which the change can be taken back."""

    user_id: str
    left_at: str


class ExportedAccount(ResponseModel):
    """`phone` is null where none was given. `last_login_at` and `previous_login_at` are the last two logins."""

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
