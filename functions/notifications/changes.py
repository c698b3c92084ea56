"""What a change in the Accounts table calls for: a pure function from two images to the notifications due.

A notification is a reference, not a message: it names what it is about by ids, and the words are found when it is
delivered. So nothing personal waits in a queue, and the message says how things are by then.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from utenza.tables.activity import subject_of
from utenza.tables.audit import AUDITED
from utenza.tables.restored import came_back

type Image = Mapping[str, Any]
type Kind = Literal[
    "confirmation_code",
    "claim_code",
    "address_taken",
    "recovery_code",
    "reclaim_code",
    "user_id_reminder",
    "welcome",
    "registered_elsewhere",
    "account_frozen",
    "account_frozen_elsewhere",
    "account_unfrozen",
    "password_changed",
    "question_changed",
    "customer_unlinked",
    "customer_reclaimed",
    "customer_removed",
    "user_id_code",
    "user_id_taken",
    "user_id_changed",
    "user_id_left",
    "user_id_restored",
    "user_id_withdrawn",
    "sessions_ended",
    "account_closed",
    "session_reused",
    "new_login",
    "supply_code",
    "supply_linked",
    "supply_linked_elsewhere",
    "supply_delegated",
    "supply_unlinked",
    "delegate_removed",
    "supply_over",
    "account_unused",
    "CustomerRegistered",
    "PasswordChanged",
    "QuestionChanged",
    "CustomerUnlinked",
    "UserIdChanged",
    "UserIdRestored",
    "SessionEnded",
    "DocumentAccepted",
    "ContactChanged",
    "AccountFrozen",
    "AccountUnfrozen",
    "AccountClosed",
    "SessionReused",
    "SupplyLinked",
    "SupplyUnlinked",
    "EmailUndeliverable",
    "OperatorAction",
]


class Change(NamedTuple):
    """One record of the stream; an image is None where there was, or is, no item. `at` is in seconds since 1970."""

    event_id: str
    at: int
    old: Image | None
    new: Image | None


class Notification(NamedTuple):
    """One e-mail or one event; `subject` is what it is about, by ids: an account, or what waits under `key`."""

    kind: Kind
    event_id: str
    at: int
    supplier: str
    subject: Mapping[str, str]

    @property
    def is_event(self) -> bool:
        """Events have names like CustomerRegistered, e-mails like welcome."""
        return self.kind[0].isupper()


def notifications_of(change: Change) -> list[Notification]:
    """Return the notifications that a change calls for: none for what was cleaned away, or came back from a backup."""
    if change.new is None or came_back(change.old, change.new):
        return []
    if "sk" in change.new:
        return _of_login(change, change.new)
    supplier, kind, rest = change.new["pk"].split("#", 2)
    about = _ABOUT.get(kind)
    found = about(change.old or {}, change.new, rest) if about else ()
    return [Notification(kind, change.event_id, change.at, supplier, subject) for kind, subject in found]


type _Found = Iterator[tuple[Kind, Mapping[str, str]]]


def _about_pending(old: Image, new: Image, code: str) -> _Found:
    is_new = old.get("pending_id") != new["pending_id"]
    mails = 0 if is_new else old["mails"]  # none of them yet: one that strangers had no budget for
    is_mailed = new["mails"] > mails
    subject = {"customer_code": code, "id": new["pending_id"]}
    if is_mailed and new.get("claim") == "code":  # whoever reads that address must not learn whether another is taken
        yield "claim_code", subject
    if new["address_taken"]:
        if mails == 0 < new["mails"]:
            yield "address_taken", subject
    elif is_mailed:
        yield "confirmation_code", subject


def _about_recovery(old: Image, new: Image, key: str) -> _Found:
    address, _, recovery_id = key.partition("#")
    has_own_code = new.get("code_id", recovery_id) == recovery_id  # else an earlier mail told it, or none may
    if new["step"] == "code" and not old and has_own_code:
        yield "recovery_code", {"address": address, "id": recovery_id}


def _about_reclaim(old: Image, new: Image, reclaim_id: str) -> _Found:
    if new["account_id"] and not old:
        yield "reclaim_code", {"id": reclaim_id}


def _about_reminder(old: Image, new: Image, _: str) -> _Found:
    if new["account_id"] and old.get("reminder_id") != new["reminder_id"]:
        yield "user_id_reminder", {"account_id": new["account_id"]}


def _about_account(old: Image, new: Image, account_id: str) -> _Found:
    subject = {"account_id": account_id}
    if not old:
        yield "welcome", subject
        yield "registered_elsewhere", subject
        yield "CustomerRegistered", subject
        return
    if new["status"] == "closed":
        if old["status"] != "closed":
            yield "AccountClosed", subject
        return
    if new.get("email_status", "ok") not in {"ok", old.get("email_status", "ok")}:
        yield "EmailUndeliverable", subject


def _about_new_user_id(old: Image, new: Image, account_id: str) -> _Found:
    before = old["mails"] if old.get("change_id") == new["change_id"] else 0
    if new["mails"] > before:
        kind: Kind = "user_id_taken" if new["address_taken"] else "user_id_code"
        yield kind, {"account_id": account_id, "id": new["change_id"]}


def _about_user_ids(old: Image, new: Image, account_id: str) -> _Found:
    subject = {"account_id": account_id}
    if new["restored"] > old.get("restored", 0):  # a generation; the next change of user id begins again at 0
        yield "user_id_restored", subject
        yield "user_id_withdrawn", subject
        yield "UserIdRestored", subject
    elif new["former"] and new["former"] != old.get("former"):
        left = subject | {"generation": str(int(new["former"][-1]["generation"]))}
        yield "user_id_changed", subject
        yield "user_id_left", left
        yield "UserIdChanged", subject


def _about_noted(old: Image, new: Image, _: str) -> _Found:
    subject = {name: new[name] for name in ("account_id", "document", "version", "closes_on") if name in new}
    for kind in () if old else _OF_NOTED.get(new["kind"], ()):
        yield kind, subject


def _about_login(old: Image, new: Image, _: str) -> _Found:
    if not old:
        return
    subject = {"account_id": new["account_id"]}
    only_ended = new.get("sessions_ended_at") != old.get("sessions_ended_at")  # by an operator: see the audit entry
    if old["status"] != new["status"]:
        for kind in _OF_STATUS.get((old["status"], new["status"]), ()):
            yield kind, subject
    # The same generation: the same password under a new cost.
    elif new["generation"] > old["generation"] and not only_ended:
        if new["password_hash"] == old["password_hash"] and "unlinked_customer" in new:
            unlinked = subject | {"customer_code": new["unlinked_customer"]}
            yield _OF_UNLINKING.get(new.get("unlinked_by", ""), "customer_unlinked"), unlinked
            yield "CustomerUnlinked", unlinked
        else:
            yield "password_changed", subject
            yield "PasswordChanged", subject
    if (new["question"], new["answer_hash"]) != (old["question"], old["answer_hash"]):
        yield "question_changed", subject
        yield "QuestionChanged", subject


def _about_closed(old: Image, _new: Image, account_id: str) -> _Found:
    if not old:
        yield "account_closed", {"account_id": account_id}


def _about_audit(old: Image, new: Image, audit_id: str) -> _Found:
    if not old:
        said = {name: new[name] for name in AUDITED if name in new}
        yield "OperatorAction", {"audit_id": audit_id, **said}


_OF_STATUS: Mapping[tuple[str, str], tuple[Kind, ...]] = {
    ("active", "frozen"): ("account_frozen", "account_frozen_elsewhere", "AccountFrozen"),
    ("frozen", "active"): ("account_unfrozen", "AccountUnfrozen"),
}
_OF_NOTED: Mapping[str, tuple[Kind, ...]] = {
    "SessionEnded": ("sessions_ended", "SessionEnded"),
    "DocumentAccepted": ("DocumentAccepted",),
    "ContactChanged": ("ContactChanged",),
    "AccountUnused": ("account_unused",),
}
_OF_REMOVAL: Mapping[str, Kind] = {"owner": "supply_unlinked", "holder": "delegate_removed", "time": "supply_over"}
_OF_UNLINKING: Mapping[str, Kind] = {"reclaim": "customer_reclaimed", "operator": "customer_removed"}


def _about_reuse(old: Image, new: Image, _: str) -> _Found:
    if not old:
        yield "session_reused", {"account_id": new["account_id"]}
        yield "SessionReused", {"account_id": new["account_id"]}


def _about_marker(old: Image, new: Image, _: str) -> _Found:
    """Tell of a supply that was linked; the marker of a registration has no role."""
    if old or "role" not in new:
        return
    subject = {name: new[name] for name in ("account_id", "customer_code", "role")}
    yield "supply_linked", subject
    yield "supply_delegated" if new["role"] == "delegate" else "supply_linked_elsewhere", subject
    yield "SupplyLinked", subject


def _about_removed(old: Image, new: Image, _: str) -> _Found:
    if not old:
        subject = {name: new[name] for name in ("account_id", "customer_code", "role")}
        yield _OF_REMOVAL[new["by"]], subject
        yield "SupplyUnlinked", subject


def _about_link(old: Image, new: Image, link_id: str) -> _Found:
    if new["customer_code"] and not old:
        yield "supply_code", {"id": link_id}


def _of_login(change: Change, new: Image) -> list[Notification]:
    """Return the notification of a login on a device that is not known; delivery finds out whether it is news."""
    supplier, account_id = subject_of(new["pk"])
    subject = {"account_id": account_id, "entry": new["sk"]}
    return [Notification("new_login", change.event_id, change.at, supplier, subject)]


_ABOUT: Mapping[str, Callable[[Image, Image, str], _Found]] = {
    "pending": _about_pending,
    "recovery": _about_recovery,
    "reclaim": _about_reclaim,
    "reminder": _about_reminder,
    "account": _about_account,
    "email": _about_login,
    "new-user-id": _about_new_user_id,
    "user-ids": _about_user_ids,
    "noted": _about_noted,
    "closed": _about_closed,
    "audit": _about_audit,
    "reuse": _about_reuse,
    "customer": _about_marker,
    "removed": _about_removed,
    "link": _about_link,
}
