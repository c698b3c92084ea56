"""With mail, on fakes: no account before the address is proven, and the same answers whoever has the address."""

from typing import Any

import pytest

from credentials import flow
from credentials.confirmation import confirm, resend
from credentials.schemas import ResendRequest
from login.flow import log_in
from tests.unit.flows.fixtures import (
    ANNA,
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    Flows,
    confirmed,
    mailed_code,
    new_flows,
    step_one,
    step_two,
    typed_login,
    valid,
)
from utenza.errors import (
    AlreadyRegistered,
    ConfirmationTokenExpired,
    ConfirmationTokenInvalid,
    CustomerNotMatched,
    InvalidCredentials,
    InvalidRequest,
    StepTokenInvalid,
    TooManyAttempts,
    UtenzaError,
)
from utenza.tokens import email_codes
from verify.flow import verify

LUISA = MARIO._replace(code="0123456780", first_name="Luisa", codice_fiscale="RSSLSU80A41H501V")
ADDRESS = "mario@example.org"


@pytest.fixture
def flows() -> Flows:
    return new_flows(MARIO, LUISA, mail=True)


def _step(flows: Flows, **changes: Any) -> str:
    return verify(step_one(**changes), flows.verify, source=SOURCE, now=NOW).step_token


def _luisa(flows: Flows) -> str:
    return _step(flows, customer_code=LUISA.code, first_name="Luisa", tax_code=LUISA.codice_fiscale)


def _choose(flows: Flows, step_token: str | None = None, *, now: int = NOW, **changes: Any) -> str:
    """Return the confirmation token."""
    request = step_two(step_token or _step(flows), **changes)
    registered = flow.register(request, flows.credentials, source=SOURCE, language="it", now=now)
    assert registered.confirmation is not None
    token, expires_in = registered.confirmation
    assert expires_in == 86_400
    return token


def _confirm(flows: Flows, token: str, code: str, *, now: int = NOW) -> str:
    try:
        return confirm(confirmed(token, code), flows.credentials, now=now).user_id
    except UtenzaError as refused:
        return refused.code


def mailed_code_of(flows: Flows, confirmation_token: str) -> str:
    claims = flows.credentials.confirmation_tokens.read(confirmation_token, now=NOW)
    return email_codes.code_for("confirmation", claims.pending_id, flows.credentials.keys.lasting(now=NOW))


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_there_is_no_account_and_no_claim_before_the_code(flows: Flows) -> None:
    token = _choose(flows)
    assert not flows.accounts.accounts
    assert not flows.accounts.logins
    with pytest.raises(InvalidCredentials):
        log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW)
    assert _confirm(flows, token, mailed_code(flows)) == ADDRESS
    assert log_in(typed_login(), flows.login, source=SOURCE, issuer=ISSUER, now=NOW + 1).account_id
    assert not flows.pending.waiting


def test_a_registration_is_confirmed_once_and_a_repeat_answers_the_same(flows: Flows) -> None:
    token = _choose(flows)
    code = mailed_code(flows)
    assert [_confirm(flows, token, code, now=NOW + later) for later in (0, 1, 86_399)] == [ADDRESS] * 3
    assert len(flows.accounts.accounts) == 1


def test_a_repeated_confirmation_needs_the_code_and_ten_wrong_ones_end_it(flows: Flows) -> None:
    token = _choose(flows)
    code = mailed_code(flows)
    assert _confirm(flows, token, code) == ADDRESS
    assert {_confirm(flows, token, _wrong(code)) for _ in range(4)} == {"confirmation_token_invalid"}
    assert _confirm(flows, token, code) == ADDRESS
    assert {_confirm(flows, token, _wrong(code)) for _ in range(10)} == {"confirmation_token_invalid"}
    assert _confirm(flows, token, code) == "confirmation_token_invalid"


