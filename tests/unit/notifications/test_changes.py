"""What each change in the Accounts table calls for."""

from typing import Any

import pytest

from notifications.changes import Change, Notification, notifications_of

ACCOUNT = {
    "pk": "gas#account#a1",
    "account_id": "a1",
    "user_id": "mario@example.org",
    "status": "active",
    "created_at": 1,
    "generation": 0,
}
LOGIN = {
    "pk": "gas#email#mario@example.org",
    "account_id": "a1",
    "status": "active",
    "generation": 0,
    "password_hash": "h",
    "question": "q",
    "answer_hash": "a",
}
UNLINKED = LOGIN | {"generation": 1, "unlinked_customer": "0123"}
RECLAIMED = UNLINKED | {"unlinked_by": "reclaim"}
FROZEN = LOGIN | {"status": "frozen", "generation": 1}
FREEZING = ["account_frozen", "account_frozen_elsewhere", "AccountFrozen"]
PENDING = {"pk": "gas#pending#0123", "pending_id": "p1", "mails": 1, "address_taken": False, "tries": 0}
CLAIMED = PENDING | {"claim": "code"}
RECOVERY = {"pk": "gas#recovery#abc#r1", "step": "code", "tries": 0}
RECLAIM = {"pk": "gas#reclaim#r1", "customer_code": "0123", "account_id": "a1", "phone": "+39061234567", "tries": 0}
STUB = {
    "pk": "gas#account#a1",
    "account_id": "a1",
    "status": "closed",
    "created_at": 1,
    "generation": 1,
    "expires_at": 8,
}
FAREWELL = {"pk": "gas#closed#a1", "user_id": "mario@example.org", "language": "it", "expires_at": 8}
AUDIT = {"pk": "gas#audit#x1", "action": "close", "operator": "arn:x", "reason": "ticket", "account_id": "a1", "at": 1}
REMINDER = {"pk": "gas#reminder#abc", "reminder_id": "m1", "account_id": "a1"}

NEW_USER_ID = {
    "pk": "gas#new-user-id#a1",
    "change_id": "c1",
    "user_id": "new@example.org",
    "address_taken": False,
    "mails": 1,
    "tries": 0,
    "expires_at": 8,
}
MOVED: dict[str, Any] = {
    "pk": "gas#user-ids#a1",
    "former": [{"user_id": "mario@example.org", "generation": 1, "at": 5}],
    "restored": 0,
    "expires_at": 8,
}
MOVED_AGAIN = MOVED | {"former": [*MOVED["former"], {"user_id": "new@example.org", "generation": 2, "at": 6}]}
RESTORED = MOVED | {"former": [], "restored": 3, "withdrawn": "newer@example.org"}
NOTED = {"pk": "gas#noted#n1", "kind": "SessionEnded", "account_id": "a1", "expires_at": 8}
LINKED = {"pk": "gas#customer#0123", "account_id": "a1", "customer_code": "0123", "role": "holder"}
LINK = {"pk": "gas#link#l1", "account_id": "a1", "customer_code": "0123", "tries": 0}
REMOVED = {"pk": "gas#removed#r1", "account_id": "a1", "customer_code": "0123", "role": "holder", "by": "owner"}
REUSE = {"pk": "gas#reuse#s1", "account_id": "a1", "expires_at": 5}


