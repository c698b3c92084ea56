"""With mail, on fakes: no account before the address is proven, and the same answers whoever has the address."""

from typing import Any

import pytest

from credentials import flow
from credentials.confirmation import confirm, resend
from credentials.schemas import ResendRequest
from login.flow import log_in
from tests.unit.flows.house import (
    ISSUER,
    MARIO,
    NOW,
    SOURCE,
    House,
    confirmed,
    house,
    mailed_code,
    step_one,
    step_two,
    typed_login,
)
from utenza.concurrency import run
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
from verify.flow import verify

LUISA = MARIO._replace(code="0123456780", first_name="Luisa", codice_fiscale="RSSLSU80A41H501V")
ADDRESS = "mario@example.org"


@pytest.fixture
def here() -> House:
    return house(MARIO, LUISA, mail=True)


def _step(here: House, **changes: Any) -> str:
    return run(verify(step_one(**changes), here.verify, source=SOURCE, now=NOW)).step_token


def _luisa(here: House) -> str:
    return _step(here, customer_code=LUISA.code, first_name="Luisa", tax_code=LUISA.codice_fiscale)


def _choose(here: House, step_token: str | None = None, *, now: int = NOW, **changes: Any) -> str:
    """Return the confirmation token."""
    asked = step_two(step_token or _step(here), **changes)
    registered = run(flow.register(asked, here.credentials, language="it", now=now))
    assert registered.confirmation is not None
    token, expires_in = registered.confirmation
    assert expires_in == 86_400
    return token


def _confirm(here: House, token: str, code: str, *, now: int = NOW) -> str:
    try:
        return run(confirm(confirmed(token, code), here.credentials, now=now)).user_id
    except UtenzaError as refused:
        return refused.code


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_there_is_no_account_and_no_claim_before_the_code(here: House) -> None:
    token = _choose(here)
    assert not here.accounts.accounts
    assert not here.accounts.logins
    with pytest.raises(InvalidCredentials):
        run(log_in(typed_login(), here.login, source=SOURCE, issuer=ISSUER, now=NOW))
    assert _confirm(here, token, mailed_code(here)) == ADDRESS
    assert run(log_in(typed_login(), here.login, source=SOURCE, issuer=ISSUER, now=NOW + 1)).account_id
    assert not here.pending.waiting


def test_a_registration_is_confirmed_once(here: House) -> None:
    token = _choose(here)
    code = mailed_code(here)
    assert [_confirm(here, token, code) for _ in range(2)] == [ADDRESS, "confirmation_token_invalid"]


def test_a_step_token_is_good_until_there_is_an_account(here: House) -> None:
    step = _step(here)
    first = _choose(here, step)
    code = mailed_code(here)
    second = _choose(here, step, user_id="else@example.org")
    assert _confirm(here, first, code) == "confirmation_token_invalid"
    assert _confirm(here, second, mailed_code(here)) == "else@example.org"
    with pytest.raises(StepTokenInvalid):
        _choose(here, step)


def test_five_wrong_codes_end_it(here: House) -> None:
    token = _choose(here)
    code = mailed_code(here)
    outcomes = [_confirm(here, token, _wrong(code)) for _ in range(6)]
    assert outcomes == ["code_invalid"] * 5 + ["confirmation_token_invalid"]
    assert _confirm(here, token, code) == "confirmation_token_invalid"


def test_a_code_is_good_for_its_own_registration_alone(here: House) -> None:
    marios, luisas = _choose(here), _choose(here, _luisa(here), user_id="luisa@example.org")
    code = mailed_code(here)
    assert _confirm(here, luisas, code) == "code_invalid"
    assert _confirm(here, marios, code) == ADDRESS


def test_it_waits_for_a_day(here: House) -> None:
    token = _choose(here)
    with pytest.raises(ConfirmationTokenExpired):
        run(confirm(confirmed(token, mailed_code(here)), here.credentials, now=NOW + 86_400))
    assert _confirm(here, token, mailed_code(here), now=NOW + 86_399) == ADDRESS