@pytest.mark.parametrize("loss", ["closed", "unlinked"])
def test_a_confirmation_is_not_repeated_for_an_account_that_was_closed_or_lost_the_customer(
    flows: Flows, loss: str
) -> None:
    token = _choose(flows)
    code = mailed_code(flows)
    assert _confirm(flows, token, code) == ADDRESS
    [account] = flows.accounts.accounts.values()
    if loss == "closed":
        flows.accounts.close("gas", ADDRESS)
    else:
        assert flows.accounts.unlink(account, MARIO.code, ADDRESS)
    assert _confirm(flows, token, code) == "confirmation_token_invalid"


def test_a_registration_that_was_replaced_does_not_answer_for_the_one_that_was_confirmed(flows: Flows) -> None:
    older = _choose(flows)
    code = mailed_code(flows)
    newer = _choose(flows, user_id="else@example.org")
    assert _confirm(flows, newer, mailed_code(flows)) == "else@example.org"
    assert _confirm(flows, older, code) == "confirmation_token_invalid"
    assert _confirm(flows, older, mailed_code_of(flows, newer)) == "confirmation_token_invalid"


def test_the_same_registration_again_is_the_one_that_waits(flows: Flows) -> None:
    step = _step(flows)
    first = _choose(flows, step)
    waiting = flows.pending.waiting["gas", MARIO.code]
    again = _choose(flows, step, now=NOW + 60)
    assert flows.pending.waiting["gas", MARIO.code] == waiting
    assert _confirm(flows, first, _wrong(mailed_code(flows))) == "code_invalid"
    _choose(flows, step, now=NOW + 60)
    assert flows.pending.waiting["gas", MARIO.code].tries == 1
    assert _confirm(flows, again, mailed_code(flows)) == ADDRESS


def test_a_repeated_registration_takes_nothing_from_the_budgets_of_mails(flows: Flows) -> None:
    step, mailbox = _step(flows), flows.credentials.mail_budget.per_mailbox
    _choose(flows, step)
    for _ in range(3):
        _choose(flows, step, now=NOW + 60)
    used = {kind: flows.attempts.used(kind, mailbox, NOW) for kind in ("mailbox", "mails-customer")}
    assert used == {"mailbox": 1, "mails-customer": 1}
    assert flows.attempts.used("mails-source", flows.credentials.mail_budget.per_source, NOW) == 1
    _choose(flows, step, now=NOW + 60, question="E il secondo?")
    assert flows.attempts.used("mailbox", mailbox, NOW) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": "Mario@example.org"},
        {"password": "cinque lucci verdi", "password_repeat": "cinque lucci verdi"},
        {"question": "E il secondo?"},
        {"answer": "Platone", "answer_repeat": "Platone"},
    ],
)
def test_whoever_changes_a_value_begins_anew(flows: Flows, change: dict[str, Any]) -> None:
    step = _step(flows)
    _choose(flows, step)
    before = flows.pending.waiting["gas", MARIO.code]
    token = _choose(flows, step, **change)
    assert flows.pending.waiting["gas", MARIO.code].pending_id != before.pending_id
    assert _confirm(flows, token, mailed_code(flows)) == change.get("user_id", ADDRESS)


def test_another_step_token_begins_anew_also_with_the_same_values(flows: Flows) -> None:
    _choose(flows)
    before = flows.pending.waiting["gas", MARIO.code]
    _choose(flows)
    assert flows.pending.waiting["gas", MARIO.code].pending_id != before.pending_id


def test_five_wrong_codes_and_an_address_that_was_taken_meanwhile_begin_anew(flows: Flows) -> None:
    step = _step(flows)
    token = _choose(flows, step)
    for _ in range(5):
        _confirm(flows, token, _wrong(mailed_code(flows)))
    used_up = flows.pending.waiting["gas", MARIO.code]
    _choose(flows, step)
    fresh = flows.pending.waiting["gas", MARIO.code]
    assert fresh.pending_id != used_up.pending_id
    luisas = _choose(flows, _luisa(flows), user_id=ADDRESS)
    assert _confirm(flows, luisas, mailed_code(flows, LUISA.code)) == ADDRESS
    _choose(flows, step)
    taken = flows.pending.waiting["gas", MARIO.code]
    assert taken.pending_id != fresh.pending_id
    assert taken.pending.address_taken
    _choose(flows, step)
    assert flows.pending.waiting["gas", MARIO.code] == taken


