"""Detours of a registration: back, reload, expired tokens, mistakes, two tabs."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.customers import SUPPLIER
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack
from utenza.tokens.key_ring import KeyRing
from utenza.tokens.registration import StepTokens

pytestmark = pytest.mark.stack

_STORE_KEY = f"utenza:{SUPPLIER}:utenza-registration"


def _replace_step_token(visitor: Visitor, step_token: str) -> None:
    values = json.loads(visitor.stored()[_STORE_KEY]) | {"step_token": step_token}
    visitor.page.evaluate("([key, value]) => sessionStorage.setItem(key, value)", [_STORE_KEY, json.dumps(values)])


def _expired_token(stack: LocalStack, customer_code: str) -> str:
    keys = KeyRing(stack.outputs["StepSecretName"], stack.client("secretsmanager"))
    return StepTokens(keys, 900).issue(SUPPLIER, customer_code, "", (), now=int(time.time()) - 1000)[0]


def test_back_reload_and_forward_keep_typed_values_except_passwords(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.pass_step_one(customer)
    texts = visitor.texts
    visitor.fill_credentials("indietro@example.com")
    visitor.page.reload()
    visitor.expect_screen(texts["credentials"]["title"])
    assert visitor.field(texts["fields"]["user_id"]).input_value() == "indietro@example.com"
    assert visitor.field(texts["credentials"]["question"]).input_value()
    assert visitor.field(texts["fields"]["password"]).input_value() == ""
    visitor.page.go_back()
    visitor.expect_screen(texts["bill"]["title"])
    assert visitor.field(texts["bill"]["last_name"]).input_value() == customer.last_name
    visitor.page.go_back()
    visitor.expect_screen(texts["kind"]["title"])
    visitor.page.go_forward()
    visitor.page.go_forward()
    visitor.expect_screen(texts["credentials"]["title"])


def test_password_and_answer_are_never_stored(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.pass_step_one(postman.new_customer())
    visitor.fill_credentials("nascosto@example.com", "quattro trote viola")
    everything = json.dumps(visitor.stored()) + visitor.page.url + json.dumps(visitor.page.evaluate("history.state"))
    assert "trote" not in everything
    assert "briciola" not in everything.lower()
    assert visitor.page.evaluate("localStorage.length") == 0
    assert "step_token" in visitor.stored()[_STORE_KEY]
    assert visitor.page.url == f"{visitor.site}/registrazione.html?supplier={SUPPLIER}"


def test_an_expired_step_token_is_renewed_silently(visit: Open, postman: Postman, mail_site: LocalStack) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.pass_step_one(customer)
    visitor.fill_credentials(f"lento{customer.code}@example.com")
    _replace_step_token(visitor, _expired_token(mail_site, customer.code))
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["code"]["title"])


def test_a_step_token_that_cannot_be_renewed_leads_back_to_the_filled_in_bill(
    visit: Open, postman: Postman, mail_site: LocalStack
) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.pass_step_one(customer)
    visitor.fill_credentials(f"cessato{customer.code}@example.com")
    _replace_step_token(visitor, _expired_token(mail_site, customer.code))
    postman.stored(customer._replace(status="closed"))
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["bill"]["title"])
    visitor.expect_problem("Cliente non trovato")
    assert visitor.field(visitor.texts["bill"]["last_name"]).input_value() == customer.last_name


def test_after_a_reload_a_mistyped_address_is_corrected_with_all_of_step_two(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.pass_step_one(customer)
    visitor.fill_credentials(f"sbagliato{customer.code}@example.com")
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["code"]["title"])
    visitor.page.reload()  # what was chosen at step two was in memory alone
    visitor.click_button(visitor.texts["code"]["wrong_address"])
    visitor.expect_screen(visitor.texts["credentials"]["title"])
    visitor.fill_credentials(f"giusto{customer.code}@example.com")
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["code"]["title"])
    visitor.fill_code(postman.code(f"giusto{customer.code}@example.com"))
    visitor.click_button(visitor.texts["code"]["submit"])
    visitor.expect_screen(visitor.texts["notice"]["title"])


def test_a_registered_customer_is_offered_the_login(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    postman.register(customer, f"gia{customer.code}@example.com")
    visitor.start_registration()
    visitor.fill_bill(customer)
    visitor.submit_bill()
    visitor.expect_problem("Cliente già registrato")
    visitor.click_link(visitor.texts["help"]["to_login"])
    visitor.expect_screen(visitor.texts["login"]["title"])


def test_registrations_in_two_tabs_create_one_account(visit: Open, postman: Postman) -> None:
    first = visit()
    customer = postman.new_customer()
    first.pass_step_one(customer)
    second = Visitor(first.page.context.new_page(), first.site, "it")
    second.pass_step_one(customer)
    for number, visitor in enumerate((first, second)):
        visitor.fill_credentials(f"scheda{number}{customer.code}@example.com")
        visitor.submit_credentials()
        visitor.expect_screen(visitor.texts["code"]["title"])
    second.fill_code(postman.code(f"scheda1{customer.code}@example.com"))
    second.click_button(second.texts["code"]["submit"])
    second.expect_screen(second.texts["notice"]["title"])
    first.fill_code(postman.code(f"scheda0{customer.code}@example.com"))
    first.click_button(first.texts["code"]["submit"])
    first.expect_problem("Conferma non valida")
    first.click_link(first.texts["help"]["to_login"])
    first.expect_screen(first.texts["login"]["title"])


def test_the_notice_is_printed_without_buttons(visit_plain: Open, plain_postman: Postman) -> None:
    visitor = visit_plain()
    customer = plain_postman.new_customer()
    visitor.pass_step_one(customer)
    visitor.fill_credentials(f"stampa{customer.code}@example.com")
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["notice"]["title"])
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("button", name=visitor.texts["notice"]["close"])).to_be_hidden()
    visitor.expect_text(f"stampa{customer.code}@example.com")


def test_a_link_within_the_page_does_not_change_the_screen(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.start_registration()
    visitor.field(visitor.texts["bill"]["last_name"]).fill("Rossi")
    visitor.page.get_by_role("link", name=visitor.texts["page"]["skip"]).press("Enter")
    expect(visitor.page).to_have_url(re.compile("#main$"))
    expect(visitor.field(visitor.texts["bill"]["last_name"])).to_have_value("Rossi")
    visitor.fill_bill(postman.new_customer())
    visitor.submit_bill()
    visitor.expect_screen(visitor.texts["credentials"]["title"])
    visitor.page.go_back()
    visitor.expect_screen(visitor.texts["bill"]["title"])
