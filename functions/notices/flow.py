"""Delivers a notice: finds whom it is for and what it says, as things are now, and sends a mail or an event."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from notices.changes import Notice
from notices.letters import Letter, letter
from utenza import mail_codes
from utenza.concurrency import Call
from utenza.errors import InvalidValue
from utenza.identifiers import email
from utenza.keys import StepKeys
from utenza.suppliers import Supplier, Suppliers
from utenza.tables.accounts import Account, Accounts
from utenza.tables.customers import Customers
from utenza.tables.pending import PendingRegistrations
from utenza.tables.recoveries import Recoveries


class Mailer(Protocol):
    def send(self, supplier: Supplier, to: str, letter: Letter, tags: Mapping[str, str]) -> None: ...


class Bus(Protocol):
    def put(self, kind: str, detail: Mapping[str, object], *, at: int) -> None: ...


class Desk(NamedTuple):
    """What notices work with; no mailer, no mails: the events are for the CRM in any case."""

    suppliers: Suppliers
    customers: Customers
    accounts: Accounts
    pending: PendingRegistrations
    recoveries: Recoveries
    keys: StepKeys
    mailer: Mailer | None
    bus: Bus


class _Mail(NamedTuple):
    to: str
    language: str
    values: Mapping[str, str] = {}
    account_id: str = ""


async def deliver(notice: Notice, desk: Desk, *, now: int) -> None:
    """Send the mail or the event; nothing where there is nobody to send it to any more, or nothing to say."""
    if notice.kind[0].isupper():
        await _publish(notice, desk)
    elif desk.mailer is not None:
        mail = await _MAILS[notice.kind](notice, desk, now)
        if mail is not None:
            supplier = desk.suppliers.named(notice.supplier)
            text = letter(notice.kind, supplier, mail.language, mail.values)
            tags = {"supplier": supplier.id} | ({"account": mail.account_id} if mail.account_id else {})
            desk.mailer.send(supplier, mail.to, text, tags)


async def _publish(notice: Notice, desk: Desk) -> None:
    account = await desk.accounts.get(notice.supplier, notice.subject["account_id"])
    if account is not None:
        detail = {"supplier": account.supplier, "account_id": account.account_id, "customers": list(account.customers)}
        if notice.kind == "EmailUndeliverable":
            detail["email_status"] = account.email_status
        desk.bus.put(notice.kind, detail, at=notice.at)


async def _confirmation(notice: Notice, desk: Desk, now: int) -> _Mail | None:
    registration = await desk.pending.waiting_for(
        notice.supplier, notice.subject["customer_code"], notice.subject["id"], now=now
    )
    if registration is None:
        return None
    code = mail_codes.code_for("confirmation", notice.subject["id"], desk.keys.lasting(now=now))
    return _Mail(registration.user_id, registration.language, {"code": code})


async def _taken(notice: Notice, desk: Desk, now: int) -> _Mail | None:
    registration = await desk.pending.waiting_for(
        notice.supplier, notice.subject["customer_code"], notice.subject["id"], now=now
    )
    login = registration and await desk.accounts.login_of(notice.supplier, registration.email_key)
    return await _to_account(notice.supplier, login.account_id, desk) if login and login.status == "active" else None


async def _recovery(notice: Notice, desk: Desk, now: int) -> _Mail | None:
    address = await desk.recoveries.waiting_for(
        notice.supplier, notice.subject["address"], notice.subject["id"], now=now
    )
    login = address and await desk.accounts.login_of(notice.supplier, address)
    if not login or login.status != "active":
        return None
    code = mail_codes.code_for("recovery", notice.subject["id"], desk.keys.lasting(now=now))
    return await _to_account(notice.supplier, login.account_id, desk, {"code": code})


async def _owner(notice: Notice, desk: Desk, _now: int) -> _Mail | None:
    return await _to_account(notice.supplier, notice.subject["account_id"], desk)


async def _reminder(notice: Notice, desk: Desk, _now: int) -> _Mail | None:
    account = await desk.accounts.get(notice.supplier, notice.subject["account_id"])
    return _to(account, {"user_id": account.user_id}) if account else None


async def _left(notice: Notice, desk: Desk, _now: int) -> _Mail | None:
    """Write to the address before: whoever changes `user_id` keeps the old one in `former_user_id`."""
    account = await desk.accounts.get(notice.supplier, notice.subject["account_id"])
    return _Mail(account.former_user_id, account.language) if account and account.former_user_id else None


async def _elsewhere(notice: Notice, desk: Desk, _now: int) -> _Mail | None:
    """Write to the address that the CRM has, when it is another than the one just registered."""
    account = await desk.accounts.get(notice.supplier, notice.subject["account_id"])
    customer = account and await desk.customers.find(account.supplier, account.customers[0])
    if not account or not customer or not customer.email:
        return None
    try:
        is_other = email.key(customer.email) != email.key(account.user_id)
    except InvalidValue:  # the CRM holds no address that could be written to
        return None
    return _Mail(customer.email, account.language, {"customer_code": customer.code}) if is_other else None


async def _to_account(supplier: str, account_id: str, desk: Desk, values: Mapping[str, str] = {}) -> _Mail | None:
    return _to(await desk.accounts.get(supplier, account_id), values)


def _to(account: Account | None, values: Mapping[str, str]) -> _Mail | None:
    if account is None or account.status != "active":
        return None
    return _Mail(account.user_id, account.language, values, account.account_id)


_MAILS: Mapping[str, Callable[[Notice, Desk, int], Call[_Mail | None]]] = {
    "confirmation_code": _confirmation,
    "address_taken": _taken,
    "recovery_code": _recovery,
    "user_id_reminder": _reminder,
    "welcome": _owner,
    "registered_elsewhere": _elsewhere,
    "password_changed": _owner,
    "question_changed": _owner,
    "address_changed": _owner,
    "address_left": _left,
}
