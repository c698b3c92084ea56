"""Reclaims on fakes: who gets a customer back from whom, and that everyone else learns nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.flow import register
from login.flow import log_in, refresh
from reclaim import flow
from tests.unit.flows.fixtures import (
    ANNA,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    mailed_reclaim_code,
    new_flows,
    reclaim_confirmed,
    reclaimed,
    register_thief,
    step_one,
    step_two,
    typed_login,
)
from tests.unit.flows.fixtures import (
    read_account as read,
)
from utenza.customers.record import Customer
from utenza.errors import (
    AccessTokenInvalid,
    AlreadyRegistered,
    CodeInvalid,
    FieldError,
    InvalidRequest,
    ReclaimTokenExpired,
    ReclaimTokenInvalid,
    RefreshTokenInvalid,
    StepTokenInvalid,
    TooManyAttempts,
    Unavailable,
    UtenzaError,
)
from utenza.tokens.holder import is_held_by
from utenza.tokens.key_ring import RingKey
from verify.flow import verify

THIEF = "ladro@example.net"


@pytest.fixture
def flows() -> Flows:
    """Return a deployment that sends mail, in which a thief of the bill has registered Mario."""
    return register_thief(new_flows(mail=True), THIEF)


def _start(flows: Flows, *, now: int = NOW, source: str = SOURCE, **changes: Any) -> str:
    return flow.start(reclaimed(**changes), flows.reclaim, source=source, language="it", now=now)[0]


def _confirm(flows: Flows, token: str, code: str, *, now: int = NOW) -> str:
    try:
        return flow.confirm(reclaim_confirmed(token, code), flows.reclaim, now=now).step_token
    except UtenzaError as refused:
        return refused.code


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_code_takes_the_customer_from_the_other_account_and_mario_registers(flows: Flows) -> None:
    [thief] = flows.accounts.accounts
    with pytest.raises(AlreadyRegistered):
        verify(step_one(), flows.verify, source=SOURCE, now=NOW)
    token = _start(flows)
    done = flow.confirm(reclaim_confirmed(token, mailed_reclaim_code(flows)), flows.reclaim, now=NOW)
    assert (done.account_id, done.kind, done.expires_in) == (thief[1], "person", 900)
    assert flows.accounts.accounts[thief].customers == ()
    assert not flows.accounts.markers
    plain = flows.credentials._replace(sends_mail=False)
    registered = register(step_two(done.step_token), plain, source=SOURCE, language="it", now=NOW)
    assert flows.accounts.account_of("gas", MARIO.code) == registered.account_id


def test_sessions_of_the_account_that_loses_the_customer_end(flows: Flows) -> None:
    session = log_in(typed_login(user_id=THIEF), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    assert _confirm(flows, _start(flows), mailed_reclaim_code(flows)).startswith("step-")
    with pytest.raises(AccessTokenInvalid):
        read(session.access_token, flows.account, issuer=ISSUER, now=NOW)
    with pytest.raises(RefreshTokenInvalid):
        refresh(session.refresh_token, flows.login, issuer=ISSUER, now=NOW)
    assert log_in(typed_login(user_id=THIEF), flows.login, source=SOURCE, issuer=ISSUER, now=NOW).account_id


@pytest.mark.parametrize(
    ("typed", "unproved"), [(MARIO.codice_fiscale, "partita_iva"), ("12345678903", "codice_fiscale")]
)
def test_the_step_token_says_what_that_of_step_one_would(flows: Flows, typed: str, unproved: str) -> None:
    both = MARIO._replace(partita_iva="12345678903")
    flows.customers.add(both)
    token = _start(flows, phone="333 99 99 999", tax_code=typed)
    claims = flows.credentials.step_tokens.read(_confirm(flows, token, mailed_reclaim_code(flows)), now=NOW)
    assert (claims.supplier, claims.customer_code, claims.phone) == ("gas", MARIO.code, "+393339999999")
    assert claims.unproved == unproved
    assert len(claims.holder) == 2
    assert is_held_by(claims.holder, both, flows.reclaim.keys.lasting(now=NOW))


def test_the_only_tax_code_of_a_record_is_not_unproved(flows: Flows) -> None:
    step_token = _confirm(flows, _start(flows), mailed_reclaim_code(flows))
    assert flows.credentials.step_tokens.read(step_token, now=NOW).unproved is None


def test_a_token_is_good_for_an_hour_and_for_nothing_else(flows: Flows) -> None:
    token, code = _start(flows), mailed_reclaim_code(flows)
    with pytest.raises(ReclaimTokenExpired):
        flow.confirm(reclaim_confirmed(token, code), flows.reclaim, now=NOW + 3600)
    assert _confirm(flows, token, code, now=NOW + 3599).startswith("step-")
    with pytest.raises(StepTokenInvalid):
        flows.verify.step_tokens.read(token, now=NOW)
    with pytest.raises(ReclaimTokenInvalid):
        flow.confirm(reclaim_confirmed("step-1", code), flows.reclaim, now=NOW)


def test_a_repeated_call_answers_as_the_first_did_and_changes_nothing(flows: Flows) -> None:
    [thief] = flows.accounts.accounts
    token, code = _start(flows), mailed_reclaim_code(flows)
    assert [_confirm(flows, token, _wrong(code)) for _ in range(4)] == ["code_invalid"] * 4
    calls = [flow.confirm(reclaim_confirmed(token, code), flows.reclaim, now=NOW) for _ in range(7)]
    assert len({call._replace(step_token="") for call in calls}) == 1
    claims = {flows.credentials.step_tokens.read(call.step_token, now=NOW)._replace(token_id="") for call in calls}
    assert len(claims) == 1
    assert flows.accounts.accounts[thief].generation == 1
    with pytest.raises(ReclaimTokenExpired):
        flow.confirm(reclaim_confirmed(token, code), flows.reclaim, now=NOW + 3600)


def test_after_the_right_code_a_wrong_one_is_refused_as_a_spent_token_and_counted(flows: Flows) -> None:
    token, code = _start(flows), mailed_reclaim_code(flows)
    assert _confirm(flows, token, code).startswith("step-")
    assert [_confirm(flows, token, _wrong(code)) for _ in range(5)] == ["reclaim_token_invalid"] * 5
    assert _confirm(flows, token, code) == "reclaim_token_invalid"


@pytest.mark.parametrize("closes", [True, False])
def test_a_repeat_answers_only_while_the_customer_is_free_and_the_record_as_it_was(
    flows: Flows,
    closes: bool,  # noqa: FBT001
) -> None:
    token, code = _start(flows), mailed_reclaim_code(flows)
    step_token = _confirm(flows, token, code)
    if closes:
        flows.customers.add(MARIO._replace(status="closed"))
    else:
        plain = flows.credentials._replace(sends_mail=False)
        register(step_two(step_token, user_id="m@example.org"), plain, source=SOURCE, language="it", now=NOW)
    assert _confirm(flows, token, code) == "reclaim_token_invalid"


def test_five_wrong_codes_end_a_reclaim_and_four_do_not(flows: Flows) -> None:
    token = _start(flows)
    code = mailed_reclaim_code(flows)
    assert [_confirm(flows, token, _wrong(code)) for _ in range(5)] == ["code_invalid"] * 5
    assert _confirm(flows, token, code) == "reclaim_token_invalid"
    token = _start(flows)
    code = mailed_reclaim_code(flows)
    assert [_confirm(flows, token, _wrong(code)) for _ in range(4)] == ["code_invalid"] * 4
    assert _confirm(flows, token, code).startswith("step-")


def test_a_strangers_reclaim_does_not_end_the_customers_but_the_first_that_succeeds_ends_all(flows: Flows) -> None:
    customers = _start(flows)
    code = mailed_reclaim_code(flows)
    strangers = _start(flows)
    late = mailed_reclaim_code(flows)
    assert code == late or _confirm(flows, strangers, code) == "code_invalid"
    assert _confirm(flows, customers, code).startswith("step-")
    assert _confirm(flows, strangers, late) == "reclaim_token_invalid"


def test_a_code_of_before_takes_nothing_from_the_account_that_registers_next(flows: Flows) -> None:
    older = _start(flows)
    late = mailed_reclaim_code(flows)
    step_token = _confirm(flows, _start(flows), mailed_reclaim_code(flows))
    plain = flows.credentials._replace(sends_mail=False)
    registered = register(
        step_two(step_token, user_id="mario.rossi@example.org"), plain, source=SOURCE, language="it", now=NOW
    )
    assert _confirm(flows, older, late) == "reclaim_token_invalid"
    assert flows.accounts.account_of("gas", MARIO.code) == registered.account_id


@pytest.mark.parametrize(
    "record",
    [
        ANNA,
        MARIO._replace(status="closed"),
        MARIO._replace(codice_fiscale="RSSMRA80A01F205X"),
        None,
    ],
)
def test_a_record_that_changed_hands_closed_or_went_since_the_start_frees_nobody(
    flows: Flows, record: Customer | None
) -> None:
    token = _start(flows)
    flows.customers.records.clear()
    if record:
        flows.customers.add(record)
    assert _confirm(flows, token, mailed_reclaim_code(flows)) == "reclaim_token_invalid"
    assert flows.accounts.markers


@pytest.mark.parametrize("address", ["", "LADRO@example.net", "nessuno"])
def test_no_code_fits_while_the_crm_has_no_other_address(flows: Flows, address: str) -> None:
    flows.customers.add(MARIO._replace(email=address))
    token = _start(flows)
    outcomes = [_confirm(flows, token, mailed_reclaim_code(flows)) for _ in range(6)]
    assert outcomes == ["code_invalid"] * 5 + ["reclaim_token_invalid"]
    assert flows.accounts.markers


def test_an_account_that_changes_in_this_moment_costs_no_try(flows: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    token, code = _start(flows), mailed_reclaim_code(flows)
    with monkeypatch.context() as patch:
        patch.setattr(flows.accounts, "unlink", lambda *_: False)
        for _ in range(9):
            with pytest.raises(Unavailable):
                flow.confirm(reclaim_confirmed(token, code), flows.reclaim, now=NOW)
    assert _confirm(flows, token, code).startswith("step-")


def test_every_fault_of_the_request_is_reported_as_at_step_one_and_not_counted(flows: Flows) -> None:
    with pytest.raises(InvalidRequest) as refused:
        _start(flows, tax_code="X", phone="1", first_name=" ")
    assert set(refused.value.errors) == {
        FieldError("tax_code", "invalid_tax_code"),
        FieldError("phone", "invalid_phone"),
        FieldError("first_name", "required"),
    }
    assert not flows.attempts.used("reclaim-code", flows.reclaim.per_code, NOW)


@pytest.mark.parametrize("code", [MARIO.code, "9999999999"])
def test_reclaims_are_counted_per_customer_code_known_or_not(flows: Flows, code: str) -> None:
    for number in range(5):
        _start(flows, customer_code=code, source=f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts) as refused:
        _start(flows, customer_code=code, source="192.0.2.99")
    assert refused.value.retry_after == 900
    assert len(flows.reclaims.open) == 5


def test_a_source_that_reclaims_many_customers_waits(flows: Flows) -> None:
    for number in range(100):
        _start(flows, customer_code=f"{number:010}")
    with pytest.raises(TooManyAttempts):
        _start(flows)
    _start(flows, source="192.0.2.8")


# Known and unknown


class _Counted:
    """Passes calls on, and notes their names."""

    def __init__(self, of: object, calls: list[str]) -> None:
        self._of = of
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._of, name)

        def call(*positional: Any, **named: Any) -> Any:
            self._calls.append(name)
            return method(*positional, **named)

        return call


def _counted(flows: Flows, calls: list[str]) -> Flows:
    dependencies = flows.reclaim
    tables = {name: _Counted(getattr(dependencies, name), calls) for name in ("customers", "accounts", "attempts")}
    reclaims = _Counted(flows.reclaims, calls)
    return flows._replace(reclaim=dependencies._replace(**tables, reclaims=reclaims))  # type: ignore[arg-type]


_RECORDS = [
    MARIO,
    MARIO._replace(partita_iva="12345678903"),
    MARIO._replace(status="closed"),
    MARIO._replace(email=""),
    MARIO._replace(email=THIEF),
    ANNA,
]
_TYPED: list[dict[str, Any]] = [
    {},
    {"first_name": "Luigi"},
    {"tax_code": "RSSMRA80A01F205X"},
    {"customer_code": "9999999999"},
    {"supplier": "luce"},
    {"phone": "333 1234567"},
]


@settings(max_examples=60, deadline=None)
@given(
    record=st.sampled_from(_RECORDS),
    typed=st.sampled_from(_TYPED),
    registered=st.booleans(),
    mail=st.booleans(),
)
def test_whatever_matches_answers_and_work_are_the_same_and_only_the_right_ones_code_fits(
    record: Customer, typed: dict[str, Any], *, registered: bool, mail: bool
) -> None:
    flows = new_flows(mail=mail)
    calls: list[str] = []
    if registered:
        register_thief(flows, THIEF)
    flows.customers.add(record)
    counted = _counted(flows, calls)
    sign = RingKey.sign

    def signed(key: RingKey, message: bytes) -> bytes:
        calls.append("sign")
        return sign(key, message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RingKey, "sign", signed)
        token, expires_in = flow.start(reclaimed(**typed), counted.reclaim, source=SOURCE, language="it", now=NOW)
        assert sorted(calls) == ["account_of", "begin", "count_with", "find", "sign"]
        assert (token, expires_in) == ("reclaim-token-1", 3600)
        calls.clear()
        code = mailed_reclaim_code(flows)
        calls.clear()
        for _ in range(4):
            with pytest.raises(CodeInvalid):
                flow.confirm(reclaim_confirmed(token, _wrong(code)), counted.reclaim, now=NOW)
        assert sorted(calls) == sorted(["count_try", "get", "find", "sign"] * 4)
    matches = typed.keys() <= {"phone"} and record in _RECORDS[:2]
    fits = matches and registered and mail
    assert _confirm(flows, token, code).startswith("step-" if fits else "code_invalid")
    assert bool(flows.accounts.markers) == (registered and not fits)
