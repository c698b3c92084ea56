"""The reserved area: supplies, activity, user id, export and documents, as the customer sees them."""

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor, address_of
from tests.integration.customers import company
from tests.integration.postman import Postman
from utenza.customers.record import Customer

pytestmark = pytest.mark.stack


def test_many_supplies_can_be_searched(shared_area: Visitor) -> None:
    texts = shared_area.texts["reserved"]["supplies"]

    def many(route: Route) -> None:
        answer = route.fetch()
        [first] = answer.json()["customers"]
        names = ["CONDOMINIO VIA ROMA 11", "CONDOMINIO CA' D'ORO", *["CONDOMINIO PIAZZA PO"] * 10]
        others = [first | {"customer_code": f"44{at:05}", "name": name} for at, name in enumerate(names)]
        others[0] |= {"role": "delegate", "status": "closed", "read_only_until": "2028-03-31"}
        route.fulfill(response=answer, json=answer.json() | {"customers": [first, *others]})

    shared_area.page.route("**/account", many)
    shared_area.checks_accessibility = True
    shared_area.page.reload()
    shared_area.expect_reserved_area()
    shared_area.click_button(shared_area.texts["reserved"]["overview"]["all_supplies"].replace("{total}", "13"))
    shared_area.expect_screen(shared_area.texts["reserved"]["places"]["supplies"])
    items = shared_area.page.locator(".supplies > li")
    expect(items).to_have_count(13)
    shared_area.field(texts["search"]).fill("roma 44")
    expect(items).to_have_count(1)
    expect(items).to_contain_text("31 marzo 2028")
    expect(items.get_by_role("button", name=texts["remove"])).to_be_visible()
    expect(items).to_contain_text(texts["delegate"])
    expect(shared_area.page.get_by_text(texts["found"].format(number=1, total=13))).to_be_visible()
    shared_area.field(texts["search"]).fill("qqq")
    expect(shared_area.page.get_by_text(texts["none_found"])).to_be_visible()


def _with_offer(route: Route, end: str) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | {"offered": [{"customer_code_end": end}]})


def test_another_supply_that_was_found_is_offered_and_can_be_dismissed(shared_area: Visitor) -> None:
    reserved = shared_area.texts["reserved"]

    def found(route: Route) -> None:
        answer = route.fetch()
        offered = [{"customer_code_end": end} for end in ("305", "777")]
        route.fulfill(response=answer, json=answer.json() | {"offered": offered})

    shared_area.page.route("**/account", found)
    shared_area.checks_accessibility = True
    shared_area.page.reload()
    shared_area.expect_reserved_area()
    offers = shared_area.page.locator(".offered > li")
    expect(offers).to_have_count(2)
    expect(offers.first).to_contain_text(reserved["offered"]["detail"].replace("{end}", "305"))
    offers.first.get_by_role("button", name=reserved["offered"]["add"]).click()
    shared_area.expect_screen(reserved["supplies"]["add"])
    shared_area.go_to("supplies")
    offers.last.get_by_role("button", name=reserved["offered"]["dismiss"]).click()
    shared_area.expect_notice(reserved["offered"]["dismissed"])
    expect(offers).to_have_count(1)
    expect(offers).to_contain_text("305")
    shared_area.page.reload()
    shared_area.expect_screen(reserved["places"]["supplies"])
    expect(offers).to_have_count(1)
    assert '["777"]' in shared_area.stored_permanently().values()


def _add_supply(visitor: Visitor, customer: Customer) -> None:
    """Type a customer's bill on the screen that adds a supply."""
    texts = visitor.texts["reserved"]["supplies"]
    visitor.go_to("supplies")
    visitor.click_button(texts["add"])
    visitor.expect_screen(texts["add"])
    visitor.page.get_by_role("button", name=visitor.texts["kind"][customer.kind]).click()
    visitor.expect_screen(visitor.texts["bill"]["title"])
    visitor.fill_bill(customer)
    visitor.click_button(texts["add"])


