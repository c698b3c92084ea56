"""Slow, broken and lost connections: no typed value is lost, and nothing is done twice."""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.postman import Postman

pytestmark = pytest.mark.stack


def _submit_and_lose_the_response(visitor: Visitor) -> None:
    _lose_the_response(visitor, "/credentials")
    visitor.submit_credentials()
    visitor.expect_problem(visitor.texts["problems"]["connection"]["title"])


def _lose_the_response(visitor: Visitor, path: str) -> None:
    """Let the next request of `path` reach the API, and drop the response."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.page.route(f"**{path}", lose, times=1)


def test_offline_the_form_keeps_its_values_and_can_be_sent_again(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.start_registration()
    visitor.fill_bill(customer)
    visitor.page.context.set_offline(True)
    visitor.submit_bill()
    visitor.expect_problem(visitor.texts["problems"]["connection"]["title"])
    assert visitor.field(visitor.texts["bill"]["last_name"]).input_value() == customer.last_name
    visitor.page.context.set_offline(False)
    visitor.submit_bill()
    visitor.expect_screen(visitor.texts["credentials"]["title"])


def test_a_page_that_cannot_reach_the_api_offers_a_retry(visit: Open) -> None:
    visitor = visit()
    visitor.page.route("**/suppliers", lambda route: route.abort())
    visitor.open("registrazione.html")
    visitor.expect_screen(visitor.texts["problems"]["connection"]["title"])
    visitor.page.unroute("**/suppliers")
    visitor.click_button(visitor.texts["form"]["again"])
    visitor.expect_screen(visitor.texts["kind"]["title"])


def test_a_page_whose_own_files_fail_to_load_offers_a_reload(visit: Open) -> None:
    visitor = visit()
    visitor.page.route("**/config.json", lambda route: route.abort())
    visitor.open("registrazione.html")
    visitor.expect_text("La pagina non si è caricata.")
    visitor.page.unroute("**/config.json")
    visitor.click_button("Riprova / Try again / Erneut versuchen")
    visitor.expect_screen(visitor.texts["kind"]["title"])


def test_a_registration_whose_response_is_lost_is_not_repeated(visit_plain: Open, plain_postman: Postman) -> None:
    visitor = visit_plain()
    customer = plain_postman.new_customer()
    user_id = f"galleria{customer.code}@example.com"
    visitor.pass_step_one(customer)
    visitor.fill_credentials(user_id)
    _submit_and_lose_the_response(visitor)
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["notice"]["title"])
    visitor.click_button(visitor.texts["notice"]["close"])
    visitor.expect_screen(visitor.texts["login"]["title"])
    visitor.log_in(user_id)
    visitor.expect_reserved_area()


def test_with_mail_a_registration_completes_after_two_lost_responses(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    user_id = f"tunnel{customer.code}@example.com"
    visitor.pass_step_one(customer)
    visitor.fill_credentials(user_id)
    _submit_and_lose_the_response(visitor)
    code = postman.code(user_id)  # the first registration is pending: the same call again is answered as it was
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["code"]["title"])
    visitor.fill_code(code)
    _lose_the_response(visitor, "/credentials/confirm")
    visitor.click_button(visitor.texts["code"]["submit"])
    visitor.expect_problem(visitor.texts["problems"]["connection"]["title"])
    visitor.click_button(visitor.texts["code"]["submit"])
    visitor.expect_screen(visitor.texts["notice"]["title"])
    visitor.click_button(visitor.texts["notice"]["close"])
    visitor.expect_screen(visitor.texts["login"]["title"])
    visitor.log_in(user_id)
    visitor.expect_reserved_area()


def test_a_password_change_whose_response_is_lost_counts_as_done(visit_plain: Open, plain_postman: Postman) -> None:
    customer = plain_postman.new_customer()
    user_id = f"perso{customer.code}@example.com"
    assert plain_postman.choose(customer, user_id).json["status"] == "active"
    visitor = visit_plain()
    visitor.open("accesso.html")
    texts = visitor.texts
    visitor.click_button(texts["login"]["forgotten"])
    visitor.field(texts["fields"]["user_id"]).fill(user_id)
    visitor.click_button(texts["forgotten"]["submit"])
    visitor.expect_screen(texts["new_password"]["title"])
    visitor.fill(
        {"Come si chiamava il mio primo gatto?": "briciola", texts["new_password"]["password"]: "sei trote blu"}
    )
    visitor.fill({texts["fields"]["password_repeat"]: "sei trote blu"})
    _lose_the_response(visitor, "/recovery/password")
    visitor.click_button(texts["new_password"]["submit"])
    visitor.expect_problem(texts["problems"]["connection"]["title"])
    visitor.click_button(texts["new_password"]["submit"])
    visitor.expect_screen(texts["login"]["title"])
    visitor.expect_text(texts["new_password"]["done"])
    visitor.log_in(user_id, "sei trote blu")
    visitor.expect_reserved_area()


def test_a_double_click_sends_one_request(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    visitor.pass_step_one(customer)
    visitor.fill_credentials(f"doppio{customer.code}@example.com")
    sent: list[Any] = []
    visitor.page.on("request", lambda request: sent.append(request) if request.url.endswith("/credentials") else None)
    visitor.page.get_by_role("button", name=visitor.texts["credentials"]["submit"]).dblclick()
    visitor.expect_screen(visitor.texts["code"]["title"])
    assert [request.method for request in sent] == ["POST"]


def test_a_slow_response_is_explained(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.start_registration()
    visitor.fill_bill(postman.new_customer())
    held = visitor.hold("/verify")
    visitor.submit_bill()
    expect(visitor.page.get_by_role("button", name=visitor.texts["form"]["wait"])).to_be_visible()
    visitor.expect_text(visitor.texts["form"]["slow"])
    held[0].continue_()
    visitor.expect_screen(visitor.texts["credentials"]["title"])


def test_a_response_is_ignored_after_the_customer_has_left_the_screen(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.start_registration()
    visitor.fill_bill(postman.new_customer())
    held = visitor.hold("/verify")
    visitor.submit_bill()
    expect(visitor.page.get_by_role("button", name=visitor.texts["form"]["wait"])).to_be_visible()
    visitor.page.go_back()
    visitor.expect_screen(visitor.texts["kind"]["title"])
    with visitor.page.expect_response("**/verify"):
        held[0].continue_()
    visitor.page.wait_for_timeout(300)
    visitor.expect_screen(visitor.texts["kind"]["title"])


def test_after_a_lost_response_other_values_do_not_count_as_done(visit_plain: Open, plain_postman: Postman) -> None:
    visitor = visit_plain()
    customer = plain_postman.new_customer()
    visitor.pass_step_one(customer)
    visitor.fill_credentials(f"primo{customer.code}@example.com")
    _submit_and_lose_the_response(visitor)
    visitor.fill_credentials(f"secondo{customer.code}@example.com")
    visitor.submit_credentials()
    visitor.expect_problem("Se si è appena registrato")
