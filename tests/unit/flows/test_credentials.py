"""Step two on fakes: what makes an account, and what does not."""

from threading import Barrier
from typing import Any

import pytest

from credentials import flow
from tests.fakes.accounts import FakeAccounts
from tests.threads import in_threads
from tests.unit.flows.fixtures import ANNA, HASHER, MARIO, NOW, PASSWORD, SOURCE, Flows, new_flows, step_one, step_two
from utenza.customers.record import Customer
from utenza.errors import (
    AlreadyRegistered,
    CustomerNotMatched,
    FieldError,
    InvalidRequest,
    StepTokenExpired,
    StepTokenInvalid,
    TooManyAttempts,
    UserIdTaken,
)
from verify.flow import verify

LUISA = MARIO._replace(code="0123456780", first_name="Luisa", codice_fiscale="RSSLSU80A41H501V")


def _token(flows: Flows, **changes: Any) -> str:
    return verify(step_one(**changes), flows.verify, source=SOURCE, now=NOW).step_token


def _register(flows: Flows, token: str, *, now: int = NOW, **changes: Any) -> flow.Registered:
    return flow.register(step_two(token, **changes), flows.credentials, source=SOURCE, language="de", now=now)


def test_an_account_is_made_of_what_was_chosen() -> None:
    flows = new_flows()
    registered = _register(flows, _token(flows), user_id="Mario@Example.org")
    account = flows.accounts.get("gas", registered.account_id)
    assert account is not None
    assert (account.user_id, account.customers, account.language) == ("Mario@Example.org", (MARIO.code,), "de")
    assert (account.status, account.created_at, account.phone) == ("active", NOW, "")
    login = flows.accounts.login_of("gas", "mario@example.org")
    assert login is not None
    assert HASHER.verify(login.password_hash, PASSWORD)
    assert HASHER.verify(login.answer_hash, "briciola")
    assert PASSWORD not in repr(flows.accounts.accounts) + repr(login)


def test_an_account_has_the_phone_that_its_customer_gave_and_never_the_crms() -> None:
    flows = new_flows()
    registered = _register(flows, _token(flows, phone="02 1234567"))
    account = flows.accounts.get("gas", registered.account_id)
    assert account is not None
    assert account.phone == "+39021234567"


def test_a_step_token_is_spent_by_its_registration() -> None:
    flows = new_flows()
    token, other = _token(flows), _token(flows)
    _register(flows, token)
    with pytest.raises(StepTokenInvalid):
        _register(flows, token, user_id="else@example.org")
    with pytest.raises(AlreadyRegistered):
        _register(flows, other, user_id="else@example.org")


def test_the_same_registration_again_answers_as_the_first_did() -> None:
    flows = new_flows()
    token = _token(flows)
    first = _register(flows, token)
    before = dict(flows.accounts.accounts), dict(flows.accounts.logins)
    assert [_register(flows, token, now=NOW + 899) for _ in range(3)] == [first] * 3
    assert (flows.accounts.accounts, flows.accounts.logins) == before
    with pytest.raises(StepTokenExpired):
        _register(flows, token, now=NOW + 900)


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": "else@example.org"},
        {"user_id": "no address"},
        {"user_id": "luisa@example.org"},
        {"password": "cinque lucci verdi"},
        {"password": PASSWORD + " "},
        {"password": ""},
    ],
)
def test_anything_else_with_a_spent_step_token_is_refused(change: dict[str, Any]) -> None:
    flows = new_flows(MARIO, LUISA)
    luisas = _token(flows, customer_code=LUISA.code, first_name="Luisa", tax_code=LUISA.codice_fiscale)
    _register(flows, luisas, user_id="luisa@example.org")
    token = _token(flows)
    _register(flows, token)
    with pytest.raises(StepTokenInvalid):
        _register(flows, token, **change)


def test_a_spent_step_token_has_ten_guesses_at_the_password() -> None:
    flows = new_flows()
    token = _token(flows)
    _register(flows, token)
    for _ in range(4):
        with pytest.raises(StepTokenInvalid):
            _register(flows, token, password="wrong")
    with pytest.raises(TooManyAttempts):
        _register(flows, token)


def test_a_registration_is_not_repeated_for_a_new_password() -> None:
    flows = new_flows()
    token = _token(flows)
    _register(flows, token)
    login = flows.accounts.logins["gas", "mario@example.org"]
    assert flows.accounts.change_password("gas", "mario@example.org", login, HASHER.hash("nuova e lunga"))
    with pytest.raises(StepTokenInvalid):
        _register(flows, token)