def test_after_the_confirmation_the_step_token_is_spent_also_for_the_same_values(flows: Flows) -> None:
    step = _step(flows)
    _confirm(flows, _choose(flows, step), mailed_code(flows))
    with pytest.raises(StepTokenInvalid):
        _choose(flows, step)


def test_a_step_token_is_good_until_there_is_an_account(flows: Flows) -> None:
    step = _step(flows)
    first = _choose(flows, step)
    code = mailed_code(flows)
    second = _choose(flows, step, user_id="else@example.org")
    assert _confirm(flows, first, code) == "confirmation_token_invalid"
    assert _confirm(flows, second, mailed_code(flows)) == "else@example.org"
    with pytest.raises(StepTokenInvalid):
        _choose(flows, step)


def test_five_wrong_codes_end_it(flows: Flows) -> None:
    token = _choose(flows)
    code = mailed_code(flows)
    outcomes = [_confirm(flows, token, _wrong(code)) for _ in range(6)]
    assert outcomes == ["code_invalid"] * 5 + ["confirmation_token_invalid"]
    assert _confirm(flows, token, code) == "confirmation_token_invalid"


def test_a_code_is_good_for_its_own_registration_alone(flows: Flows) -> None:
    marios, luisas = _choose(flows), _choose(flows, _luisa(flows), user_id="luisa@example.org")
    code = mailed_code(flows)
    assert _confirm(flows, luisas, code) == "code_invalid"
    assert _confirm(flows, marios, code) == ADDRESS


def test_it_waits_for_a_day(flows: Flows) -> None:
    token = _choose(flows)
    with pytest.raises(ConfirmationTokenExpired):
        confirm(confirmed(token, mailed_code(flows)), flows.credentials, now=NOW + 86_400)
    assert _confirm(flows, token, mailed_code(flows), now=NOW + 86_399) == ADDRESS


def test_a_taken_address_gets_the_same_answer_and_a_code_that_never_fits(flows: Flows) -> None:
    _confirm(flows, _choose(flows), mailed_code(flows))
    token = _choose(flows, _luisa(flows), user_id="MARIO@example.org")
    waiting = flows.pending.waiting["gas", LUISA.code]
    assert waiting.pending.address_taken
    code = mailed_code(flows, LUISA.code)
    outcomes = [_confirm(flows, token, each) for each in (code, _wrong(code), code, code, code, code)]
    assert outcomes == ["code_invalid"] * 5 + ["confirmation_token_invalid"]
    assert len(flows.accounts.accounts) == 1


def test_an_address_that_somebody_takes_meanwhile_is_lost(flows: Flows) -> None:
    marios, luisas = _choose(flows), _choose(flows, _luisa(flows), user_id=ADDRESS)
    assert _confirm(flows, luisas, mailed_code(flows, LUISA.code)) == ADDRESS
    assert _confirm(flows, marios, mailed_code(flows)) == "confirmation_token_invalid"
    assert set(flows.accounts.markers) == {("gas", LUISA.code)}


def test_a_customer_whom_somebody_registers_meanwhile_is_lost(flows: Flows) -> None:
    token = _choose(flows)
    flow.register(
        step_two(_step(flows), user_id="else@example.org"),
        flows.credentials._replace(sends_mail=False),
        source=SOURCE,
        language="it",
        now=NOW,
    )
    with pytest.raises(AlreadyRegistered):
        confirm(confirmed(token, mailed_code(flows)), flows.credentials, now=NOW)
    assert len(flows.accounts.accounts) == 1


