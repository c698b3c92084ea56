"""What an account's owner sees of it: on which device, and what happened."""

from typing import Any

import pytest

from account import activity, closing, contact, password, question, reauth, sessions
from account.schemas import (
    ActivityEvent,
    CloseRequest,
    ContactRequest,
    EndSessionsRequest,
    NewPasswordRequest,
    NewQuestionRequest,
)
from account.views import events, session_of
from customer_sync.flow import clean_up
from login.flow import LoginResult, log_in, log_out
from recovery.flow import change_password, start
from tests.unit.flows.fixtures import (
    ISSUER,
    MARIO,
    NEW_PASSWORD,
    NOW,
    PASSWORD,
    SOURCE,
    Flows,
    answered,
    forgotten,
    new_flows,
    register_mario,
    retyped,
    submitted,
    sync_dependencies,
    typed_login,
    valid,
)
from utenza.errors import AccessTokenInvalid, InvalidCredentials, InvalidRequest
from utenza.tables.activity import ActivityKind, Entry, Origin

PHONE, NETWORK = Origin("Chrome|Android", "192.0.2.0/24"), "198.51.100.0/24"
AWAY = Origin(PHONE.device, NETWORK)


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows())


@pytest.fixture
def session(flows: Flows) -> LoginResult:
    return _log_in(flows)


def _log_in(flows: Flows, *, now: int = NOW, **changes: Any) -> LoginResult:
    return log_in(typed_login(**changes), flows.login, source=SOURCE, issuer=ISSUER, now=now, origin=lambda: PHONE)


def _fail(flows: Flows, times: int, **changes: Any) -> None:
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            _log_in(flows, password="sbagliata davvero", **changes)


def _seen(flows: Flows, session: LoginResult) -> list[Entry]:
    found, _ = activity.list_page("", session.access_token, flows.account, issuer=ISSUER, now=NOW + 9)
    return found


def test_a_login_leaves_its_device_and_the_part_of_its_network(flows: Flows, session: LoginResult) -> None:
    assert _seen(flows, session) == [Entry(NOW, "login", *PHONE)]
    _, [opened] = sessions.list_open(session.access_token, flows.account, issuer=ISSUER, now=NOW)
    assert opened.device == PHONE.device
    assert session_of(opened, opened.id, "de").device == "Chrome auf Android"


def test_wrong_passwords_are_a_number_at_the_next_login_and_write_nothing_before(flows: Flows) -> None:
    account_id = _log_in(flows).account_id
    _fail(flows, 3)
    _fail(flows, 2, user_id="nobody@example.org")
    assert len(flows.activity.of("gas", account_id)) == 1
    later = NOW + 7 * 86_400  # what was counted has leaked out long ago
    session = _log_in(flows, now=later)
    assert [entry.failed for entry in flows.activity.of("gas", account_id)] == [0, 3]
    _log_in(flows, now=later)
    assert [entry.failed for entry in flows.activity.of("gas", account_id)] == [0, 3, 0]
    shown = list(events(flows.activity.page("gas", session.account_id, now=later)[0], "it"))
    assert [(each.kind, each.attempts) for each in shown] == [
        ("login", None),
        ("login", None),
        ("failed_attempts", 3),
        ("login", None),
    ]
    assert shown[2] == ActivityEvent(at=shown[1].at, kind="failed_attempts", device="", network="", attempts=3)


def test_a_known_device_counts_its_own_wrong_passwords_and_those_of_strangers(flows: Flows) -> None:
    known = _log_in(flows).device_token
    _fail(flows, 2, device_token=known)
    _fail(flows, 1)
    account_id = _log_in(flows, device_token=known).account_id
    assert flows.activity.of("gas", account_id)[-1].failed == 3
    _log_in(flows, device_token=known)
    assert flows.activity.of("gas", account_id)[-1].failed == 0