def test_a_taken_address_gets_the_same_answer_and_a_code_that_never_fits(here: House) -> None:
    _confirm(here, _choose(here), mailed_code(here))
    token = _choose(here, _luisa(here), user_id="MARIO@example.org")
    waiting = here.pending.waiting["gas", LUISA.code]
    assert waiting.pending.address_taken
    code = mailed_code(here, LUISA.code)
    outcomes = [_confirm(here, token, each) for each in (code, _wrong(code), code, code, code, code)]
    assert outcomes == ["code_invalid"] * 5 + ["confirmation_token_invalid"]
    assert len(here.accounts.accounts) == 1


def test_an_address_that_somebody_takes_meanwhile_is_lost(here: House) -> None:
    marios, luisas = _choose(here), _choose(here, _luisa(here), user_id=ADDRESS)
    assert _confirm(here, luisas, mailed_code(here, LUISA.code)) == ADDRESS
    assert _confirm(here, marios, mailed_code(here)) == "confirmation_token_invalid"
    assert set(here.accounts.markers) == {("gas", LUISA.code)}


def test_a_customer_whom_somebody_registers_meanwhile_is_lost(here: House) -> None:
    token = _choose(here)
    run(
        flow.register(
            step_two(_step(here), user_id="else@example.org"),
            here.credentials._replace(sends_mail=False),
            language="it",
            now=NOW,
        )
    )
    with pytest.raises(AlreadyRegistered):
        run(confirm(confirmed(token, mailed_code(here)), here.credentials, now=NOW))
    assert len(here.accounts.accounts) == 1


@pytest.mark.parametrize("gone", [True, False])
def test_a_record_that_is_closed_meanwhile_makes_no_account(here: House, gone: bool) -> None:  # noqa: FBT001
    token = _choose(here)
    if gone:
        here.customers.records.clear()
    else:
        here.customers.add(MARIO._replace(status="closed"))
    with pytest.raises(CustomerNotMatched):
        run(confirm(confirmed(token, mailed_code(here)), here.credentials, now=NOW))
    assert not here.accounts.accounts


def test_codes_that_one_address_is_mailed_are_limited_taken_or_free(here: House) -> None:
    for number in range(10):
        _choose(here, user_id=ADDRESS if number % 2 else "Mario@Example.org")
    with pytest.raises(TooManyAttempts):
        _choose(here)
    _choose(here, user_id="else@example.org")


def test_what_is_wrong_with_the_address_counts_for_nobody(here: House) -> None:
    step = _step(here)
    for _ in range(3):
        with pytest.raises(InvalidRequest):
            _choose(here, step, user_id="no address")
    assert not any(kind == "confirmation" for _, kind, _ in here.attempts.counted)


def test_tokens_of_other_steps_are_refused(here: House) -> None:
    step = _step(here)
    _choose(here, step)
    for token in (step, "confirmation-99", "x"):
        with pytest.raises(ConfirmationTokenInvalid):
            run(confirm(confirmed(token, mailed_code(here)), here.credentials, now=NOW))
    with pytest.raises(InvalidRequest):
        run(confirm(confirmed("", ""), here.credentials, now=NOW))


def test_the_same_code_is_mailed_four_times_at_most(here: House) -> None:
    token = _choose(here)
    for number in range(6):
        asked = ResendRequest.parse({"confirmation_token": token})
        run(resend(asked, here.credentials, now=NOW))
        assert here.pending.waiting["gas", MARIO.code].mails == min(number + 2, 4)
    assert _confirm(here, token, mailed_code(here)) == ADDRESS


@pytest.mark.parametrize("token", ["x", "step-1", "confirmation-1"])
def test_resending_tells_nothing(here: House, token: str) -> None:
    _choose(here)
    run(resend(ResendRequest.parse({"confirmation_token": token}), here.credentials, now=NOW + 86_400))
    assert here.pending.waiting["gas", MARIO.code].mails == 1


def test_no_code_at_all_costs_no_try(here: House) -> None:
    token = _choose(here)
    assert [_confirm(here, token, "") for _ in range(6)] == ["invalid_request"] * 6
    assert _confirm(here, token, mailed_code(here)) == ADDRESS
