"""The page to block an account that somebody else opened, and the registration that needs a second code."""

import json
import re
import secrets
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.postman import Postman

pytestmark = pytest.mark.stack

_CODE = re.compile(r"^[0-9A-Z]{5}(?:-[0-9A-Z]{5}){5}$", re.MULTILINE)
_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def _stolen(postman: Postman, language: str) -> tuple[str, str]:
    """Have a stranger register a customer; return the stranger's address and the code that the customer is sent."""
    customer = postman.new_customer(email=f"crm-{secrets.token_hex(4)}@example.org")
    user_id = f"ladro{customer.code}@example.com"
    request = postman.choose(customer, user_id, Accept_Language=language)
    assert postman.confirm(request.json["confirmation_token"], postman.code(user_id)).status == 200
    subject = {"it": "creato un accesso", "en": "account was created", "de": "Zugang eingerichtet"}[language]
    [code] = _CODE.findall(postman.wait_for(customer.email, subject).text)
    return user_id, code


@pytest.mark.parametrize(("language", "scheme"), [("it", "light"), ("en", "dark"), ("de", "light")])
def test_whoever_is_told_of_an_account_blocks_it_with_the_code_of_the_mail(
    visit: Open, postman: Postman, language: str, scheme: str
) -> None:
    user_id, code = _stolen(postman, language)
    visitor = visit(language, color_scheme=scheme, **_PHONE)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open("obiezione.html")
    visitor.checks_accessibility = True
    texts = visitor.texts["objection"]
    visitor.expect_screen(texts["title"])
    visitor.click_button(texts["submit"])
    visitor.expect_problem(visitor.texts["form"]["required"])
    visitor.field(texts["code"]).fill("CCCCC-CCCCC")
    visitor.click_button(texts["submit"])
    visitor.expect_problem("")
    visitor.field(texts["code"]).fill(f" {code.lower()} ")
    stored = json.dumps(visitor.stored())
    visitor.click_button(texts["submit"])
    visitor.expect_screen(texts["done_title"])
    visitor.expect_text(texts["done"])
    assert all(code[:11] not in text.upper() for text in (*asked, stored, json.dumps(visitor.stored())))
    # The check of accessibility tries styles that the policy refuses.
    assert not [message for message in visitor.console_messages if "inline style" not in message]

    visitor.open("accesso.html")
    visitor.log_in(user_id)
    visitor.expect_problem("")


def test_nothing_happens_when_the_page_is_opened_and_a_reload_asks_for_the_code_again(
    visit: Open, postman: Postman
) -> None:
    user_id, code = _stolen(postman, "it")
    visitor = visit()
    visitor.page.goto(f"{visitor.site}/obiezione.html?objection_code={code}#{code}")  # not how it is meant
    texts = visitor.texts["objection"]
    visitor.expect_screen(texts["title"])
    assert visitor.field(texts["code"]).input_value() == ""
    other = visit()
    other.open("accesso.html")
    other.log_in(user_id)
    other.expect_reserved_area()
    visitor.field(texts["code"]).fill(code)
    visitor.click_button(texts["submit"])
    visitor.expect_screen(texts["done_title"])
    visitor.page.reload()
    visitor.expect_screen(texts["title"])
    other.page.reload()
    other.expect_screen(other.texts["login"]["title"])


def _asking(visitor: Visitor, claim: str) -> list[Any]:
    """Have the API ask for a second code; return the list that collects what is confirmed."""
    confirmed: list[Any] = []

    def ask(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json=response.json() | {"claim": claim})

    visitor.page.route("**/credentials", ask)
    visitor.page.on(
        "request",
        lambda request: (
            confirmed.append(request.post_data_json)
            if request.method == "POST" and request.url.endswith("/credentials/confirm")
            else None
        ),
    )
    return confirmed


@pytest.mark.parametrize(
    ("claim", "field", "typed"),
    [("code", "claim_code", "123 456"), ("activation_code", "activation_code", "CDFG-2345-HJKM")],
)
def test_the_confirmation_asks_for_the_second_code_where_the_api_does(
    visit: Open, postman: Postman, claim: str, field: str, typed: str
) -> None:
    visitor = visit(**_PHONE)
    confirmed = _asking(visitor, claim)
    customer = postman.new_customer()
    user_id = f"secondo{customer.code}@example.com"
    visitor.pass_step_one(customer)
    visitor.fill_credentials(user_id)
    visitor.checks_accessibility = True
    visitor.submit_credentials()
    texts = visitor.texts["code"]
    visitor.expect_screen(texts["title"])
    visitor.expect_text(texts[f"lead_{claim}"])
    visitor.page.reload()
    visitor.expect_screen(texts["title"])
    visitor.fill_code(postman.code(user_id))
    visitor.click_button(texts["submit"])
    visitor.expect_problem(texts[field])
    visitor.field(texts[field]).fill(typed)
    visitor.click_button(texts["submit"])
    visitor.expect_screen(visitor.texts["notice"]["title"])
    assert [body[field] for body in confirmed] == [typed]


def test_one_code_is_enough_where_the_api_asks_for_no_more(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.pass_step_one(customer)
    visitor.fill_credentials(f"uno{customer.code}@example.com")
    visitor.submit_credentials()
    texts = visitor.texts["code"]
    visitor.expect_screen(texts["title"])
    for label in (texts["claim_code"], texts["activation_code"]):
        expect(visitor.field(label)).to_have_count(0)
