"""What happens to people on the way: they go back, reload, wait too long, mistype, open two tabs."""

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

_KEPT = f"utenza:{SUPPLIER}:utenza-registration"


def _replace_step_token(visitor: Visitor, step_token: str) -> None:
    kept = json.loads(visitor.kept()[_KEPT]) | {"step_token": step_token}
    visitor.page.evaluate("([key, value]) => sessionStorage.setItem(key, value)", [_KEPT, json.dumps(kept)])


def _expired_token(stack: LocalStack, customer_code: str) -> str:
    keys = KeyRing(stack.outputs["StepSecretName"], stack.client("secretsmanager"))
    return StepTokens(keys, 900).issue(SUPPLIER, customer_code, "", now=int(time.time()) - 1000)[0]


def test_back_reload_and_forward_keep_what_was_typed_but_no_password(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.reaches_step_two(customer)
    texts = visitor.texts
    visitor.chooses("indietro@example.com")
    visitor.page.reload()
    visitor.sees(texts["credentials"]["title"])
    assert visitor.field(texts["fields"]["user_id"]).input_value() == "indietro@example.com"
    assert visitor.field(texts["credentials"]["question"]).input_value()
    assert visitor.field(texts["fields"]["password"]).input_value() == ""
    visitor.page.go_back()
    visitor.sees(texts["bill"]["title"])
    assert visitor.field(texts["bill"]["last_name"]).input_value() == customer.last_name
    visitor.page.go_back()
    visitor.sees(texts["kind"]["title"])
    visitor.page.go_forward()
    visitor.page.go_forward()
    visitor.sees(texts["credentials"]["title"])


def test_a_password_and_an_answer_are_kept_nowhere(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.reaches_step_two(postman.new_customer())
    visitor.chooses("nascosto@example.com", "quattro trote viola")
    everything = json.dumps(visitor.kept()) + visitor.page.url + json.dumps(visitor.page.evaluate("history.state"))
    assert "trote" not in everything
    assert "briciola" not in everything.lower()
    assert visitor.page.evaluate("localStorage.length") == 0
    assert "step_token" in visitor.kept()[_KEPT]
    assert visitor.page.url == f"{visitor.site}/registrazione.html?supplier={SUPPLIER}"


def test_a_step_that_has_expired_is_renewed_without_a_word(
    visit: Open, postman: Postman, mail_site: LocalStack
) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.reaches_step_two(customer)
    visitor.chooses(f"lento{customer.code}@example.com")
    _replace_step_token(visitor, _expired_token(mail_site, customer.code))
    visitor.saves()
    visitor.sees(visitor.texts["code"]["title"])


def test_a_step_that_cannot_be_renewed_leads_back_to_the_bill_with_what_was_typed(
    visit: Open, postman: Postman, mail_site: LocalStack
) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.reaches_step_two(customer)
    visitor.chooses(f"cessato{customer.code}@example.com")
    _replace_step_token(visitor, _expired_token(mail_site, customer.code))
    postman.stored(customer._replace(status="closed"))
    visitor.saves()
    visitor.sees(visitor.texts["bill"]["title"])
    visitor.is_told("Cliente non trovato")
    assert visitor.field(visitor.texts["bill"]["last_name"]).input_value() == customer.last_name


def test_a_mistyped_address_is_corrected_before_the_code(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.reaches_step_two(customer)
    visitor.chooses(f"sbagliato{customer.code}@example.com")
    visitor.saves()
    visitor.sees(visitor.texts["code"]["title"])
    visitor.press(visitor.texts["code"]["wrong_address"])
    visitor.sees(visitor.texts["credentials"]["title"])
    visitor.chooses(f"giusto{customer.code}@example.com")
    visitor.saves()
    visitor.sees(visitor.texts["code"]["title"])
    visitor.types_code(postman.code(f"giusto{customer.code}@example.com"))
    visitor.press(visitor.texts["code"]["submit"])
    visitor.sees(visitor.texts["notice"]["title"])


def test_a_registered_customer_is_shown_the_way_to_the_login(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    postman.register(customer, f"gia{customer.code}@example.com")
    visitor.begins()
    visitor.copies_bill(customer)
    visitor.goes_on()
    visitor.is_told("Cliente già registrato")
    visitor.follow(visitor.texts["help"]["to_login"])
    visitor.sees(visitor.texts["mask"]["title"])


def test_registrations_in_two_tabs_end_with_one_account(visit: Open, postman: Postman) -> None:
    first = visit()
    customer = postman.new_customer()
    first.reaches_step_two(customer)
    second = Visitor(first.page.context.new_page(), first.site, "it")
    second.reaches_step_two(customer)
    for number, visitor in enumerate((first, second)):
        visitor.chooses(f"scheda{number}{customer.code}@example.com")
        visitor.saves()
        visitor.sees(visitor.texts["code"]["title"])
    second.types_code(postman.code(f"scheda1{customer.code}@example.com"))
    second.press(second.texts["code"]["submit"])
    second.sees(second.texts["notice"]["title"])
    first.types_code(postman.code(f"scheda0{customer.code}@example.com"))
    first.press(first.texts["code"]["submit"])
    first.is_told("Conferma non valida")
    first.follow(first.texts["help"]["to_login"])
    first.sees(first.texts["mask"]["title"])


def test_the_notice_prints_without_buttons(visit_plain: Open, clerk: Postman) -> None:
    visitor = visit_plain()
    customer = clerk.new_customer()
    visitor.reaches_step_two(customer)
    visitor.chooses(f"stampa{customer.code}@example.com")
    visitor.saves()
    visitor.sees(visitor.texts["notice"]["title"])
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("button", name=visitor.texts["notice"]["close"])).to_be_hidden()
    visitor.reads(f"stampa{customer.code}@example.com")


def test_a_link_within_the_page_changes_no_screen(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.begins()
    visitor.field(visitor.texts["bill"]["last_name"]).fill("Rossi")
    visitor.page.get_by_role("link", name=visitor.texts["page"]["skip"]).press("Enter")
    expect(visitor.page).to_have_url(re.compile("#main$"))
    expect(visitor.field(visitor.texts["bill"]["last_name"])).to_have_value("Rossi")
    visitor.copies_bill(postman.new_customer())
    visitor.goes_on()
    visitor.sees(visitor.texts["credentials"]["title"])
    visitor.page.go_back()
    visitor.sees(visitor.texts["bill"]["title"])