def test_a_supply_of_ones_own_is_added_and_removed(area: Visitor, postman: Postman) -> None:
    texts = area.texts["reserved"]
    second = postman.new_customer()
    _add_supply(area, second)
    area.expect_notice(texts["add_supply"]["done"])
    items = area.page.locator(".supplies > li")
    expect(items).to_have_count(2)
    items.filter(has_text=second.code).get_by_role("button", name=texts["supplies"]["remove"]).click()
    area.give_password()
    area.expect_screen(texts["remove_supply"]["title"])
    area.expect_text(second.code)
    area.click_button(texts["remove_supply"]["submit"])
    area.expect_notice(texts["remove_supply"]["done"])
    area.page.route("**/account", lambda route: _with_offer(route, second.code[-3:]))
    area.page.reload()
    expect(items).to_have_count(1)  # it is not offered to who has just removed it


def test_somebody_elses_supply_needs_the_code_that_its_holder_gets(area: Visitor, postman: Postman) -> None:
    texts = area.texts["reserved"]
    address = f"officine{time.time_ns()}@example.com"
    other = postman.stored(company(email=address))
    area.checks_accessibility = True
    _add_supply(area, other)
    area.expect_screen(texts["add_supply"]["code_title"])
    area.fill_code(postman.code(address))
    area.click_button(texts["add_supply"]["code_submit"])
    area.expect_notice(texts["add_supply"]["done"])
    expect(area.page.locator(".supplies > li").filter(has_text=other.code)).to_contain_text(
        texts["supplies"]["delegate"]
    )


def test_the_activity_shows_the_login_and_what_was_before(shared_area: Visitor) -> None:
    texts = shared_area.texts["reserved"]["activity"]
    cursor = "1790000000-0123abcd"

    def cut(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={"events": answer.json()["events"][:1], "next": cursor})

    event = {
        "at": "2026-03-01T10:00:00Z",
        "kind": "failed_attempts",
        "device": "Chrome su Android",
        "network": "192.0.2.0/24",
    }
    events = [event | {"attempts": 3}, event | {"kind": "something new"}]
    shared_area.page.route("**/account/activity", cut)
    shared_area.checks_accessibility = True
    shared_area.go_to("activity")
    items = shared_area.page.locator(".events > li")
    expect(items).to_have_count(1)
    expect(items.first).to_contain_text(texts["kinds"]["login"])
    shared_area.page.context.set_offline(True)
    shared_area.click_button(texts["more"])
    shared_area.expect_problem(shared_area.texts["problems"]["connection"]["title"])
    shared_area.page.context.set_offline(False)
    shared_area.answer(f"**/account/activity?before={cursor}", {"events": events, "next": None})
    shared_area.click_button(texts["more"])
    expect(items).to_have_count(3)
    expect(items.nth(1)).to_be_focused()
    expect(items.nth(1)).to_contain_text(texts["kinds"]["failed_attempts"].replace("{attempts}", "3"))
    expect(items.nth(2)).to_contain_text(texts["other"])
    shared_area.check_accessibility()


def test_another_user_id_is_confirmed_by_the_code_of_its_mail(area: Visitor, owner: Customer, postman: Postman) -> None:
    texts, reserved = area.texts, area.texts["reserved"]
    address = f"nuova{owner.code}@example.com"
    area.go_to("security")
    area.change(texts["fields"]["user_id"])
    area.give_password()
    area.expect_screen(reserved["own_user_id"]["title"])
    area.field(reserved["own_user_id"]["label"]).fill(address)
    area.checks_accessibility = True
    area.click_button(reserved["own_user_id"]["submit"])
    area.expect_screen(reserved["own_user_id"]["code_title"])
    area.go_to("security")
    area.expect_text(reserved["security"]["pending"])
    area.click_button(reserved["security"]["enter_code"])
    area.fill_code("000000")
    area.click_button(texts["code"]["submit"])
    area.expect_problem("")
    area.fill_code(postman.code(address))
    area.click_button(texts["code"]["submit"])
    area.expect_screen(reserved["places"]["security"])
    area.expect_notice(reserved["own_user_id"]["done"])
    area.expect_text(address)
    area.click_button(texts["account"]["log_out"])
    area.log_in(address)
    area.expect_reserved_area()


