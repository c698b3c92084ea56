"""The manual, page by page, in three languages, on a phone: from the choice of the supplier to a new password."""

import json
from urllib.request import urlopen

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Open
from tests.browser.visitor import ANSWER, QUESTION, Visitor
from tests.integration.customers import PASSWORD, company
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack

_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def _register(visitor: Visitor, postman: Postman, customer: Customer, user_id: str) -> None:
    texts = visitor.texts
    visitor.page.goto(f"{visitor.site}/index.html")
    visitor.sees(texts["area"]["title"])
    visitor.follow("UNOGAS Energia")
    visitor.sees(texts["mask"]["title"])
    visitor.follow(texts["mask"]["register"])
    visitor.sees(texts["kind"]["title"])
    visitor.page.get_by_role("button", name=texts["kind"][customer.kind]).click()
    visitor.sees(texts["bill"]["title"])
    visitor.goes_on()
    visitor.is_told(texts["form"]["required"])
    visitor.copies_bill(customer)
    visitor.goes_on()
    visitor.sees(texts["credentials"]["title"])
    visitor.chooses(user_id, "12345678")
    visitor.saves()
    visitor.is_told(texts["fields"]["password"])
    visitor.chooses(user_id)
    visitor.saves()
    visitor.sees(texts["code"]["title"])
    visitor.types_code("123")
    visitor.press(texts["code"]["submit"])
    visitor.is_told("")
    visitor.types_code(postman.code(user_id))
    visitor.press(texts["code"]["submit"])
    visitor.sees(texts["notice"]["title"])
    visitor.press(texts["notice"]["close"])
    visitor.sees(texts["mask"]["title"])


def _recover(visitor: Visitor, postman: Postman, user_id: str) -> None:
    texts = visitor.texts
    visitor.press(texts["mask"]["forgotten"])
    visitor.sees(texts["forgotten"]["title"])
    visitor.field(texts["fields"]["user_id"]).fill(user_id)
    visitor.press(texts["forgotten"]["submit"])
    visitor.sees(texts["recovery_code"]["title"])
    visitor.types_code(postman.code(user_id, count=2))
    visitor.press(texts["recovery_code"]["submit"])
    visitor.sees(texts["answer"]["title"])
    visitor.fill(
        {
            QUESTION: ANSWER,
            texts["answer"]["password"]: "cinque trote blu",
            texts["fields"]["password_repeat"]: "cinque trote blu",
        }
    )
    visitor.press(texts["answer"]["submit"])
    visitor.sees(texts["mask"]["title"])
    visitor.reads(texts["answer"]["done"])


@pytest.mark.parametrize(("language", "scheme"), [("it", "light"), ("en", "dark"), ("de", "light")])
def test_a_customer_comes_from_the_bill_to_the_reserved_area_and_back_in(
    visit: Open, postman: Postman, language: str, scheme: str
) -> None:
    visitor = visit(language, color_scheme=scheme, **_PHONE)
    visitor.opens("index.html")
    visitor.inspects = True
    customer = postman.new_customer()
    user_id = f"viaggio{customer.code}@example.com"
    _register(visitor, postman, customer, user_id)

    texts = visitor.texts
    assert visitor.field(texts["fields"]["user_id"]).input_value() == user_id
    visitor.logs_in(user_id, "not the password")
    visitor.is_told("")
    visitor.logs_in(user_id)
    visitor.is_logged_in()
    visitor.reads(f"NIC/CE/Cod. cliente {customer.code}")
    visitor.reads(texts["account"]["active"])
    visitor.press(texts["account"]["leave"])
    visitor.sees(texts["mask"]["title"])
    visitor.reads(texts["mask"]["left"])

    _recover(visitor, postman, user_id)
    visitor.logs_in(user_id, PASSWORD)
    visitor.is_told("")
    visitor.logs_in(user_id, "cinque trote blu")
    visitor.is_logged_in()


def test_the_area_login_is_skipped_where_there_is_one_supplier(visit: Open, mail_site: LocalStack) -> None:
    visitor = visit()
    with urlopen(f"{mail_site.api}/suppliers") as answer:
        only = json.loads(answer.read())["suppliers"][:1]
    headers = {"Access-Control-Allow-Origin": mail_site.origin}
    visitor.page.route("**/suppliers", lambda route: route.fulfill(json={"suppliers": only}, headers=headers))
    visitor.page.goto(f"{visitor.site}/index.html")
    visitor.sees("Accesso all'area riservata")
    assert visitor.page.url == f"{visitor.site}/accesso.html?supplier=unogas-energia"


def test_the_rarer_screens_can_be_used_by_everyone_too(
    visit_plain: Open, clerk: Postman, plain_site: LocalStack
) -> None:
    customer = clerk.new_customer()
    user_id = f"raro{customer.code}@example.com"
    assert clerk.choose(customer, user_id).json["status"] == "active"
    visitor = visit_plain(**_PHONE)
    visitor.opens("accesso.html", "no-such-supplier")
    visitor.inspects = True
    texts = visitor.texts
    visitor.sees(texts["problems"]["supplier"]["title"])
    visitor.follow(texts["problems"]["supplier"]["link"])
    visitor.sees(texts["area"]["title"])
    visitor.opens("accesso.html")
    visitor.press(texts["mask"]["reminder"])
    visitor.sees(texts["reminder"]["title"])
    visitor.reads(texts["reminder"]["ask"])
    visitor.press(texts["reminder"]["back"])
    visitor.press(texts["mask"]["forgotten"])
    visitor.page.route("**/recovery", lambda route: route.abort())
    visitor.field(texts["fields"]["user_id"]).fill(user_id)
    visitor.press(texts["forgotten"]["submit"])
    visitor.is_told(texts["problems"]["connection"]["title"])
    visitor.press(texts["forgotten"]["back"])
    visitor.page.route("**/account", _bounced)
    visitor.logs_in(user_id)
    visitor.is_logged_in()
    visitor.reads(texts["account"]["bounced"])
    visitor.page.unroute("**/account")
    visitor.page.route("**/account", lambda route: route.abort())
    visitor.page.reload()
    visitor.sees(texts["problems"]["connection"]["title"])
    visitor.page.unroute("**/account")
    visitor.press(texts["form"]["again"])
    visitor.is_logged_in()


def _bounced(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"email_status": "bounced"})


def test_a_company_is_asked_for_its_name_and_not_for_a_persons(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.stored(company())
    visitor.begins("company")
    assert not visitor.field(visitor.texts["bill"]["first_name"]).count()
    visitor.copies_bill(customer)
    visitor.goes_on()
    visitor.sees(visitor.texts["credentials"]["title"])


def test_who_has_forgotten_the_user_id_is_reminded_by_mail(visit: Open, postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"smemorato{customer.code}@example.com"
    postman.register(customer, user_id)
    visitor = visit()
    visitor.opens("accesso.html")
    visitor.inspects = True
    texts = visitor.texts
    visitor.press(texts["mask"]["reminder"])
    visitor.sees(texts["reminder"]["title"])
    visitor.fill({"NIC/CE/Cod. cliente": customer.code, texts["bill"]["tax_code"]: customer.codice_fiscale})
    visitor.press(texts["reminder"]["submit"])
    visitor.reads(texts["reminder"]["sent"])
    assert user_id in postman.wait_for(user_id, "user ID").text
