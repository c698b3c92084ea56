"""Properties of every page: security policy, size, stored data, use by keyboard, languages."""

import gzip
import re
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import ANSWER, QUESTION, Visitor
from tests.integration.customers import PASSWORD
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack
from utenza.http.messages import messages_in

pytestmark = pytest.mark.stack

_MAX_BYTES = 60_000  # of the site's own HTML, CSS, JavaScript and JSON, compressed, for one journey
_PAGES = ("index.html", "accesso.html", "registrazione.html", "obiezione.html", "ripristino.html")


def _complete_journey(visitor: Visitor, postman: Postman) -> None:
    """Register, log in, open the reserved area, log out, and start the recovery of the password."""
    customer = postman.new_customer()
    user_id = f"tutto{customer.code}@example.com"
    texts = visitor.texts
    visitor.page.goto(f"{visitor.site}/index.html")
    visitor.click_link("UNOGAS Energia")
    visitor.click_link(texts["login"]["register"])
    visitor.pass_step_one(customer)
    visitor.fill_credentials(user_id)
    visitor.submit_credentials()
    visitor.expect_screen(texts["code"]["title"])
    visitor.fill_code(postman.code(user_id))
    visitor.click_button(texts["code"]["submit"])
    visitor.expect_screen(texts["notice"]["title"])
    visitor.click_button(texts["notice"]["close"])
    visitor.log_in(user_id)
    visitor.expect_reserved_area()
    visitor.click_button(texts["account"]["log_out"])
    visitor.click_button(texts["login"]["forgotten"])
    visitor.field(texts["fields"]["user_id"]).fill(user_id)
    visitor.click_button(texts["forgotten"]["submit"])
    visitor.expect_screen(texts["recovery_code"]["title"])


def test_a_journey_follows_the_policy_calls_only_the_api_and_leaves_no_data_in_urls(
    visit: Open, postman: Postman, mail_site: LocalStack
) -> None:
    visitor = visit()
    visitor.open("index.html")
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    _complete_journey(visitor, postman)
    assert visitor.console_messages == []
    assert {url.split("/")[2] for url in asked} == {
        mail_site.origin.removeprefix("http://"),
        mail_site.api.removeprefix("http://"),
    }
    assert all(not re.search(r"token|eyJ|example\.com|trote|@", url) for url in asked)
    assert not {url for url in asked if "?" in url and "?supplier=unogas-energia" not in url}


def test_a_journey_loads_at_most_60_kilobytes(visit: Open, postman: Postman, mail_site: LocalStack) -> None:
    visitor = visit()
    visitor.open("index.html")
    asked: set[str] = {f"{mail_site.origin}/index.html"}
    visitor.page.on("request", lambda request: asked.add(request.url.split("?")[0]))
    _complete_journey(visitor, postman)
    own = [url for url in asked if url.startswith(mail_site.origin) and url.endswith((".html", ".css", ".js", ".json"))]
    sizes = {url: _compressed(url) for url in own}
    assert len(sizes) > 15
    assert sum(sizes.values()) <= _MAX_BYTES, sizes


def _compressed(url: str) -> int:
    """Return the size as sent; files that the server does not compress count as compressed."""
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        content = answer.read()
        return len(content) if answer.headers["Content-Encoding"] == "gzip" else len(gzip.compress(content))


@pytest.mark.parametrize("page", _PAGES)
def test_without_javascript_a_page_asks_for_it(visit: Open, page: str) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.open(page)
    for words in ("serve JavaScript", "needs JavaScript", "braucht JavaScript"):
        expect(visitor.page.get_by_text(words)).to_be_visible()


def test_registration_and_login_work_by_keyboard(visit_plain: Open, plain_postman: Postman) -> None:
    visitor = visit_plain()
    customer = plain_postman.new_customer()
    user_id = f"tastiera{customer.code}@example.com"
    visitor.open("accesso.html")
    texts = visitor.texts
    visitor.expect_screen(texts["login"]["title"])
    keyboard = visitor.page.keyboard
    visitor.tab_to(texts["login"]["register"])
    keyboard.press("Enter")
    visitor.expect_screen(texts["kind"]["title"])
    visitor.tab_to(texts["kind"]["person"])
    keyboard.press("Enter")
    visitor.expect_screen(texts["bill"]["title"])
    bill = texts["bill"]
    visitor.type_by_keyboard(("NIC/CE/COD.CLIENTE", customer.code), (bill["first_name"], customer.first_name))
    visitor.type_by_keyboard((bill["last_name"], customer.last_name), (bill["tax_code"], customer.codice_fiscale))
    keyboard.press("Enter")
    visitor.expect_screen(texts["credentials"]["title"])
    fields, chosen = texts["fields"], texts["credentials"]
    visitor.type_by_keyboard(
        (fields["user_id"], user_id), (fields["password"], PASSWORD), (fields["password_repeat"], PASSWORD)
    )
    visitor.type_by_keyboard(
        (chosen["question"], QUESTION), (chosen["answer"], ANSWER), (chosen["answer_repeat"], ANSWER)
    )
    keyboard.press("Enter")
    visitor.expect_screen(texts["notice"]["title"])
    visitor.tab_to(texts["notice"]["close"])
    keyboard.press("Enter")
    visitor.expect_screen(texts["login"]["title"])
    visitor.type_by_keyboard((texts["login"]["password"], PASSWORD))
    keyboard.press("Enter")
    visitor.expect_reserved_area()