def test_the_export_is_a_file_and_a_page_to_print(shared_area: Visitor, shared_owner: Customer) -> None:
    texts = shared_area.texts["reserved"]
    shared_area.go_to("my_data")
    shared_area.click_button(texts["my_data"]["export"])
    shared_area.give_password()
    shared_area.checks_accessibility = True
    shared_area.expect_screen(texts["export"]["title"])
    shared_area.expect_text(texts["export"]["labels"]["security_question"])
    with shared_area.page.expect_download() as download:
        shared_area.click_link(texts["export"]["download"])
    assert download.value.suggested_filename == texts["export"]["file"]
    exported = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert exported["account"]["user_id"] == address_of(shared_owner)
    assert [supply["customer_code"] for supply in exported["customers"]] == [shared_owner.code]
    shared_area.page.emulate_media(media="print")
    expect(shared_area.page.locator("nav.places")).to_be_hidden()
    expect(shared_area.page.get_by_text(shared_owner.code).first).to_be_visible()


def _with_document(visitor: Visitor) -> None:
    """Let the suppliers have a document to accept."""
    document = {
        "document": "privacy",
        "version": "2",
        "title": "Informativa",
        "url": "https://example.com/2",
        "required": True,
    }

    def with_document(route: Route) -> None:
        answer = route.fetch()
        listed = [one | {"documents": [document]} for one in answer.json()["suppliers"]]
        route.fulfill(response=answer, json={"suppliers": listed})

    visitor.page.route("**/suppliers", with_document)


def test_a_new_version_of_a_document_is_asked_for_after_the_login(visit: Open, shared_owner: Customer) -> None:
    visitor = visit()
    _with_document(visitor)
    visitor.open("accesso.html")
    documents = visitor.texts["reserved"]["documents"]
    visitor.checks_accessibility = True
    visitor.log_in(address_of(shared_owner))
    visitor.expect_screen(documents["title"])
    visitor.click_button(documents["submit"])
    visitor.expect_problem(documents["missing"])
    visitor.click_button(documents["later"])
    visitor.expect_reserved_area()
    visitor.click_button(documents["pending"])
    visitor.page.get_by_role("checkbox", name=documents["accept"].replace("{title}", "Informativa")).check()
    visitor.answer("**/account/accepted", {})
    with visitor.page.expect_request("**/account/accepted") as sent:
        visitor.click_button(documents["submit"])
    visitor.expect_reserved_area()
    visitor.expect_notice(documents["done"])
    assert sent.value.post_data_json == {"accepted": [{"document": "privacy", "version": "2"}]}


def test_a_required_document_is_accepted_at_the_registration(visit: Open, postman: Postman) -> None:
    visitor = visit()
    _with_document(visitor)
    customer = postman.new_customer()
    visitor.pass_step_one(customer)
    documents = visitor.texts["reserved"]["documents"]
    visitor.checks_accessibility = True
    visitor.fill_credentials(address_of(customer))
    visitor.submit_credentials()
    visitor.expect_problem(documents["missing"])
    visitor.page.get_by_role("checkbox", name=documents["accept"].replace("{title}", "Informativa")).check()
    with visitor.page.expect_request("**/credentials") as sent:
        visitor.submit_credentials()
    body: dict[str, Any] = sent.value.post_data_json or {}
    assert body["accepted"] == [{"document": "privacy", "version": "2"}]
    assert "accepted-0" not in body
