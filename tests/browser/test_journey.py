"""The screens of the manual in three languages on a phone, from the choice of the supplier to a new password."""

import json
from urllib.request import urlopen

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.customers import PASSWORD, company
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack

_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def _register(visitor: Visitor, postman: Postman, customer: Customer, user_id: str) -> None:
    texts = visitor.texts
    visitor.page.goto(f"{visitor.site}/index.html")
    visitor.expect_screen(texts["area"]["title"])
    visitor.click_link("UNOGAS Energia")
    visitor.expect_screen(texts["login"]["title"])
    visitor.click_link(texts["login"]["register"])
    visitor.expect_screen(texts["kind"]["title"])
    visitor.page.get_by_role("button", name=texts["kind"][customer.kind]).click()
    visitor.expect_screen(texts["bill"]["title"])
    visitor.submit_bill()
    visitor.expect_problem(texts["form"]["required"])
    visitor.fill_bill(customer)
    visitor.submit_bill()
    visitor.expect_screen(texts["credentials"]["title"])
    visitor.fill_credentials(user_id, "12345678")
    visitor.submit_credentials()
    visitor.expect_problem(texts["fields"]["password"])
    visitor.fill_credentials(user_id)
    visitor.submit_credentials()
    visitor.expect_screen(texts["code"]["title"])
    visitor.fill_code("123")
    visitor.click_button(texts["code"]["submit"])
    visitor.expect_problem("")
    visitor.fill_code(postman.code(user_id))
    visitor.click_button(texts["code"]["submit"])
    visitor.expect_screen(texts["notice"]["title"])
    visitor.click_button(texts["notice"]["close"])
    visitor.expect_screen(texts["login"]["title"])


@pytest.mark.parametrize(("language", "scheme"), [("it", "light"), ("en", "dark"), ("de", "light")])
def test_a_customer_registers_logs_in_and_recovers_the_password(
    visit: Open, postman: Postman, language: str, scheme: str
) -> None:
    visitor = visit(language, color_scheme=scheme, **_PHONE)
    visitor.open("index.html")
    visitor.checks_accessibility = True
    customer = postman.new_customer()
    user_id = f"viaggio{customer.code}@example.com"
    _register(visitor, postman, customer, user_id)

    texts = visitor.texts
    assert visitor.field(texts["fields"]["user_id"]).input_value() == user_id
    visitor.log_in(user_id, "not the password")
    visitor.expect_problem("")
    visitor.log_in(user_id)
    visitor.expect_reserved_area()
    visitor.expect_text(f"NIC/CE/COD.CLIENTE {customer.code}")
    visitor.expect_text(texts["account"]["active"])
    visitor.click_button(texts["account"]["log_out"])
    visitor.expect_screen(texts["login"]["title"])
    visitor.expect_text(texts["login"]["logged_out"])

    visitor.recover(user_id, lambda: postman.code(user_id, count=2), "cinque trote blu")
    visitor.log_in(user_id, PASSWORD)
    visitor.expect_problem("")
    visitor.log_in(user_id, "cinque trote blu")
    visitor.expect_reserved_area()


def test_the_area_login_is_skipped_if_there_is_one_supplier(visit: Open, mail_site: LocalStack) -> None:
    visitor = visit()
    with urlopen(f"{mail_site.api}/suppliers") as answer:
        only = json.loads(answer.read())["suppliers"][:1]
    headers = {"Access-Control-Allow-Origin": mail_site.origin}
    visitor.page.route("**/suppliers", lambda route: route.fulfill(json={"suppliers": only}, headers=headers))
    visitor.page.goto(f"{visitor.site}/index.html")
    visitor.expect_screen("Accesso all'area riservata")
    assert visitor.page.url == f"{visitor.site}/accesso.html?supplier=unogas-energia"


def test_the_rarer_screens_are_accessible(visit_plain: Open, plain_postman: Postman, plain_site: LocalStack) -> None:
    customer = plain_postman.new_customer()
    user_id = f"raro{customer.code}@example.com"
    assert plain_postman.choose(customer, user_id).json["status"] == "active"
    visitor = visit_plain(**_PHONE)
    visitor.open("accesso.html", "no-such-supplier")
    visitor.checks_accessibility = True
    texts = visitor.texts
    visitor.expect_screen(texts["problems"]["supplier"]["title"])
    visitor.click_link(texts["problems"]["supplier"]["link"])
    visitor.expect_screen(texts["area"]["title"])
    visitor.open("accesso.html")
    visitor.click_button(texts["login"]["reminder"])
    visitor.expect_screen(texts["reminder"]["title"])
    visitor.expect_text(texts["reminder"]["ask"])
    visitor.click_button(texts["reminder"]["back"])
    visitor.click_button(texts["login"]["forgotten"])
    visitor.page.route("**/recovery", lambda route: route.abort())
    visitor.field(texts["fields"]["user_id"]).fill(user_id)
    visitor.click_button(texts["forgotten"]["submit"])
    visitor.expect_problem(texts["problems"]["connection"]["title"])
    visitor.click_button(texts["forgotten"]["back"])
    visitor.page.route("**/account", _bounced)
    visitor.log_in(user_id)
    visitor.expect_reserved_area()
    visitor.expect_text(texts["account"]["bounced"])
    visitor.page.unroute("**/account")
    visitor.page.route("**/account", lambda route: route.abort())
    visitor.page.reload()
    visitor.expect_screen(texts["problems"]["connection"]["title"])
    visitor.page.unroute("**/account")
    visitor.click_button(texts["form"]["again"])
    visitor.expect_reserved_area()


def _bounced(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"email_status": "bounced"})


def test_a_company_enters_its_own_name_and_no_persons(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.stored(company())
    visitor.start_registration("company")
    assert not visitor.field(visitor.texts["bill"]["first_name"]).count()
    visitor.fill_bill(customer)
    visitor.submit_bill()
    visitor.expect_screen(visitor.texts["credentials"]["title"])


def test_a_forgotten_user_id_is_sent_by_email(visit: Open, postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"smemorato{customer.code}@example.com"
    postman.register(customer, user_id)
    visitor = visit()
    visitor.open("accesso.html")
    visitor.checks_accessibility = True
    texts = visitor.texts
    visitor.click_button(texts["login"]["reminder"])
    visitor.expect_screen(texts["reminder"]["title"])
    visitor.fill({"NIC/CE/COD.CLIENTE": customer.code, texts["bill"]["tax_code"]: customer.codice_fiscale})
    visitor.click_button(texts["reminder"]["submit"])
    visitor.expect_text(texts["reminder"]["sent"])
    assert user_id in postman.wait_for(user_id, "user ID").text