@pytest.mark.parametrize("gone", [True, False])
def test_a_record_that_is_closed_meanwhile_makes_no_account(flows: Flows, gone: bool) -> None:  # noqa: FBT001
    token = _choose(flows)
    if gone:
        flows.customers.records.clear()
    else:
        flows.customers.add(MARIO._replace(status="closed"))
    with pytest.raises(CustomerNotMatched):
        confirm(confirmed(token, mailed_code(flows)), flows.credentials, now=NOW)
    assert not flows.accounts.accounts


@pytest.mark.parametrize("right", [True, False])
def test_a_registration_does_not_wait_for_another_holder_of_the_record(flows: Flows, right: bool) -> None:  # noqa: FBT001
    token = _choose(flows)
    code = mailed_code(flows)
    flows.customers.add(ANNA)
    assert _confirm(flows, token, code if right else _wrong(code)) == "confirmation_token_invalid"
    assert not flows.accounts.accounts
    assert not flows.accounts.markers


def test_a_registration_waits_on_while_the_record_keeps_a_tax_code(flows: Flows) -> None:
    token = _choose(flows)
    flows.customers.add(MARIO._replace(last_name="Verdi", partita_iva="12345678903"))
    assert _confirm(flows, token, mailed_code(flows)) == ADDRESS
    [account] = flows.accounts.accounts.values()
    assert account.summaries[0].name == "Mario Verdi"


def test_a_registration_of_an_earlier_version_that_names_no_holder_is_begun_again(flows: Flows) -> None:
    token = _choose(flows)
    waiting = flows.pending.waiting["gas", MARIO.code]
    unbound = waiting.pending._replace(registration=waiting.pending.registration._replace(holder=()))
    flows.pending.waiting["gas", MARIO.code] = waiting._replace(pending=unbound)
    assert _confirm(flows, token, mailed_code(flows)) == "confirmation_token_invalid"


def test_codes_that_one_address_is_mailed_are_limited_taken_or_free(flows: Flows) -> None:
    for number in range(10):
        _choose(flows, user_id=ADDRESS if number % 2 else "Mario@Example.org")
    with pytest.raises(TooManyAttempts):
        _choose(flows)
    _choose(flows, user_id="else@example.org")


def test_what_is_wrong_with_the_address_counts_for_nobody(flows: Flows) -> None:
    step = _step(flows)
    for _ in range(3):
        with pytest.raises(InvalidRequest):
            _choose(flows, step, user_id="no address")
    assert not any("#confirmation#" in key for key in flows.attempts.buckets)


def test_tokens_of_other_steps_are_refused(flows: Flows) -> None:
    step = _step(flows)
    _choose(flows, step)
    for token in (step, "confirmation-99", "x"):
        with pytest.raises(ConfirmationTokenInvalid):
            confirm(confirmed(token, mailed_code(flows)), flows.credentials, now=NOW)
    with pytest.raises(InvalidRequest):
        confirm(confirmed("", ""), flows.credentials, now=NOW)


def test_the_same_code_is_mailed_four_times_at_most(flows: Flows) -> None:
    token = _choose(flows)
    for number in range(6):
        request = valid(ResendRequest, {"confirmation_token": token})
        resend(request, flows.credentials, source=SOURCE, now=NOW)
        assert flows.pending.waiting["gas", MARIO.code].mails == min(number + 2, 4)
    assert _confirm(flows, token, mailed_code(flows)) == ADDRESS


@pytest.mark.parametrize("token", ["x", "step-1", "confirmation-1"])
def test_resending_tells_nothing(flows: Flows, token: str) -> None:
    _choose(flows)
    resend(valid(ResendRequest, {"confirmation_token": token}), flows.credentials, source=SOURCE, now=NOW + 86_400)
    assert flows.pending.waiting["gas", MARIO.code].mails == 1


def test_no_code_at_all_costs_no_try(flows: Flows) -> None:
    token = _choose(flows)
    assert [_confirm(flows, token, "") for _ in range(6)] == ["invalid_request"] * 6
    assert _confirm(flows, token, mailed_code(flows)) == ADDRESS
