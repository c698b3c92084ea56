"""What the reserved area shows, out of what it holds."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from account.export import Held
from account.export_schemas import ExportedAccount, ExportedUserId, ExportResponse
from account.flow import Caller
from account.schemas import (
    AcceptedDocument,
    AccountCustomer,
    AccountResponse,
    ActivityEvent,
    OfferedCustomer,
    SessionEntry,
)
from utenza.customers.record import CustomerSummary
from utenza.http.user_agents import in_words
from utenza.tables.activity import Entry
from utenza.tables.agreements import Acceptance
from utenza.tables.lifetimes import readable_until
from utenza.tables.sessions import OpenSession


def account_of(owner: Caller, months: int) -> AccountResponse:
    """`months` is how long a closed supply stays readable, here and below."""
    account = owner.account
    before = account.previous_login_at or account.last_login_at
    latest = {each.document: each for each in owner.accepted}  # the history is in order
    return AccountResponse(
        account_id=account.account_id,
        user_id=account.user_id,
        supplier=account.supplier,
        language=account.language,
        customers=[customer_of(summary, months) for summary in account.summaries],
        phone=account.phone or None,
        created_at=_iso(account.created_at),
        last_login_at=_iso_or_none(before),
        email_status=account.email_status,
        pending_user_id=owner.pending_user_id,
        accepted=_accepted(tuple(latest.values())),
        **({"offered": _offered(account.offered)} if account.offered else {}),
    )


def session_of(session: OpenSession, current: str, language: str) -> SessionEntry:
    return SessionEntry(
        session=session.id,
        current=session.id == current,
        device=in_words(session.device, language),
        created_at=_iso(session.created_at),
        seen_on=session.seen_on,
    )


def events(entries: Iterable[Entry], language: str) -> Iterator[ActivityEvent]:
    """Yield what is shown of each entry; the wrong passwords before a login are an event of their own."""
    for entry in entries:
        at, device = _iso(entry.at), in_words(entry.device, language)
        yield ActivityEvent(at=at, kind=entry.kind, device=device, network=entry.network)
        if entry.failed:
            yield ActivityEvent(at=at, kind="failed_attempts", device="", network="", attempts=entry.failed)


def export_of(held: Held, language: str, months: int, *, now: int) -> ExportResponse:
    account = held.caller.account
    return ExportResponse(
        exported_at=_iso(now),
        account=ExportedAccount(
            account_id=account.account_id,
            supplier=account.supplier,
            status="active",
            user_id=account.user_id,
            pending_user_id=held.caller.pending_user_id,
            former_user_ids=[
                ExportedUserId(user_id=former.user_id, left_at=_iso(former.at)) for former in held.history.former
            ],
            language=account.language,
            phone=account.phone or None,
            created_at=_iso(account.created_at),
            last_login_at=_iso_or_none(account.last_login_at),
            previous_login_at=_iso_or_none(account.previous_login_at),
            email_status=account.email_status,
            security_question=held.login.question,
            frozen_at=_iso_or_none(account.frozen_at),
            without_supply_since=_iso_or_none(account.without_supply_since),
            warned_times=account.warned.times,
            warned_since=_iso_or_none(account.warned.since),
            closes_at=_iso_or_none(account.warned.closes_at),
            offered=_offered(account.offered),
        ),
        customers=[customer_of(summary, months) for summary in account.summaries],
        accepted=_accepted(held.accepted),
        sessions=[session_of(session, held.caller.claims.session_id, language) for session in held.sessions],
        activity=[*events(held.activity, language)],
    )


def customer_of(summary: CustomerSummary, months: int) -> AccountCustomer:
    until = readable_until(summary, months)
    return AccountCustomer(
        customer_code=summary.code,
        kind=summary.kind,
        name=summary.name,
        status=summary.status,
        role=summary.role,
        read_only_until=_iso_or_none(until),
    )


def _accepted(acceptances: Sequence[Acceptance]) -> list[AcceptedDocument]:
    return [
        AcceptedDocument(document=each.document, version=each.version, accepted_at=_iso(each.accepted_at))
        for each in acceptances
    ]


def _offered(ends: Sequence[str]) -> list[OfferedCustomer]:
    return [OfferedCustomer(customer_code_end=end) for end in ends]


def _iso_or_none(seconds: int) -> str | None:
    """Return a time, None for the 0 of one that there is not."""
    return _iso(seconds) if seconds else None


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
