"""The hint at a new password agrees with the API: it never refuses a password that the API accepts."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Open
from tests.integration.customers import person
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer
from utenza.passwords import policy
from utenza.passwords.personal_data import PersonalData

pytestmark = pytest.mark.stack

Check = Callable[[list[str], dict[str, str]], list[dict[str, bool]]]

_MINIMUM = 8
_CUSTOMER = person(first_name="Nicolò", last_name="D'Angelo", codice_fiscale="DNGNCL80A01H501A")
_COMPANY = Customer(
    "unogas-energia", "00500600701", "company", company_name="Termo Adige S.r.l.", partita_iva="12345670017"
)
_USER_ID = "nico.pesca@example.it"
_CALL = """async ([module, minimum, passwords, customer]) => {
  const { check } = await import(module);
  return passwords.map((password) => check(password, minimum, customer));
}"""
_PIECES = st.sampled_from(
    "Nicolò nicolo DANGELO pesca 700000 0170 dngncl 800101 termo adige srl 00500 123456 67001 juventus amore ciao "  # noqa: SIM905
    "password qwerty asdf 1990 ! 77 trota blu abc zxc òlkj aa 12 via olocin olegnad".split()
)
_PASSWORDS = st.lists(st.one_of(_PIECES, st.text(max_size=6)), min_size=1, max_size=5).map("".join)


@pytest.fixture(scope="session")
def check(browser: Browser, plain_site: LocalStack) -> Check:
    page = browser.new_page()
    page.goto(f"{plain_site.origin}/index.html")
    module = f"{plain_site.origin}/utenza/password/check.js"

    def call(passwords: list[str], customer: dict[str, str]) -> list[dict[str, bool]]:
        found: list[dict[str, bool]] = page.evaluate(_CALL, [module, _MINIMUM, passwords, customer])
        return found

    return call


def _claim(customer: Customer) -> dict[str, str]:
    """Return what the page knows of a customer after step one."""
    names = {"first_name": customer.first_name, "last_name": customer.last_name, "company_name": customer.company_name}
    return {
        **{name: value for name, value in names.items() if value},
        "customer_code": customer.code,
        "tax_code": customer.codice_fiscale or customer.partita_iva,
        "phone": "333 98 76 543",
        "user_id": _USER_ID,
    }


def _refused(password: str, customer: Customer) -> set[str]:
    names = {"password_too_short": "short", "password_too_common": "common", "password_traceable": "traceable"}
    personal_data = PersonalData.of(customer, user_id=_USER_ID, phone="+393339876543", supplier_names=())
    return {names.get(code, code) for code in policy.check(password, minimum=_MINIMUM, personal_data=personal_data)}


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(passwords=st.lists(_PASSWORDS, min_size=20, max_size=40), customer=st.sampled_from([_CUSTOMER, _COMPANY]))
def test_the_api_refuses_every_password_that_the_hint_refuses(
    check: Check, passwords: list[str], customer: Customer
) -> None:
    for password, faults in zip(passwords, check(passwords, _claim(customer)), strict=True):
        hinted, refused = {name for name, found in faults.items() if found}, _refused(password, customer)
        assert hinted <= refused or refused & {"too_long", "invalid_characters"}, password
        assert ("short" in hinted) == ("short" in refused), password


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("corta", {"short"}),
        ("juventus1990", {"common"}),
        ("qwertyuiop", {"common"}),
        ("abababab", {"common"}),
        ("nicolò il pescatore", {"traceable"}),
        ("forza-olegnaD", {"traceable"}),
        ("la nico.pesca 8", {"traceable"}),
        ("codice H501A DNGNCL80", {"traceable"}),
        ("333-987654x", {"traceable"}),
        ("quattro trote blu", set()),
    ],
)
def test_the_hint_finds_common_mistakes(check: Check, password: str, faults: set[str]) -> None:
    [found] = check([password], _claim(_CUSTOMER))
    assert {name for name, is_so in found.items() if is_so} == faults
    assert faults <= _refused(password, _CUSTOMER)


def test_the_hint_changes_while_the_password_is_typed(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.pass_step_one(customer)
    texts = visitor.texts
    field = visitor.field(texts["fields"]["password"])
    met: Any = visitor.page.locator(".rules .met")
    unmet: Any = visitor.page.locator(".rules .unmet")
    field.press_sequentially("Nic")
    expect(unmet).to_have_count(1)
    field.press_sequentially("olo' e la trota")
    expect(unmet).to_contain_text(texts["password"]["traceable"])
    expect(visitor.page.get_by_role("status").filter(has_text=texts["password"]["say_traceable"])).to_be_attached()
    field.fill("quattro trote blu")
    expect(met).to_have_count(3)
    expect(visitor.page.get_by_role("status").filter(has_text=texts["password"]["say_good"])).to_be_attached()