def test_after_a_closed_account_a_registration_is_a_new_one() -> None:
    flows = new_flows()
    token = _token(flows)
    first = _register(flows, token)
    flows.accounts.close("gas", "mario@example.org")
    assert _register(flows, token).account_id != first.account_id


def test_two_registrations_at_once_with_the_same_values_end_alike() -> None:
    flows = new_flows()
    token, start = _token(flows), Barrier(2)

    class AtOnce(FakeAccounts):
        def registered_by(self, supplier: str, code: str) -> str | None:
            found = flows.accounts.registered_by(supplier, code)
            start.wait()
            return found

        def __getattribute__(self, name: str) -> Any:
            return object.__getattribute__(self if name == "registered_by" else flows.accounts, name)

    dependencies = flows.credentials._replace(accounts=AtOnce())

    def call() -> flow.Registered:
        return flow.register(step_two(token), dependencies, source=SOURCE, language="de", now=NOW)

    first, second = in_threads(call, call)
    assert first == second
    assert len(flows.accounts.accounts) == 1


def test_a_step_token_expires() -> None:
    flows = new_flows()
    token = _token(flows)
    with pytest.raises(StepTokenExpired):
        _register(flows, token, now=NOW + 900)


def test_a_record_closed_since_step_one_makes_no_account() -> None:
    flows = new_flows()
    token = _token(flows)
    flows.customers.add(MARIO._replace(status="closed"))
    with pytest.raises(CustomerNotMatched):
        _register(flows, token)


@pytest.mark.parametrize(
    "record",
    [
        ANNA,
        ANNA._replace(status="closed"),
        MARIO._replace(codice_fiscale="RSSMRA80A01F205X"),
        MARIO._replace(codice_fiscale="", partita_iva="12345678903"),
    ],
)
def test_a_step_token_is_no_longer_good_when_all_tax_codes_of_the_record_are_others(record: Customer) -> None:
    flows = new_flows()
    token = _token(flows)
    flows.customers.add(record)
    with pytest.raises(StepTokenInvalid):
        _register(flows, token)
    assert not flows.accounts.accounts
    assert not flows.pending.waiting


@pytest.mark.parametrize(
    "record",
    [
        MARIO._replace(first_name="Mario Luigi", last_name="Verdi"),
        MARIO._replace(partita_iva="12345678903", company_name="Officina Rossi"),
        MARIO._replace(phone="+390612345678"),
    ],
)
def test_a_step_token_stays_good_while_the_record_keeps_a_tax_code(record: Customer) -> None:
    flows = new_flows()
    token = _token(flows)
    flows.customers.add(record)
    assert _register(flows, token).account_id


def test_a_step_token_of_two_tax_codes_stays_good_when_one_of_them_is_gone() -> None:
    flows = new_flows(MARIO._replace(partita_iva="12345678903"))
    for record in (MARIO, MARIO._replace(codice_fiscale="", partita_iva="12345678903")):
        flows.customers.add(MARIO._replace(partita_iva="12345678903"))
        token = _token(flows)
        flows.customers.add(record)
        with pytest.raises(InvalidRequest):
            _register(flows, token, answer_repeat="altro")


def test_who_had_the_record_before_is_not_told_that_the_new_holder_registered() -> None:
    flows = new_flows()
    marios = _token(flows)
    flows.customers.add(ANNA)
    annas = _token(flows, first_name="Anna", last_name="Bianchi", tax_code=ANNA.codice_fiscale)
    _register(flows, annas, user_id="anna@example.org")
    with pytest.raises(StepTokenInvalid):
        _register(flows, marios)


def test_an_address_is_one_in_its_supplier_whatever_its_case() -> None:
    flows = new_flows(MARIO, LUISA)
    _register(flows, _token(flows))
    token = _token(flows, customer_code=LUISA.code, first_name="Luisa", tax_code=LUISA.codice_fiscale)
    with pytest.raises(UserIdTaken):
        _register(flows, token, user_id="MARIO@EXAMPLE.ORG")
    assert _register(flows, token, user_id="luisa@example.org").user_id == "luisa@example.org"