def _notices(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[Notification]:
    return notifications_of(Change("event-1", 5, old, new))


def _kinds(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[str]:
    return [notification.kind for notification in _notices(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (None, ACCOUNT, ["welcome", "registered_elsewhere", "CustomerRegistered"]),
        (ACCOUNT, ACCOUNT | {"last_login_at": 9}, []),
        (ACCOUNT, ACCOUNT | {"generation": 1}, []),
        (ACCOUNT, ACCOUNT | {"email_status": "bounced"}, ["EmailUndeliverable"]),
        (ACCOUNT | {"email_status": "bounced"}, ACCOUNT | {"email_status": "complained"}, ["EmailUndeliverable"]),
        (ACCOUNT | {"email_status": "bounced"}, ACCOUNT | {"email_status": "bounced", "last_login_at": 9}, []),
        (ACCOUNT | {"email_status": "bounced"}, ACCOUNT | {"email_status": "ok"}, []),
        (ACCOUNT, ACCOUNT | {"user_id": "new@example.org", "generation": 1}, []),
        (None, NEW_USER_ID, ["user_id_code"]),
        (NEW_USER_ID, NEW_USER_ID | {"tries": 1}, []),
        (NEW_USER_ID, NEW_USER_ID | {"mails": 2}, ["user_id_code"]),
        (NEW_USER_ID, NEW_USER_ID | {"change_id": "c2"}, ["user_id_code"]),
        (NEW_USER_ID, NEW_USER_ID | {"change_id": "c2", "mails": 0}, []),
        (None, NEW_USER_ID | {"address_taken": True}, ["user_id_taken"]),
        (None, NEW_USER_ID | {"address_taken": True, "mails": 0}, []),
        (None, MOVED, ["user_id_changed", "user_id_left", "UserIdChanged"]),
        (MOVED, MOVED_AGAIN, ["user_id_changed", "user_id_left", "UserIdChanged"]),
        (MOVED, MOVED | {"expires_at": 9}, []),
        (MOVED_AGAIN, RESTORED, ["user_id_restored", "user_id_withdrawn", "UserIdRestored"]),
        (RESTORED, MOVED, ["user_id_changed", "user_id_left", "UserIdChanged"]),
        (None, NOTED, ["sessions_ended", "SessionEnded"]),
        (None, NOTED | {"kind": "DocumentAccepted"}, ["DocumentAccepted"]),
        (None, NOTED | {"kind": "ContactChanged"}, ["ContactChanged"]),
        (None, NOTED | {"kind": "something later"}, []),
        (NOTED, NOTED | {"expires_at": 9}, []),
        (None, LOGIN, []),
        (LOGIN, LOGIN | {"password_hash": "h2"}, []),
        (LOGIN, LOGIN | {"password_hash": "h2", "generation": 1}, ["password_changed", "PasswordChanged"]),
        (LOGIN, LOGIN | {"generation": 1, "unlinked_customer": "0123"}, ["customer_unlinked", "CustomerUnlinked"]),
        (UNLINKED, UNLINKED | {"generation": 2}, ["customer_unlinked", "CustomerUnlinked"]),
        (LOGIN, RECLAIMED, ["customer_reclaimed", "CustomerUnlinked"]),
        (LOGIN, UNLINKED | {"unlinked_by": "operator"}, ["customer_removed", "CustomerUnlinked"]),
        (RECLAIMED, RECLAIMED | {"generation": 2, "unlinked_by": "holder"}, ["customer_unlinked", "CustomerUnlinked"]),
        (UNLINKED, UNLINKED | {"generation": 2, "password_hash": "h2"}, ["password_changed", "PasswordChanged"]),
        (UNLINKED, UNLINKED | {"password_hash": "h2"}, []),
        (LOGIN, LOGIN | {"question": "q2"}, ["question_changed", "QuestionChanged"]),
        (LOGIN, LOGIN | {"answer_hash": "a2"}, ["question_changed", "QuestionChanged"]),
        (LOGIN, FROZEN, FREEZING),
        (UNLINKED, UNLINKED | {"status": "frozen", "generation": 2}, FREEZING),
        (FROZEN, FROZEN | {"status": "active"}, ["account_unfrozen", "AccountUnfrozen"]),
        (ACCOUNT, ACCOUNT | {"status": "frozen", "generation": 1, "frozen_at": 9}, []),
        (None, {"pk": "gas#objection#abc", "account_id": "a1", "expires_at": 9}, []),
        (None, CLAIMED, ["claim_code", "confirmation_code"]),
        (CLAIMED, CLAIMED | {"tries": 1}, []),
        (CLAIMED, CLAIMED | {"mails": 2}, ["claim_code", "confirmation_code"]),
        (CLAIMED, CLAIMED | {"pending_id": "p2"}, ["claim_code", "confirmation_code"]),
        (None, CLAIMED | {"address_taken": True}, ["claim_code", "address_taken"]),
        (CLAIMED | {"address_taken": True}, CLAIMED | {"address_taken": True, "mails": 2}, ["claim_code"]),
        (None, PENDING | {"claim": "activation_code"}, ["confirmation_code"]),
        (LOGIN, LOGIN | {"generation": 1, "sessions_ended_at": 9}, []),
        (UNLINKED, UNLINKED | {"generation": 2, "sessions_ended_at": 9}, []),
        (
            LOGIN | {"sessions_ended_at": 9},
            UNLINKED | {"sessions_ended_at": 9},
            ["customer_unlinked", "CustomerUnlinked"],
        ),
        (ACCOUNT, STUB, ["AccountClosed"]),
        (ACCOUNT | {"email_status": "bounced"}, STUB, ["AccountClosed"]),
        (STUB, STUB | {"email_status": "bounced"}, []),
        (None, FAREWELL, ["account_closed"]),
        (FAREWELL, FAREWELL | {"expires_at": 9}, []),
        (None, AUDIT, ["OperatorAction"]),
        (AUDIT, AUDIT | {"expires_at": 9}, []),
        (None, PENDING, ["confirmation_code"]),
        (PENDING, PENDING | {"tries": 1}, []),
        (PENDING, PENDING | {"mails": 2}, ["confirmation_code"]),
        (PENDING, PENDING | {"pending_id": "p2"}, ["confirmation_code"]),
        (None, PENDING | {"mails": 0}, []),
        (PENDING | {"mails": 0}, PENDING, ["confirmation_code"]),
        (PENDING, PENDING | {"pending_id": "p2", "mails": 0}, []),
        (None, PENDING | {"address_taken": True, "mails": 0}, []),
        (PENDING | {"address_taken": True, "mails": 0}, PENDING | {"address_taken": True}, ["address_taken"]),
        (None, PENDING | {"address_taken": True}, ["address_taken"]),
        (PENDING | {"address_taken": True}, PENDING | {"address_taken": True, "mails": 2}, []),
        (None, RECOVERY, ["recovery_code"]),
        (None, RECOVERY | {"code_id": "r1"}, ["recovery_code"]),
        (None, RECOVERY | {"code_id": "r0"}, []),
        (None, {"pk": "gas#mailed#abc", "code_id": "r1", "generation": 0, "mailed_at": 1}, []),
        (RECOVERY, RECOVERY | {"tries": 1}, []),
        (RECOVERY, RECOVERY | {"step": "answer"}, []),
        (None, RECOVERY | {"step": "answer"}, []),
        (None, RECLAIM, ["reclaim_code"]),
        (RECLAIM, RECLAIM | {"tries": 1}, []),
        (None, RECLAIM | {"account_id": ""}, []),
        (None, REMINDER, ["user_id_reminder"]),
        (REMINDER, REMINDER | {"reminder_id": "m2"}, ["user_id_reminder"]),
        (None, REMINDER | {"account_id": ""}, []),
        (None, REUSE, ["session_reused", "SessionReused"]),
        (REUSE, REUSE | {"expires_at": 9}, []),
        (None, {"pk": "gas#customer#0123", "account_id": "a1"}, []),
        (None, LINKED, ["supply_linked", "supply_linked_elsewhere", "SupplyLinked"]),
        (None, LINKED | {"role": "delegate"}, ["supply_linked", "supply_delegated", "SupplyLinked"]),
        (LINKED, LINKED | {"account_id": "a2"}, []),
        (None, LINK, ["supply_code"]),
        (LINK, LINK | {"tries": 1}, []),
        (None, LINK | {"customer_code": ""}, []),
        (None, REMOVED, ["supply_unlinked", "SupplyUnlinked"]),
        (None, REMOVED | {"by": "holder"}, ["delegate_removed", "SupplyUnlinked"]),
        (None, REMOVED | {"by": "time"}, ["supply_over", "SupplyUnlinked"]),
        (REMOVED, REMOVED | {"expires_at": 9}, []),
        (None, {"pk": "gas#a1", "sk": "1800000000-0a0a0a0a", "kind": "login"}, ["new_login"]),
        (None, {"pk": "gas#something-later#1"}, []),
    ],
)
def test_a_change_calls_for_its_notices(old: Any, new: Any, kinds: list[str]) -> None:
    assert _kinds(old, new) == kinds


@pytest.mark.parametrize("old", [ACCOUNT, LOGIN, PENDING, RECOVERY, RECLAIM, REMINDER, STUB, FAREWELL, AUDIT])
def test_what_is_cleaned_away_calls_for_nothing(old: dict[str, Any]) -> None:
    assert _kinds(old, None) == []


def test_whoever_loses_a_customer_is_told_which() -> None:
    assert [each.subject for each in _notices(LOGIN, UNLINKED)] == [{"account_id": "a1", "customer_code": "0123"}] * 2


def test_a_notice_names_ids_and_nothing_else() -> None:
    found = [
        *_notices(None, ACCOUNT),
        *_notices(LOGIN, LOGIN | {"generation": 1}),
        *_notices(None, PENDING | {"email_key": "mario@example.org", "user_id": "mario@example.org"}),
        *_notices(None, RECOVERY | {"email_key": "mario@example.org"}),
        *_notices(None, FAREWELL),
        *_notices(None, RECLAIM),
    ]
    assert {notification.supplier for notification in found} == {"gas"}
    assert "mario" not in str(found)
    assert found[-4].subject == {"customer_code": "0123", "id": "p1"}
    assert found[-3].subject == {"address": "abc", "id": "r1"}
    assert found[-1].subject == {"id": "r1"}
