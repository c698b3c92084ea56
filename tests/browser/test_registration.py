"""What happens to people on the way: they go back, reload, wait too long, lose the connection, press twice."""

import contextlib
import json
import time
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.customers import SUPPLIER
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack
from utenza.aws import AwsJson
from utenza.keys import StepKeys
from utenza.tokens import StepTokens

pytestmark = pytest.mark.stack

_KEPT = f"utenza:{SUPPLIER}:utenza-registration"


def _loses_the_answer(visitor: Visitor, path: str) -> None:
    """Have the next call of `path` do its work and its answer get lost, as at the end of a tunnel."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.page.route(f"**{path}", lose, times=1)


def _replace_step_token(visitor: Visitor, step_token: str) -> None:
    kept = json.loads(visitor.kept()[_KEPT]) | {"step_token": step_token}
    visitor.page.evaluate("([key, value]) => sessionStorage.setItem(key, value)", [_KEPT, json.dumps(kept)])


def _expired_token(stack: LocalStack, customer_code: str) -> str:
    environ = {
        "AWS_ENDPOINT_URL": stack.endpoint,
        "AWS_REGION": "eu-south-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    with contextlib.closing(AwsJson("secretsmanager", "secretsmanager", environ=environ)) as secrets:
        keys = StepKeys(stack.outputs["StepSecretName"], secrets)
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
    _loses_the_answer(visitor, "/credentials")
    visitor.saves()
    visitor.is_told(visitor.texts["problems"]["connection"]["title"])
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
    _loses_the_answer(visitor, "/credentials")
    visitor.saves()
    visitor.is_told(visitor.texts["problems"]["connection"]["title"])
    assert postman.code(user_id)  # the first registration waits: the second takes its place
    visitor.saves()
    visitor.sees(visitor.texts["code"]["title"])
    visitor.types_code(postman.code(user_id, count=2))
    _loses_the_answer(visitor, "/credentials/confirm")
    visitor.press(visitor.texts["code"]["submit"])
    visitor.is_told(visitor.texts["problems"]["connection"]["title"])
    visitor.press(visitor.texts["code"]["submit"])
    visitor.is_told("Provi ad accedere")
    visitor.follow(visitor.texts["help"]["to_login"])
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
    held: list[Route] = []
    visitor.page.route("**/verify", lambda route: held.append(route))  # noqa: PLW0108 - it marks what it is given
    visitor.goes_on()
    expect(visitor.page.get_by_role("button", name=visitor.texts["form"]["wait"])).to_be_visible()
    visitor.reads(visitor.texts["form"]["slow"])
    held[0].continue_()
    visitor.sees(visitor.texts["credentials"]["title"])


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