def test_only_a_login_without_a_device_that_is_known_may_be_news(flows: Flows) -> None:
    first = _log_in(flows)
    _log_in(flows, device_token=first.device_token)
    _log_in(flows, device_token="x" * 43)
    kept = flows.activity.entries["gas", first.account_id]
    assert [is_new_device for _, _, is_new_device in kept] == [True, False, True]


def test_every_change_is_noted_with_the_device_of_the_session(flows: Flows, session: LoginResult) -> None:
    owner: Any = {"issuer": ISSUER, "now": NOW + 1, "network": NETWORK}
    _log_in(flows)
    token, _ = reauth.reauthenticate(retyped(), session.access_token, flows.account, issuer=ISSUER, now=NOW)
    access, account = session.access_token, flows.account
    contact.change(valid(ContactRequest, {"language": "de"}), access, account, **owner)
    contact.change(valid(ContactRequest, {"phone": "0425 284604"}), access, account, **owner)
    contact.change(valid(ContactRequest, {"phone": "0425 284604"}), access, account, **owner)  # no change
    chosen = {"question": "Dove andavo al mare da piccolo?", "answer": "Marebello", "answer_repeat": "Marebello"}
    question.change(submitted(NewQuestionRequest, {"reauth_token": token} | chosen), access, account, **owner)
    sessions.end(valid(EndSessionsRequest, {"others": True}), access, account, **owner)
    form = {"reauth_token": token, "password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    changed = password.change(submitted(NewPasswordRequest, form), access, account, **owner)
    kinds: list[ActivityKind] = [
        "language_changed",
        "phone_changed",
        "question_changed",
        "sessions_ended",
        "password_changed",
    ]
    assert flows.activity.of("gas", session.account_id)[2:] == [Entry(NOW + 1, kind, *AWAY) for kind in kinds]
    current, found = sessions.list_open(changed.access_token, account, issuer=ISSUER, now=NOW + 1)
    assert next(each.device for each in found if each.id == current) == PHONE.device


def test_a_recovery_is_noted(flows: Flows) -> None:
    account_id = _log_in(flows).account_id
    started = start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW)
    change_password(answered(started.recovery_token), flows.recovery, now=NOW + 1, origin=lambda: AWAY)
    assert flows.activity.of("gas", account_id)[-1] == Entry(NOW + 1, "password_recovered", *AWAY)


def test_pages_follow_one_another(flows: Flows, session: LoginResult) -> None:
    for number in range(60):
        flows.activity.note("gas", session.account_id, "sessions_ended", now=NOW + number)
    owner = session.access_token, flows.account
    first, cursor = activity.list_page("", *owner, issuer=ISSUER, now=NOW + 99)
    rest, end = activity.list_page(cursor, *owner, issuer=ISSUER, now=NOW + 99)
    assert (len(first), len(rest), end) == (50, 11, "")


@pytest.mark.parametrize("before", ["x", "1800000000", "~", "1800000000-xxxxxxxx", "9" * 4000])
def test_a_cursor_that_is_none_is_refused(flows: Flows, session: LoginResult, before: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        activity.list_page(before, session.access_token, flows.account, issuer=ISSUER, now=NOW)
    assert [tuple(error) for error in refused.value.errors] == [("before", "invalid")]


def test_activity_is_for_who_is_logged_in(flows: Flows, session: LoginResult) -> None:
    log_out(session.refresh_token, flows.login)
    with pytest.raises(AccessTokenInvalid):
        activity.list_page("", session.access_token, flows.account, issuer=ISSUER, now=NOW)


def test_nothing_is_left_of_a_closed_account(flows: Flows, session: LoginResult) -> None:
    token, _ = reauth.reauthenticate(retyped(PASSWORD), session.access_token, flows.account, issuer=ISSUER, now=NOW)
    request = valid(CloseRequest, {"reauth_token": token})
    closing.close(request, session.access_token, flows.account, issuer=ISSUER, now=NOW)
    sync = sync_dependencies(flows)
    clean_up("gas", session.account_id, [MARIO.code], sync)
    assert flows.activity.of("gas", session.account_id) == []
