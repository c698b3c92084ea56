"""What the pages do for customers who mistype, are not found, or hear the page instead of seeing it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.customers import PASSWORD, company, person
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack

pytestmark = pytest.mark.stack


def _requests(visitor: Visitor) -> list[str]:
    sent: list[str] = []
    visitor.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    return sent


@pytest.mark.parametrize("kind", ["person", "company"])
def test_who_is_not_found_is_told_what_to_check(visit: Open, kind: str) -> None:
    visitor = visit()
    visitor.start_registration(kind)
    visitor.fill_bill((person if kind == "person" else company)(code="98765432"))
    visitor.submit_bill()
    visitor.expect_problem("Cliente non trovato")
    help_texts = visitor.texts["bill"]["not_found"]
    for name in ("look_alikes", "zeros", kind):
        expect(visitor.summary).to_contain_text(help_texts[name])
    expect(visitor.summary.get_by_role("link", name=help_texts["contact"])).to_be_visible()
    looks = visitor.summary.locator(".help a, .help .link").evaluate_all(
        "(links) => links.map((one) => [getComputedStyle(one).color, getComputedStyle(one).fontWeight].join())"
    )
    assert len(looks) > 1
    assert len({*looks}) == 1
    visitor.summary.get_by_role("button", name=visitor.texts["bill"][f"not_{kind}"]).click()
    visitor.expect_screen(visitor.texts["kind"]["title"])


def test_a_user_id_without_a_domain_is_no_wrong_password(visit: Open) -> None:
    visitor = visit()
    visitor.open("accesso.html")
    sent = _requests(visitor)
    for typed in ("mario", "mario@", "mario@libero", "mario@example.i"):
        visitor.log_in(typed, "quattro trote blu")
        visitor.expect_problem(visitor.texts["form"]["no_email"])
    assert not [each for each in sent if each.startswith("POST")]
    visitor.field(visitor.texts["fields"]["user_id"]).fill("mario@example.com")
    expect(visitor.page.locator(".field.invalid")).to_have_count(0)  # a corrected field loses its error


def test_errors_are_listed_in_the_order_of_the_fields(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.pass_step_one(postman.new_customer())
    visitor.fill_credentials("mario@example.com", "corta")
    visitor.page.locator("input[name=question]").fill("?" * 300)
    visitor.submit_credentials()
    expect(visitor.summary).to_be_focused()
    listed = visitor.summary.get_by_role("link").all_inner_texts()
    texts = visitor.texts
    labels = [texts["fields"]["password"], texts["credentials"]["question"]]
    assert [line.split(":")[0] for line in listed] == labels


def test_a_mistyped_domain_is_asked_about(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.pass_step_one(postman.new_customer())
    field = visitor.field(visitor.texts["fields"]["user_id"])
    for typed, meant in (
        ("m@gmial.con", "m@gmail.com"),
        ("m@libero.ti", "m@libero.it"),
        ("m@gmail.it", "m@gmail.com"),
        ("m@hotmial.it", "m@hotmail.it"),
    ):
        field.fill(typed)
        field.blur()
        visitor.expect_text(visitor.texts["fields"]["did_you_mean"].replace("{address}", meant))
    visitor.click_button(visitor.texts["fields"]["use_it"])
    expect(field).to_have_value("m@hotmail.it")
    for right in ("m@gmail.com", "m@ditta-rossi.it", "m@gmx.net", "m@yahoo.fr", "m@tin.it", "m@hotmail.ch"):
        field.fill(right)
        field.blur()
        expect(visitor.page.get_by_role("button", name=visitor.texts["fields"]["use_it"])).to_have_count(0)


def test_a_wrong_address_is_corrected_alone(visit: Open, postman: Postman) -> None:
    visitor = visit()
    customer = postman.new_customer()
    right = f"giusto{customer.code}@example.com"
    visitor.pass_step_one(customer)
    visitor.fill_credentials(f"sbagliato{customer.code}@example.com")
    expect(visitor.page.locator(".echo")).to_have_text(f"sbagliato{customer.code}@example.com")
    visitor.submit_credentials()
    visitor.expect_screen(visitor.texts["code"]["title"])
    expect(visitor.page.locator(".echo")).to_have_text(f"sbagliato{customer.code}@example.com")
    visitor.click_button(visitor.texts["code"]["wrong_address"])
    visitor.expect_screen(visitor.texts["address"]["title"])
    visitor.field(visitor.texts["fields"]["user_id"]).fill(right)
    visitor.click_button(visitor.texts["address"]["submit"])
    visitor.expect_screen(visitor.texts["code"]["title"])
    visitor.fill_code("12 34")
    sent = _requests(visitor)
    visitor.click_button(visitor.texts["code"]["submit"])
    visitor.expect_problem(visitor.texts["form"]["few_digits"])
    assert not sent  # no try is spent
    visitor.fill_code(postman.code(right))
    visitor.click_button(visitor.texts["code"]["submit"])
    visitor.expect_screen(visitor.texts["notice"]["title"])
    assert PASSWORD not in str(visitor.stored())
    with visitor.page.expect_download() as downloading:
        visitor.click_link(visitor.texts["notice"]["download"])
    notice = Path(downloading.value.path()).read_text(encoding="utf-8-sig")
    assert right in notice
    assert PASSWORD not in notice
    assert visitor.console_messages == []


def test_what_succeeded_and_the_step_are_said_with_the_heading(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.pass_step_one(postman.new_customer())
    expect(visitor.page.locator("[data-heading]")).to_have_accessible_description("Passo 2 di 3")
    visitor.open("accesso.html")
    visitor.click_button(visitor.texts["login"]["reminder"])
    visitor.page.locator("input[name=customer_code]").fill("98765432")
    visitor.page.locator("input[name=tax_code]").fill("RSSMRA85T10H501O")
    visitor.click_button(visitor.texts["reminder"]["submit"])
    visitor.expect_screen(visitor.texts["login"]["title"])
    heading = visitor.page.locator("[data-heading]")
    expect(heading).to_be_focused()
    expect(heading).to_have_accessible_description(visitor.texts["reminder"]["sent"])


def test_landmarks_and_buttons_have_plain_names(visit: Open) -> None:
    visitor = visit()
    visitor.start_registration()
    expect(visitor.page.get_by_role("navigation", name="Lingua", exact=True)).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Avanti", exact=True)).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Avanti", exact=True)).to_contain_text(">>")
    expect(visitor.page.get_by_text("Passo 1 di 3")).to_have_count(1)  # and not on the screen before


@pytest.mark.parametrize("width", [320, 360])
def test_the_languages_stand_above_the_heading_on_a_phone(visit: Open, width: int) -> None:
    visitor = visit()
    visitor.page.set_viewport_size({"width": width, "height": 740})
    visitor.start_registration()
    left = "(one) => one.getBoundingClientRect().left + parseFloat(getComputedStyle(one).paddingLeft)"
    language = visitor.page.locator("header li:first-child button").evaluate(left)
    assert language == pytest.approx(visitor.page.locator("[data-heading]").evaluate(left), abs=2)


def test_phones_do_not_correct_what_is_printed_or_secret(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.pass_step_one(postman.new_customer())
    visitor.expect_screen(visitor.texts["credentials"]["title"])
    _expect_verbatim(visitor, "user_id", "password", "password_repeat", "answer", "answer_repeat")
    visitor.page.go_back()
    visitor.expect_screen(visitor.texts["bill"]["title"])
    _expect_verbatim(visitor, "customer_code", "first_name", "last_name", "tax_code")


def _expect_verbatim(visitor: Visitor, *names: str) -> None:
    for name in names:
        field = visitor.page.locator(f"input[name={name}]")
        for attribute, value in (("autocorrect", "off"), ("spellcheck", "false"), ("autocapitalize", "none")):
            expect(field).to_have_attribute(attribute, value)


def test_a_heading_can_be_read_before_the_scripts_arrive(visit: Open) -> None:
    visitor = visit()
    visitor.page.route(re.compile(r"\.js$"), lambda _: None)  # none ever arrives
    visitor.page.goto(f"{visitor.site}/registrazione.html", wait_until="commit")
    expect(visitor.page.get_by_role("heading", name="Registrazione")).to_be_visible()


_SLOW = {"offline": False, "latency": 600, "downloadThroughput": 30_000, "uploadThroughput": 30_000}  # ms, bytes/s


@pytest.mark.parametrize(
    "page", ["index.html", "registrazione.html", "accesso.html", "obiezione.html", "ripristino.html"]
)
def test_on_a_slow_line_there_is_something_to_read_after_a_second_and_a_half(visit: Open, page: str) -> None:
    assert min(_first_text(visit(), page) for _ in range(3)) < 1500


def _first_text(visitor: Visitor, page: str) -> float:
    """Return the milliseconds until the heading of a page is painted on a slow line."""
    line = visitor.page.context.new_cdp_session(visitor.page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", _SLOW)
    visitor.page.goto(f"{visitor.site}/{page}?supplier=unogas-energia", wait_until="commit")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    painted = "performance.getEntriesByName('first-contentful-paint')"
    while not visitor.page.evaluate(f"{painted}.length"):  # the page's policy forbids what waits in the page itself
        visitor.page.wait_for_timeout(50)
    return float(visitor.page.evaluate(f"{painted}[0].startTime"))


def test_a_page_of_an_origin_that_is_not_allowed_blames_nobodys_connection(visit: Open, mail_site: LocalStack) -> None:
    visitor = visit()
    page = f"""<!doctype html><html lang="it"><title>x</title>
      <script type="module" src="{mail_site.origin}/utenza/utenza.js"></script>
      <utenza-login api="{mail_site.api}" supplier="unogas-energia"></utenza-login>"""

    def serve(route: Route) -> None:
        route.fulfill(body=page, content_type="text/html; charset=utf-8")

    visitor.page.context.grant_permissions(["local-network-access"])
    visitor.page.route("http://localhost:9/**", serve)
    visitor.page.goto("http://localhost:9/clienti")
    expect(visitor.page.get_by_role("heading", name="Pagina non autorizzata")).to_be_visible()
    assert any("AllowedOrigins" in message and "http://localhost:9" in message for message in visitor.console_messages)


def test_the_button_area_login_leads_to_the_login(visit: Open) -> None:
    visitor = visit()
    visitor.page.goto(f"{visitor.site}/example/index.html")
    visitor.page.locator("utenza-area-button").get_by_role("link").first.click()
    visitor.expect_screen(visitor.texts["login"]["title"])


def test_a_language_that_cannot_be_loaded_is_offered_again_in_one_box_that_goes_away(visit: Open) -> None:
    visitor = visit()
    visitor.open("accesso.html")
    visitor.expect_screen(visitor.texts["login"]["title"])
    visitor.page.route("**/texts/de.js*", lambda route: route.abort())
    box = visitor.page.locator("header").get_by_role("alert")
    for _ in range(2):
        visitor.page.get_by_role("button", name="Deutsch").click()
        expect(box).to_have_count(1)
    expect(box).to_have_css("border-top-style", "solid")
    visitor.page.get_by_role("button", name="English").click()
    expect(box).to_have_count(0)


def test_a_name_is_shown_once_and_dates_are_british_in_english(visit: Open, postman: Postman) -> None:
    customer = postman.new_customer()
    user_id = f"nome{customer.code}@example.com"
    postman.register(customer, user_id)
    visitor = visit(language="en")
    visitor.open("accesso.html")
    visitor.log_in(user_id)
    visitor.expect_reserved_area()
    shown = visitor.page.locator("utenza-login .utenza").inner_text()
    assert shown.casefold().count(f"{customer.first_name} {customer.last_name}".casefold()) == 1
    assert re.search(r"\b[0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}\b", shown)  # 26 November 2026, not November 26, 2026


def test_an_address_that_cannot_be_changed_looks_so(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.open("accesso.html")
    changed = visitor.page.locator("input:not([readonly])").first
    fixed = changed.evaluate(
        "(input) => { const copy = input.cloneNode(); copy.readOnly = true; input.after(copy);"
        " return [input, copy].map((each) => getComputedStyle(each).borderTopStyle); }"
    )
    assert fixed == ["solid", "dashed"]
