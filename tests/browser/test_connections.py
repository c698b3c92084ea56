"""Connections that are slow, break, or lose an answer on the way: nothing is lost, and nothing done twice."""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.postman import Postman

pytestmark = pytest.mark.stack


def _saves_and_loses_the_answer(visitor: Visitor) -> None:
    _loses_the_answer(visitor, "/credentials")
    visitor.saves()
    visitor.is_told(visitor.texts["problems"]["connection"]["title"])


def _loses_the_answer(visitor: Visitor, path: str) -> None:
    """Have the next call of `path` do its work and its answer get lost, as at the end of a tunnel."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.page.route(f"**{path}", lose, times=1)


def test_without_a_connection_what_was_typed_stays_and_can_be_sent_again(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.begins()
    visitor.copies_bill(customer)
    visitor.page.context.set_offline(True)
    visitor.goes_on()
    visitor.is_told(visitor.texts["problems"]["connection"]["title"])
    assert visitor.field(visitor.texts["bill"]["last_name"]).input_value() == customer.last_name
    visitor.page.context.set_offline(False)
    visitor.goes_on()
    visitor.sees(visitor.texts["credentials"]["title"])


def test_a_page_opened_without_a_connection_offers_to_try_again(visit: Open) -> None:
    visitor = visit()
    visitor.page.route("**/suppliers", lambda route: route.abort())
    visitor.opens("registrazione.html")
    visitor.sees(visitor.texts["problems"]["connection"]["title"])
    visitor.page.unroute("**/suppliers")
    visitor.press(visitor.texts["form"]["again"])
    visitor.sees(visitor.texts["kind"]["title"])


def test_a_page_whose_own_files_do_not_come_offers_to_try_again(visit: Open) -> None:
    visitor = visit()
    visitor.page.route("**/config.json", lambda route: route.abort())
    visitor.opens("registrazione.html")
    visitor.reads("La pagina non si è caricata.")
    visitor.page.unroute("**/config.json")
    visitor.press("Riprova / Try again / Erneut versuchen")
    visitor.sees(visitor.texts["kind"]["title"])


def test_a_registration_whose_answer_is_lost_is_not_made_twice(visit_plain: Open, clerk: Postman) -> None:
    visitor = visit_plain()
    customer = clerk.new_customer()
    user_id = f"galleria{customer.code}@example.com"
    visitor.reaches_step_two(customer)
    visitor.chooses(user_id)
    _saves_and_loses_the_answer(visitor)
    visitor.saves()
    visitor.sees(visitor.texts["notice"]["title"])
    visitor.press(visitor.texts["notice"]["close"])
    visitor.sees(visitor.texts["mask"]["title"])
    visitor.logs_in(user_id)
    visitor.is_logged_in()


def test_with_mail_lost_answers_lead_to_the_newest_code_and_then_to_the_login(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    user_id = f"tunnel{customer.code}@example.com"
    visitor.reaches_step_two(customer)
    visitor.chooses(user_id)
    _saves_and_loses_the_answer(visitor)
    assert postman.code(user_id)  # the first registration waits: the second takes its place
    visitor.saves()
    visitor.sees(visitor.texts["code"]["title"])
    visitor.types_code(postman.code(user_id, count=2))
    _loses_the_answer(visitor, "/credentials/confirm")
    visitor.press(visitor.texts["code"]["submit"])
    visitor.is_told(visitor.texts["problems"]["connection"]["title"])
    visitor.press(visitor.texts["code"]["submit"])
    visitor.sees(visitor.texts["notice"]["title"])
    visitor.press(visitor.texts["notice"]["close"])
    visitor.sees(visitor.texts["mask"]["title"])
    visitor.logs_in(user_id)
    visitor.is_logged_in()


def test_a_new_password_whose_answer_is_lost_is_there_all_the_same(visit_plain: Open, clerk: Postman) -> None:
    customer = clerk.new_customer()
    user_id = f"perso{customer.code}@example.com"
    assert clerk.choose(customer, user_id).json["status"] == "active"
    visitor = visit_plain()
    visitor.opens("accesso.html")
    texts = visitor.texts
    visitor.press(texts["mask"]["forgotten"])
    visitor.field(texts["fields"]["user_id"]).fill(user_id)
    visitor.press(texts["forgotten"]["submit"])
    visitor.sees(texts["answer"]["title"])
    visitor.fill({"Come si chiamava il mio primo gatto?": "briciola", texts["answer"]["password"]: "sei trote blu"})
    visitor.fill({texts["fields"]["password_repeat"]: "sei trote blu"})
    _loses_the_answer(visitor, "/recovery/password")
    visitor.press(texts["answer"]["submit"])
    visitor.is_told(texts["problems"]["connection"]["title"])
    visitor.press(texts["answer"]["submit"])
    visitor.sees(texts["mask"]["title"])
    visitor.reads(texts["answer"]["done"])
    visitor.logs_in(user_id, "sei trote blu")
    visitor.is_logged_in()


def test_pressing_twice_sends_once(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.reaches_step_two(customer)
    visitor.chooses(f"doppio{customer.code}@example.com")
    sent: list[Any] = []
    visitor.page.on("request", lambda request: sent.append(request) if request.url.endswith("/credentials") else None)
    visitor.page.get_by_role("button", name=visitor.texts["credentials"]["submit"]).dblclick()
    visitor.sees(visitor.texts["code"]["title"])
    assert [request.method for request in sent] == ["POST"]


def test_a_long_wait_is_explained(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.begins()
    visitor.copies_bill(postman.new_customer())
    held = visitor.holds("/verify")
    visitor.goes_on()
    expect(visitor.page.get_by_role("button", name=visitor.texts["form"]["wait"])).to_be_visible()
    visitor.reads(visitor.texts["form"]["slow"])
    held[0].continue_()
    visitor.sees(visitor.texts["credentials"]["title"])


def test_an_answer_that_comes_after_the_customer_has_left_changes_nothing(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.begins()
    visitor.copies_bill(postman.new_customer())
    held = visitor.holds("/verify")
    visitor.goes_on()
    expect(visitor.page.get_by_role("button", name=visitor.texts["form"]["wait"])).to_be_visible()
    visitor.page.go_back()
    visitor.sees(visitor.texts["kind"]["title"])
    with visitor.page.expect_response("**/verify"):
        held[0].continue_()
    visitor.page.wait_for_timeout(300)
    visitor.sees(visitor.texts["kind"]["title"])


def test_other_values_than_those_of_the_lost_call_are_not_said_to_be_taken(visit_plain: Open, clerk: Postman) -> None:
    visitor = visit_plain()
    customer = clerk.new_customer()
    visitor.reaches_step_two(customer)
    visitor.chooses(f"primo{customer.code}@example.com")
    _saves_and_loses_the_answer(visitor)
    visitor.chooses(f"secondo{customer.code}@example.com")
    visitor.saves()
    visitor.is_told("Se si è appena registrato")
