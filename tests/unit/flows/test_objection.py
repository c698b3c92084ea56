"""An objection, on fakes: its code freezes one account, once, and whatever else is typed is refused alike."""

from collections.abc import Callable
from typing import Any

import pytest

from credentials.objection import freeze
from login.flow import log_in, refresh
from reclaim import flow as reclaim
from recovery.flow import change_password, check_code, start
from tests.unit.flows.fixtures import (
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    answered,
    coded,
    forgotten,
    mailed_reclaim_code,
    mailed_recovery_code,
    new_flows,
    objected,
    reclaim_confirmed,
    reclaimed,
    register_mario,
    register_thief,
    step_one,
    typed_login,
)
from tests.unit.flows.fixtures import (
    read_account as read,
)
from utenza.errors import (
    AccessTokenInvalid,
    AlreadyRegistered,
    AnswerInvalid,
    CodeInvalid,
    InvalidCredentials,
    InvalidRequest,
    RefreshTokenInvalid,
    TooManyAttempts,
    Unavailable,
    UtenzaError,
)
from utenza.tables.accounts import Account
from utenza.tables.objections import Objection
from verify.flow import verify

ADDRESS = "mario@example.org"
_MONTH = 30 * 86_400


@pytest.fixture
def flows() -> Flows:
    return register_mario(new_flows())


def _account(flows: Flows) -> Account:
    [account] = flows.accounts.accounts.values()
    return account


def _notify(flows: Flows, **changes: Any) -> str:
    """Return the code of a notice about Mario's account."""
    objection = Objection(_account(flows).account_id, MARIO.code)._replace(**changes)
    return flows.objections.issue("gas", objection, now=NOW)


def _object(flows: Flows, code: str, *, source: str = SOURCE, now: int = NOW) -> str:
    try:
        freeze(objected(code), flows.credentials, source=source, now=now)
    except UtenzaError as refused:
        return refused.code
    return "frozen"


def _log_in(flows: Flows, now: int = NOW) -> Any:
    return log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=now)


def test_a_frozen_account_lets_nobody_in_and_ends_its_sessions(flows: Flows) -> None:
    session = _log_in(flows)
    assert read(session.access_token, flows.account, issuer=ISSUER, now=NOW)
    assert _object(flows, _notify(flows)) == "frozen"
    with pytest.raises(InvalidCredentials):
        _log_in(flows)
    with pytest.raises(AccessTokenInvalid):
        read(session.access_token, flows.account, issuer=ISSUER, now=NOW)
    with pytest.raises(RefreshTokenInvalid):
        refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW)
    with pytest.raises(AlreadyRegistered):  # it is whose it was: nobody else can register meanwhile
        verify(step_one(), flows.verify, source=SOURCE, now=NOW)


def test_a_login_to_a_frozen_account_hashes_and_counts_as_any_other(flows: Flows) -> None:
    _object(flows, _notify(flows))
    verified: list[str | None] = []

    class Counting:
        def verify(self, stored: str | None, _: str) -> bool:
            verified.append(stored)
            return True

    login = flows.login._replace(hasher=Counting())  # type: ignore[arg-type]  # all that a wrong login asks of it
    with pytest.raises(InvalidCredentials):
        log_in(typed_login(), login, source=SOURCE, issuer=ISSUER, now=NOW)
    assert verified == [flows.accounts.logins["gas", ADDRESS].password_hash]
    assert flows.attempts.used("login-account", flows.login.per_account, NOW) == 1


@pytest.mark.parametrize("begun_before", [True, False])
def test_a_frozen_account_is_recovered_as_an_unknown_one(flows: Flows, begun_before: bool) -> None:  # noqa: FBT001
    code = _notify(flows)
    question = start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW).question
    if not begun_before:
        _object(flows, code)
    started = start(forgotten(), flows.recovery, source=SOURCE, language="it", now=NOW)
    _object(flows, code)
    assert (started.question == question) == begun_before
    with pytest.raises(AnswerInvalid):
        change_password(answered(started.recovery_token), flows.recovery, now=NOW)
    by_mail = flows.recovery._replace(sends_mail=True)
    started = start(forgotten(), by_mail, source=SOURCE, language="it", now=NOW)
    with pytest.raises(CodeInvalid):
        check_code(coded(started.recovery_token, mailed_recovery_code(flows)), by_mail, now=NOW)


def test_the_customer_takes_a_frozen_account_s_customer_code_back() -> None:
    flows = register_thief(new_flows(mail=True), "ladro@example.net")
    assert _object(flows, _notify(flows)) == "frozen"
    token = reclaim.start(reclaimed(), flows.reclaim, source=SOURCE, language="it", now=NOW)[0]
    code = mailed_reclaim_code(flows)
    assert reclaim.confirm(reclaim_confirmed(token, code), flows.reclaim, now=NOW).step_token
    assert (_account(flows).status, _account(flows).customers) == ("frozen", ())