def test_every_wrong_field_is_reported_at_once_and_the_token_stays_good() -> None:
    flows = new_flows()
    token = _token(flows)
    with pytest.raises(InvalidRequest) as refused:
        _register(
            flows,
            token,
            user_id="Mario Rossi <m@x.it>",
            password="R0ssi!",
            password_repeat="Rossi2",
            question=None,
            answer="01/01/1980",
            answer_repeat="altro",
        )
    assert set(refused.value.errors) == {
        FieldError("user_id", "invalid_email"),
        FieldError("password", "password_too_short"),
        FieldError("password", "password_traceable"),
        FieldError("password_repeat", "repeat_differs"),
        FieldError("question", "required"),
        FieldError("answer", "answer_traceable"),
        FieldError("answer_repeat", "repeat_differs"),
    }
    assert _register(flows, token).user_id == "mario@example.org"


@pytest.mark.parametrize(
    "password",
    [
        "Mario-2026-gas!",
        "ROSSI.ROSSI.1",
        "0iram.0iram",
        "R0ss1 R0ss1",
        "01011980abc",
        "x0123456789x",
        "RSSMRA80A01H",
        "fornitoregas1",
    ],
)
def test_a_password_that_leads_back_to_the_customer_is_refused(password: str) -> None:
    flows = new_flows()
    with pytest.raises(InvalidRequest) as refused:
        _register(flows, _token(flows), password=password, password_repeat=password)
    assert FieldError("password", "password_traceable") in refused.value.errors


@pytest.mark.parametrize("part", ["333123", "312345", "tramonto", "zoppo"])
def test_passwords_do_not_reveal_contacts_that_only_the_crm_knows(part: str) -> None:
    flows = new_flows(MARIO._replace(phone="+393331234567", email="zoppo@tramonto.example"))
    password = f"trote {part} blu"
    token = _token(flows)
    assert _register(flows, token, password=password, password_repeat=password).user_id == "mario@example.org"


@pytest.mark.parametrize(
    ("typed", "printed", "unknown"),
    [
        (MARIO.codice_fiscale, "trote rssmra80 blu", "trote 743110 blu"),
        ("00743110157", "trote 743110 blu", "trote 01011980 blu"),
    ],
)
def test_passwords_do_not_reveal_the_tax_code_that_the_bill_does_not_show(
    typed: str, printed: str, unknown: str
) -> None:
    flows = new_flows(MARIO._replace(partita_iva="00743110157"))
    token = _token(flows, tax_code=typed)
    with pytest.raises(InvalidRequest) as refused:
        _register(flows, token, password=printed, password_repeat=printed)
    assert refused.value.errors == (FieldError("password", "password_traceable"),)
    assert _register(flows, token, password=unknown, password_repeat=unknown).user_id == "mario@example.org"


def test_a_password_is_neither_trimmed_nor_told_apart_by_its_composition() -> None:
    flows = new_flows()
    password = " caff\u00e8 del porto "
    _register(flows, _token(flows), password=password, password_repeat=" caffe\u0300 del porto ")
    login = flows.accounts.login_of("gas", "mario@example.org")
    assert login is not None
    assert HASHER.verify(login.password_hash, password)
    assert not HASHER.verify(login.password_hash, password.strip())


def test_an_answer_is_compared_without_case_accents_and_blanks() -> None:
    flows = new_flows()
    _register(flows, _token(flows), answer="Città di Castello", answer_repeat="citta' di  castello")
    login = flows.accounts.login_of("gas", "mario@example.org")
    assert login is not None
    assert HASHER.verify(login.answer_hash, "cittadicastello")


@pytest.mark.parametrize(("answer", "code"), [("Fido", "answer_too_common"), ("Po", "answer_too_short")])
def test_an_answer_that_strangers_would_try_first_is_refused(answer: str, code: str) -> None:
    flows = new_flows()
    with pytest.raises(InvalidRequest) as refused:
        _register(flows, _token(flows), answer=answer, answer_repeat=answer)
    assert refused.value.errors == (FieldError("answer", code),)


def test_tries_per_step_token_are_limited() -> None:
    flows = new_flows(free=2)
    token = _token(flows)
    for _ in range(2):
        with pytest.raises(InvalidRequest):
            _register(flows, token, password_repeat="x")
    with pytest.raises(TooManyAttempts):
        _register(flows, token)


def test_what_is_no_step_token_is_refused_before_anything_else() -> None:
    flows = new_flows()
    with pytest.raises(StepTokenInvalid):
        _register(flows, "step-99", password="x")
    with pytest.raises(InvalidRequest) as refused:
        _register(flows, "", password="x")
    assert FieldError("step_token", "required") in refused.value.errors