def test_the_error_summary_links_to_the_fields(visit: Open) -> None:
    visitor = visit()
    visitor.start_registration()
    visitor.submit_bill()
    texts = visitor.texts
    visitor.expect_problem(texts["form"]["required"])
    visitor.summary.get_by_role("link").filter(has_text=texts["bill"]["tax_code"]).click()
    field = visitor.field(texts["bill"]["tax_code"])
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(f"{texts['form']['error']} {texts['form']['required']}"))


def test_a_new_screen_focuses_its_heading_and_sets_the_page_title(visit: Open) -> None:
    visitor = visit()
    visitor.start_registration()
    title = visitor.texts["bill"]["title"]
    expect(visitor.page.locator("[data-heading]")).to_be_focused()
    assert visitor.page.title() == f"{title} \u2013 UNOGAS Energia"


def test_a_revealed_password_is_concealed_when_the_form_is_sent(visit: Open) -> None:
    visitor = visit()
    visitor.open("accesso.html")
    texts = visitor.texts
    field = visitor.field(texts["login"]["password"])
    field.fill("quattro trote blu")
    visitor.click_button("Mostra: Password")
    expect(field).to_have_attribute("type", "text")
    visitor.field(texts["fields"]["user_id"]).fill("nessuno@example.com")
    visitor.click_button(texts["login"]["submit"])
    expect(field).to_have_attribute("type", "password")
    visitor.expect_problem("Accesso non riuscito")


def test_fields_are_marked_for_password_managers(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.pass_step_one(postman.new_customer())
    known: Any = visitor.page.locator("input").evaluate_all(
        "(inputs) => inputs.map((input) => [input.name, input.type, input.autocomplete])"
    )
    assert ["user_id", "email", "username"] in known
    assert ["password", "password", "new-password"] in known
    assert ["password_repeat", "password", "new-password"] in known


def test_changing_the_language_keeps_the_typed_values(visit: Open) -> None:
    visitor = visit()
    visitor.start_registration()
    visitor.field(visitor.texts["bill"]["last_name"]).fill("Rossi")
    visitor.click_button("Deutsch")
    expect(visitor.page.get_by_label("Nachname (Cognome)")).to_have_value("Rossi")
    assert visitor.page.evaluate("document.documentElement.lang") == "de"
    visitor.open("accesso.html")
    expect(visitor.page.get_by_role("heading", name="Anmeldung zum Kundenbereich")).to_be_visible()


def test_a_supplier_that_offers_only_italian_is_shown_in_italian(visit: Open, mail_site: LocalStack) -> None:
    visitor = visit("de")
    headers = {"Access-Control-Allow-Origin": mail_site.origin}

    def serve(route: Route) -> None:
        listed = route.fetch().json()["suppliers"]
        route.fulfill(json={"suppliers": [listed[0] | {"languages": ["it"]}, *listed[1:]]}, headers=headers)

    visitor.page.route("**/suppliers", serve)
    visitor.open("accesso.html")
    expect(visitor.page.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Sito del fornitore")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Deutsch")).to_have_count(0)
    assert visitor.page.evaluate("document.documentElement.lang") == "it"


@pytest.mark.parametrize("locale", ["fr-FR", "de-AT"])
def test_the_language_is_the_browsers_or_italian(visit: Open, locale: str) -> None:
    visitor = visit(locale)
    visitor.open("accesso.html")
    expected = {"fr-FR": "Accesso all'area riservata", "de-AT": "Anmeldung zum Kundenbereich"}[locale]
    expect(visitor.page.get_by_role("heading", name=expected)).to_be_visible()


def test_every_language_has_every_text_and_the_apis_wording(visit: Open) -> None:
    visitor = visit()
    visitor.open("index.html")
    texts = {
        language: visitor.page.evaluate("async (m) => (await import(m)).default", f"/utenza/texts/{language}.js")
        for language in ("it", "en", "de")
    }
    shapes = {language: sorted(_paths(found)) for language, found in texts.items()}
    assert shapes["it"] == shapes["en"] == shapes["de"]
    for language, found in texts.items():
        fields = messages_in(language).fields
        for name in ("required", "repeat_differs"):
            assert found["form"][name] == fields[name]


def _paths(value: Any, place: str = "") -> list[str]:
    """Return the path of every text, with the placeholders that it contains."""
    if isinstance(value, str):
        return [place + "".join(sorted(re.findall(r"\{\w+\}", value)))]
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    return [text for name, entry in entries for text in _paths(entry, f"{place}.{name}")]
