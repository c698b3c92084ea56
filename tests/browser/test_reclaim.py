"""Somebody else registered with the customer's bill: the way back from "already registered"."""

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.postman import Postman
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack

_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def _stolen(postman: Postman) -> Customer:
    """Return a customer whose bill a thief has registered with; the CRM has an address of the customer."""
    customer = postman.new_customer()
    postman.stored(customer._replace(email=f"vero{customer.code}@example.com"))
    postman.register(customer, f"ladro{customer.code}@example.com")
    return customer._replace(email=f"vero{customer.code}@example.com")


def _go_to_reclaim(visitor: Visitor, customer: Customer) -> None:
    visitor.start_registration()
    visitor.fill_bill(customer)
    visitor.submit_bill()
    visitor.expect_problem("")
    visitor.click_button(visitor.texts["help"]["reclaim"])
    visitor.expect_screen(visitor.texts["reclaim"]["title"])


def _ask_for_code(visitor: Visitor) -> None:
    visitor.click_button(visitor.texts["reclaim"]["submit"])
    visitor.expect_screen(visitor.texts["reclaim"]["code_title"])


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("language", ["it", "en", "de"])
def test_a_customer_whose_bill_was_stolen_registers_after_all(visit: Open, postman: Postman, language: str) -> None:
    visitor = visit(language, **_PHONE)
    visitor.checks_accessibility = True
    customer = _stolen(postman)
    _go_to_reclaim(visitor, customer)
    _ask_for_code(visitor)
    visitor.page.reload()
    visitor.expect_screen(visitor.texts["reclaim"]["code_title"])
    code = postman.code(customer.email)
    visitor.fill_code(_wrong(code))
    visitor.click_button(visitor.texts["reclaim"]["code_submit"])
    visitor.expect_problem("")
    visitor.fill_code(code)
    visitor.click_button(visitor.texts["reclaim"]["code_submit"])
    visitor.expect_screen(visitor.texts["credentials"]["title"])
    user_id = f"mio{customer.code}@example.com"
    visitor.fill_credentials(user_id)
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["code"]["title"])
    visitor.fill_code(postman.code(user_id))
    visitor.click_button(visitor.texts["code"]["submit"])
    visitor.expect_screen(visitor.texts["notice"]["title"])
    postman.wait_for(f"ladro{customer.code}@example.com", "non è più nella Sua area riservata")


def test_the_screen_does_not_tell_whether_a_mail_goes(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()  # the CRM has no address
    postman.register(customer, f"senza{customer.code}@example.com")
    _go_to_reclaim(visitor, customer)
    _ask_for_code(visitor)
    visitor.expect_text(visitor.texts["reclaim"]["code_lead"])
    visitor.expect_text(visitor.texts["reclaim"]["not_arrived"])
    visitor.fill_code("123456")
    visitor.click_button(visitor.texts["reclaim"]["code_submit"])
    visitor.expect_problem("Codice non corretto")


def test_after_five_wrong_codes_the_customer_asks_for_another(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = _stolen(postman)
    _go_to_reclaim(visitor, customer)
    _ask_for_code(visitor)
    code = postman.code(customer.email)
    for _ in range(5):
        visitor.fill_code(_wrong(code))
        visitor.click_button(visitor.texts["reclaim"]["code_submit"])
        visitor.expect_problem("Codice non corretto")
    visitor.fill_code(code)
    visitor.click_button(visitor.texts["reclaim"]["code_submit"])
    visitor.expect_screen(visitor.texts["reclaim"]["title"])
    visitor.expect_problem("Richiesta da ricominciare")
    _ask_for_code(visitor)
    visitor.fill_code(postman.code(customer.email, count=2))
    visitor.click_button(visitor.texts["reclaim"]["code_submit"])
    visitor.expect_screen(visitor.texts["credentials"]["title"])


def test_a_code_whose_response_is_lost_leads_on_all_the_same(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = _stolen(postman)
    _go_to_reclaim(visitor, customer)
    _ask_for_code(visitor)
    visitor.fill_code(postman.code(customer.email))

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.page.route("**/reclaim/confirm", lose, times=1)
    visitor.click_button(visitor.texts["reclaim"]["code_submit"])
    visitor.expect_problem(visitor.texts["problems"]["connection"]["title"])
    visitor.click_button(visitor.texts["reclaim"]["code_submit"])
    visitor.expect_screen(visitor.texts["credentials"]["title"])


def test_without_a_connection_the_way_is_offered_again(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = _stolen(postman)
    visitor.start_registration()
    visitor.fill_bill(customer)
    visitor.submit_bill()
    visitor.expect_problem("")
    visitor.page.route("**/registration/reclaim.js", lambda route: route.abort(), times=1)
    visitor.click_button(visitor.texts["help"]["reclaim"])
    visitor.expect_screen(visitor.texts["problems"]["connection"]["title"])
    visitor.page.reload()
    visitor.expect_screen(visitor.texts["reclaim"]["title"])


def test_without_mail_the_supplier_is_the_way(visit_plain: Open, plain_postman: Postman) -> None:
    visitor = visit_plain()
    customer = plain_postman.new_customer()
    assert plain_postman.choose(customer, f"ladro{customer.code}@example.com").json["status"] == "active"
    _go_to_reclaim(visitor, customer)
    visitor.expect_text(visitor.texts["reclaim"]["ask"])
    visitor.page.locator("utenza-registration").get_by_role(
        "link", name=visitor.texts["reminder"]["contact"]
    ).wait_for()
    visitor.click_button(visitor.texts["reclaim"]["back"])
    visitor.expect_screen(visitor.texts["bill"]["title"])