def test_a_repeated_objection_is_answered_as_the_first(flows: Flows) -> None:
    code = _notify(flows)
    assert [_object(flows, code, now=NOW + number) for number in range(3)] == ["frozen"] * 3
    assert (_account(flows).generation, _account(flows).frozen_at) == (1, NOW)


def test_every_code_of_the_notice_finds_the_account_frozen(flows: Flows) -> None:
    codes = [_notify(flows) for _ in range(2)]
    assert [_object(flows, code) for code in codes] == ["frozen"] * 2
    assert _account(flows).generation == 1


def test_what_an_operator_has_freed_is_not_frozen_again_by_the_same_notice(flows: Flows) -> None:
    codes = [_notify(flows) for _ in range(2)]
    _object(flows, codes[0])
    assert flows.accounts.unfreeze(_account(flows), ADDRESS)
    assert [_object(flows, code) for code in codes] == ["code_invalid"] * 2
    assert _log_in(flows).account_id == _account(flows).account_id


@pytest.mark.parametrize("frozen", [True, False])
def test_of_an_account_that_was_closed_nothing_is_left_to_freeze(flows: Flows, frozen: bool) -> None:  # noqa: FBT001
    code = _notify(flows)
    if frozen:
        _object(flows, code)
    flows.accounts.close("gas", ADDRESS)
    assert _object(flows, code) == "frozen"
    assert _account(flows).status == "closed"


def _left(flows: Flows) -> str:
    code = _notify(flows)
    assert flows.accounts.unlink(_account(flows), MARIO.code, ADDRESS)
    return code


def _noted(calls: list[str], call: Callable[..., Any]) -> Callable[..., Any]:
    def noting(*args: Any, **named: Any) -> Any:
        calls.append(call.__name__)
        return call(*args, **named)

    return noting


@pytest.mark.parametrize(
    "code_of",
    [
        lambda _: "x",
        lambda _: "CCCCC-CCCCC-CCCCC-CCCCC-CCCCC-CCCCC",
        lambda flows: _notify(flows)[:-1] + "-",
        lambda flows: _notify(flows, account_id="gone"),
        lambda flows: _notify(flows, customer_code="0123456780"),
        _left,
    ],
)
def test_whatever_else_is_typed_freezes_nothing_after_the_same_reads(
    flows: Flows, monkeypatch: pytest.MonkeyPatch, code_of: Any
) -> None:
    code, status = code_of(flows), _account(flows).status
    reads: list[str] = []
    for table, name in ((flows.objections, "find"), (flows.accounts, "get")):
        monkeypatch.setattr(table, name, _noted(reads, getattr(table, name)))
    with pytest.raises(CodeInvalid) as refused:
        freeze(objected(code), flows.credentials, source=SOURCE, now=NOW)
    assert vars(refused.value) == {"words": "objection_code"}
    assert reads == ["find", "get"]
    assert _account(flows).status == status
    assert flows.attempts.used("objection-source", flows.credentials.per_source, NOW) == 1


def test_a_code_expires_after_thirty_days(flows: Flows) -> None:
    code = _notify(flows)
    assert _object(flows, code, now=NOW + _MONTH) == "code_invalid"
    assert _object(flows, code, now=NOW + _MONTH - 1) == "frozen"


def test_objections_of_one_source_are_limited(flows: Flows) -> None:
    code = _notify(flows)
    assert {_object(flows, "x") for _ in range(100)} == {"code_invalid"}
    with pytest.raises(TooManyAttempts):
        freeze(objected(code), flows.credentials, source=SOURCE, now=NOW)
    assert _account(flows).status == "active"
    assert _object(flows, code, source="192.0.2.8") == "frozen"


def test_an_address_that_changes_in_this_moment_is_no_matter(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    code, rounds, real = _notify(flows), [], flows.accounts.freeze

    def changing(account: Account, email_key: str, *, now: int) -> bool:
        rounds.append(email_key)
        return real(account, email_key, now=now) if len(rounds) == 2 else False

    monkeypatch.setattr(flows.accounts, "freeze", changing)
    assert _object(flows, code) == "frozen"
    monkeypatch.setattr(flows.accounts, "freeze", lambda *_, **__: False)
    assert flows.accounts.unfreeze(_account(flows), ADDRESS)
    key = "gas", _account(flows).account_id
    flows.accounts.accounts[key] = _account(flows)._replace(frozen_at=0)
    with pytest.raises(Unavailable):
        freeze(objected(code), flows.credentials, source=SOURCE, now=NOW)


@pytest.mark.parametrize("typed", ["", " ", "x" * 201])
def test_a_code_is_needed_and_has_an_end(typed: str) -> None:
    with pytest.raises(InvalidRequest):
        objected(typed)
