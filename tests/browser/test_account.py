"""The reserved area: every screen in three languages on a phone, by keyboard, without network, in another page."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, logged_in
from tests.browser.visitor import ANSWER, QUESTION, Visitor, address_of
from tests.integration.customers import PASSWORD, SUPPLIER
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack

_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
_NEW_PASSWORD = "cinque carpe rosse"
_SESSION = f"utenza:{SUPPLIER}:session"


@pytest.mark.parametrize(("language", "scheme"), [("it", "light"), ("en", "dark"), ("de", "light")])
def test_every_screen_is_accessible_on_a_phone(visit: Open, shared_owner: Customer, language: str, scheme: str) -> None:
    visitor = visit(language, color_scheme=scheme, **_PHONE)
    visitor.open("accesso.html")
    visitor.checks_accessibility = True
    texts, reserved = visitor.texts, visitor.texts["reserved"]
    visitor.log_in(address_of(shared_owner))
    visitor.expect_reserved_area()
    visitor.go_to("supplies")
    visitor.click_button(reserved["supplies"]["add"])
    visitor.expect_screen(reserved["supplies"]["add"])
    visitor.page.get_by_role("button", name=texts["kind"]["company"]).click()
    visitor.expect_screen(texts["bill"]["title"])
    visitor.go_to("devices")
    visitor.go_to("security")
    visitor.change(texts["fields"]["password"])
    visitor.give_password("sbagliata")
    visitor.expect_problem("")
    visitor.give_password()
    visitor.expect_screen(texts["new_password"]["title"])
    visitor.click_button(texts["new_password"]["submit"])
    visitor.expect_problem(texts["form"]["required"])
    visitor.click_button(reserved["cancel"])
    visitor.change(texts["credentials"]["question"])
    visitor.expect_screen(reserved["own_question"]["title"])
    visitor.click_button(reserved["cancel"])
    visitor.change(texts["fields"]["user_id"])
    visitor.expect_screen(reserved["own_user_id"]["title"])
    visitor.go_to("my_data")
    visitor.field(f"{texts['bill']['phone']} {texts['form']['optional']}").fill("12")
    visitor.click_button(reserved["my_data"]["submit"])
    visitor.expect_problem(texts["bill"]["phone"])
    visitor.click_button(reserved["my_data"]["close"])
    visitor.expect_screen(reserved["close_account"]["title"])
    visitor.click_button(reserved["close_account"]["submit"])
    visitor.expect_problem(reserved["close_account"]["not_sure"])
    visitor.click_button(texts["account"]["log_out"])
    visitor.expect_screen(texts["login"]["title"])


def test_a_new_password_is_set_by_keyboard_alone(visit: Open, owner: Customer) -> None:
    visitor = visit()
    visitor.open("accesso.html")
    texts, reserved = visitor.texts, visitor.texts["reserved"]
    visitor.expect_screen(texts["login"]["title"])
    visitor.type_by_keyboard((texts["fields"]["user_id"], address_of(owner)), (texts["login"]["password"], PASSWORD))
    visitor.page.keyboard.press("Enter")
    visitor.expect_reserved_area()
    before = json.loads(visitor.stored()[_SESSION])
    visitor.page.keyboard.press("Shift+Tab")  # from the heading back to the last entry of the navigation
    for place in ("devices", "security"):
        visitor.page.locator("nav.places").get_by_role("button", name=reserved["places"][place]).focus()
        visitor.page.keyboard.press("Enter")
        visitor.expect_screen(reserved["places"][place])
    current = visitor.page.locator("nav.places [aria-current=page]")
    expect(current).to_have_text(reserved["places"]["security"])
    visitor.press(f"{reserved['security']['change']}: {texts['fields']['password']}")
    visitor.expect_screen(reserved["reauth"]["title"])
    visitor.type_by_keyboard((texts["login"]["password"], PASSWORD))
    visitor.page.keyboard.press("Enter")
    visitor.expect_screen(texts["new_password"]["title"])
    repeated = (texts["new_password"]["password"], texts["fields"]["password_repeat"])
    visitor.type_by_keyboard(*((label, _NEW_PASSWORD) for label in repeated))
    visitor.page.keyboard.press("Enter")
    visitor.expect_screen(reserved["places"]["security"])
    visitor.expect_notice(reserved["own_password"]["done"])
    assert json.loads(visitor.stored()[_SESSION])["refresh_token"] != before["refresh_token"]
    visitor.page.reload()
    visitor.expect_screen(reserved["places"]["security"])
    visitor.click_button(texts["account"]["log_out"])
    visitor.log_in(address_of(owner))
    visitor.expect_problem("")
    visitor.log_in(address_of(owner), _NEW_PASSWORD)
    visitor.expect_reserved_area()


def test_another_browser_is_logged_out_at_once(visit: Open, area: Visitor, owner: Customer) -> None:
    other = logged_in(visit(), owner)
    texts = area.texts["reserved"]["devices"]
    area.go_to("devices")
    expect(area.page.locator(".supplies > li")).to_have_count(2)
    area.click_button(texts["end"])
    area.expect_notice(texts["ended"])
    expect(area.page.locator(".supplies > li")).to_have_count(1)
    other.click_button(other.texts["reserved"]["places"]["my_data"])
    other.expect_screen(other.texts["login"]["title"])
    other.expect_notice(other.texts["problems"]["refresh_token_invalid"]["detail"])
    area.go_to("my_data")


def test_phone_and_language_are_kept_and_the_page_changes_only_if_wanted(area: Visitor) -> None:
    texts = area.texts
    area.go_to("my_data")
    phone = area.field(f"{texts['bill']['phone']} {texts['form']['optional']}")
    phone.fill("02 1234567")
    area.field(texts["reserved"]["my_data"]["language"]).select_option("de")
    area.click_button(texts["reserved"]["my_data"]["submit"])
    area.expect_notice(texts["reserved"]["my_data"]["done"])
    area.page.reload()
    expect(phone).to_have_value("+39021234567")
    assert area.page.evaluate("document.documentElement.lang") == "it"
    area.page.get_by_role("button", name=re.compile("in questa lingua: Deutsch")).click()
    expect(area.page.get_by_role("heading", name="Meine Daten")).to_be_visible()
    assert area.page.evaluate("document.documentElement.lang") == "de"
    expect(area.page.get_by_role("button", name="in questa lingua")).to_have_count(0)


def test_a_lost_network_and_a_late_answer_lose_nothing(shared_area: Visitor) -> None:
    texts, reserved = shared_area.texts, shared_area.texts["reserved"]
    shared_area.go_to("security")
    shared_area.page.context.set_offline(True)
    shared_area.click_button(reserved["places"]["my_data"])
    shared_area.expect_screen(texts["problems"]["connection"]["title"])
    expect(shared_area.page.locator("nav.places [aria-current]")).to_have_text(reserved["places"]["my_data"])
    shared_area.page.context.set_offline(False)
    shared_area.click_button(texts["form"]["again"])
    shared_area.expect_screen(reserved["places"]["my_data"])
    shared_area.page.context.set_offline(True)
    shared_area.click_button(reserved["places"]["devices"])
    shared_area.expect_screen(texts["problems"]["connection"]["title"])
    shared_area.page.context.set_offline(False)
    shared_area.go_to("my_data")  # by the navigation, which stays
    shared_area.click_button(reserved["my_data"]["close"])
    shared_area.give_password()
    shared_area.expect_screen(reserved["close_account"]["title"])
    shared_area.go_to("security")
    shared_area.change(texts["credentials"]["question"])
    shared_area.expect_screen(reserved["own_question"]["title"])
    fields = texts["credentials"]
    shared_area.fill({fields["question"]: QUESTION, fields["answer"]: ANSWER, fields["answer_repeat"]: ANSWER})
    shared_area.page.context.set_offline(True)
    shared_area.click_button(fields["submit"])
    shared_area.expect_problem(texts["problems"]["connection"]["title"])
    assert shared_area.field(fields["question"]).input_value() == QUESTION
    shared_area.page.context.set_offline(False)
    expired = {"code": "reauth_token_expired", "title": "", "detail": ""}
    path = "**/account/question"
    shared_area.answer(path, expired, 401)
    shared_area.click_button(fields["submit"])
    shared_area.expect_screen(reserved["reauth"]["title"])
    shared_area.expect_notice(reserved["reauth"]["again"])
    expect(shared_area.page.locator("nav.places [aria-current]")).to_have_text(reserved["places"]["security"])
    shared_area.page.unroute(path)
    shared_area.give_password()
    shared_area.expect_screen(reserved["places"]["security"])
    shared_area.expect_notice(reserved["own_question"]["done"])


def test_a_closed_account_is_gone_and_its_customer_can_register_again(area: Visitor, owner: Customer) -> None:
    texts, reserved = area.texts, area.texts["reserved"]
    area.go_to("my_data")
    area.click_button(reserved["my_data"]["close"])
    area.give_password()
    area.expect_screen(reserved["close_account"]["title"])
    area.page.get_by_role("checkbox", name=reserved["close_account"]["sure"]).check()
    area.click_button(reserved["close_account"]["submit"])
    area.expect_screen(texts["login"]["title"])
    area.expect_notice(reserved["close_account"]["done"])
    assert area.stored() == {}
    area.log_in(address_of(owner))
    area.expect_problem("")
    area.pass_step_one(owner)


_OTHER = "http://localhost:8080"  # an origin that the API allows, and not the site's
_PAGE = """<!doctype html><html lang="it"><head><title>Luce del Borgo</title>
<script type="module" src="{site}/utenza/utenza.js"></script></head><body><main><h1>Luce del Borgo</h1>
<utenza-login api="{api}" supplier="unogas-energia"></utenza-login>
<utenza-account api="{api}" supplier="unogas-energia" login="/accesso"></utenza-account></main></body></html>"""


def test_another_page_shows_the_reserved_area_beside_its_login(
    visit: Open, shared_owner: Customer, mail_site: LocalStack
) -> None:
    visitor = visit()
    page = visitor.page
    page.context.grant_permissions(["local-network-access"])
    body = _PAGE.format(site=mail_site.origin, api=mail_site.api)
    page.route(f"{_OTHER}/**", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"))
    page.goto(f"{_OTHER}/clienti")
    page.evaluate("document.addEventListener('utenza-login', (event) => event.preventDefault())")
    module = f"{mail_site.origin}/utenza/texts/it.js"
    visitor.texts = page.evaluate("async (module) => (await import(module)).default", module)
    account, login = page.locator("utenza-account"), page.locator("utenza-login")
    expect(account.get_by_role("link", name="Accedi")).to_have_attribute("href", "/accesso")
    visitor.log_in(address_of(shared_owner))
    expect(account.get_by_text(f"NIC/CE/COD.CLIENTE {shared_owner.code}")).to_be_visible()
    expect(login.get_by_text(address_of(shared_owner))).to_be_visible()
    account.get_by_role("button", name="Dispositivi", exact=True).click()
    expect(account.get_by_text("Questo dispositivo")).to_be_visible()
    visitor.check_accessibility()
    account.get_by_role("button", name="Esci").click()
    expect(account.get_by_role("link", name="Accedi")).to_be_visible()
    expect(login.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()
