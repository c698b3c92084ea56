"""What holds for every page: its policy, its weight, where it keeps things, how it is used without a mouse."""

import gzip
import json
import re
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import ANSWER, QUESTION, Visitor
from tests.integration.customers import PASSWORD
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack

pytestmark = pytest.mark.stack

_HEAVIEST = 40_000  # bytes of own HTML, CSS and JavaScript, compressed, for the whole journey
_PAGES = ("index.html", "accesso.html", "registrazione.html")
_FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const label = element.labels?.[0]?.textContent ?? "";
  return element.getAttribute("aria-label") ?? (label || element.textContent);
}"""


def _walk_through(visitor: Visitor, postman: Postman) -> None:
    """Register, log in, look at the reserved area, recover the password."""
    customer = postman.new_customer()
    user_id = f"tutto{customer.code}@example.com"
    texts = visitor.texts
    visitor.page.goto(f"{visitor.site}/index.html")
    visitor.follow("UNOGAS Energia")
    visitor.follow(texts["mask"]["register"])
    visitor.reaches_step_two(customer)
    visitor.chooses(user_id)
    visitor.saves()
    visitor.sees(texts["code"]["title"])
    visitor.types_code(postman.code(user_id))
    visitor.press(texts["code"]["submit"])
    visitor.sees(texts["notice"]["title"])
    visitor.press(texts["notice"]["close"])
    visitor.logs_in(user_id)
    visitor.is_logged_in()
    visitor.press(texts["account"]["leave"])
    visitor.press(texts["mask"]["forgotten"])
    visitor.field(texts["fields"]["user_id"]).fill(user_id)
    visitor.press(texts["forgotten"]["submit"])
    visitor.sees(texts["recovery_code"]["title"])


def test_the_whole_journey_keeps_to_the_policy_asks_nobody_else_and_puts_nothing_into_addresses(
    visit: Open, postman: Postman, mail_site: LocalStack
) -> None:
    visitor = visit()
    visitor.opens("index.html")
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    _walk_through(visitor, postman)
    assert visitor.complaints == []
    assert {url.split("/")[2] for url in asked} == {
        mail_site.origin.removeprefix("http://"),
        mail_site.api.removeprefix("http://"),
    }
    assert all(not re.search(r"token|eyJ|example\.com|trote|@", url) for url in asked)
    assert not {url for url in asked if "?" in url and "?supplier=unogas-energia" not in url}


def test_the_whole_journey_is_light(visit: Open, postman: Postman, mail_site: LocalStack) -> None:
    visitor = visit()
    visitor.opens("index.html")
    asked: set[str] = {f"{mail_site.origin}/index.html"}
    visitor.page.on("request", lambda request: asked.add(request.url.split("?")[0]))
    _walk_through(visitor, postman)
    own = [url for url in asked if url.startswith(mail_site.origin) and url.endswith((".html", ".css", ".js", ".json"))]
    weights = {url: _compressed(url) for url in own}
    assert len(weights) > 15
    assert sum(weights.values()) <= _HEAVIEST, weights


def _compressed(url: str) -> int:
    """Return what goes over the line: the server's own gzip, never less than what it would be."""
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as answer:
        content = answer.read()
        return len(content) if answer.headers["Content-Encoding"] == "gzip" else len(gzip.compress(content))


@pytest.mark.parametrize("page", _PAGES)
def test_without_javascript_a_page_says_that_it_is_needed(visit: Open, page: str) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.opens(page)
    for words in ("serve JavaScript", "needs JavaScript", "braucht JavaScript"):
        expect(visitor.page.get_by_text(words)).to_be_visible()


def _tab_to(visitor: Visitor, name: str) -> None:
    seen = []
    for _ in range(25):
        visitor.page.keyboard.press("Tab")
        seen.append(visitor.page.evaluate(_FOCUSED).strip())
        if seen[-1].startswith(name):
            return
    raise AssertionError(f"{name!r} is not reached by keyboard, only {seen}")


def _type(visitor: Visitor, *entries: tuple[str, str]) -> None:
    for label, text in entries:
        _tab_to(visitor, label)
        visitor.page.keyboard.type(text)


def test_a_registration_and_a_login_need_no_mouse(visit_plain: Open, clerk: Postman) -> None:
    visitor = visit_plain()
    customer = clerk.new_customer()
    user_id = f"tastiera{customer.code}@example.com"
    visitor.opens("accesso.html")
    texts = visitor.texts
    visitor.sees(texts["mask"]["title"])
    keyboard = visitor.page.keyboard
    _tab_to(visitor, texts["mask"]["register"])
    keyboard.press("Enter")
    visitor.sees(texts["kind"]["title"])
    _tab_to(visitor, texts["kind"]["person"])
    keyboard.press("Enter")
    visitor.sees(texts["bill"]["title"])
    bill = texts["bill"]
    _type(visitor, ("NIC/CE/Cod. cliente", customer.code), (bill["first_name"], customer.first_name))
    _type(visitor, (bill["last_name"], customer.last_name), (bill["tax_code"], customer.codice_fiscale))
    keyboard.press("Enter")
    visitor.sees(texts["credentials"]["title"])
    fields, chosen = texts["fields"], texts["credentials"]
    _type(visitor, (fields["user_id"], user_id), (fields["password"], PASSWORD), (fields["password_repeat"], PASSWORD))
    _type(visitor, (chosen["question"], QUESTION), (chosen["answer"], ANSWER), (chosen["answer_repeat"], ANSWER))
    keyboard.press("Enter")
    visitor.sees(texts["notice"]["title"])
    _tab_to(visitor, texts["notice"]["close"])
    keyboard.press("Enter")
    visitor.sees(texts["mask"]["title"])
    _type(visitor, (texts["mask"]["password"], PASSWORD))
    keyboard.press("Enter")
    visitor.is_logged_in()


def test_the_summary_of_faults_leads_to_their_fields(visit: Open) -> None:
    visitor = visit()
    visitor.begins()
    visitor.goes_on()
    texts = visitor.texts
    visitor.is_told(texts["form"]["required"])
    visitor.summary.get_by_role("link").filter(has_text=texts["bill"]["tax_code"]).click()
    field = visitor.field(texts["bill"]["tax_code"])
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(f"{texts['form']['error']} {texts['form']['required']}"))


def test_a_new_screen_is_announced_by_its_heading_and_names_the_page(visit: Open) -> None:
    visitor = visit()
    visitor.begins()
    title = visitor.texts["bill"]["title"]
    expect(visitor.page.locator("[data-heading]")).to_be_focused()
    assert visitor.page.title() == f"{title} \u2013 UNOGAS Energia"


def test_a_password_can_be_shown_and_is_hidden_again_when_it_is_sent(visit: Open) -> None:
    visitor = visit()
    visitor.opens("accesso.html")
    texts = visitor.texts
    field = visitor.field(texts["mask"]["password"])
    field.fill("quattro trote blu")
    visitor.press("Mostra: Password")
    expect(field).to_have_attribute("type", "text")
    visitor.field(texts["fields"]["user_id"]).fill("nessuno@example.com")
    visitor.press(texts["mask"]["submit"])
    expect(field).to_have_attribute("type", "password")
    visitor.is_told("Accesso non riuscito")


def test_browsers_and_password_managers_know_the_fields(visit: Open, postman: Postman) -> None:
    visitor = visit()
    visitor.reaches_step_two(postman.new_customer())
    known: Any = visitor.page.locator("input").evaluate_all(
        "(inputs) => inputs.map((input) => [input.name, input.type, input.autocomplete])"
    )
    assert ["user_id", "email", "username"] in known
    assert ["password", "password", "new-password"] in known
    assert ["password_repeat", "password", "new-password"] in known


def test_the_language_is_changed_without_losing_what_was_typed(visit: Open) -> None:
    visitor = visit()
    visitor.begins()
    visitor.field(visitor.texts["bill"]["last_name"]).fill("Rossi")
    visitor.press("Deutsch")
    expect(visitor.page.get_by_label("Nachname (Cognome)")).to_have_value("Rossi")
    assert visitor.page.evaluate("document.documentElement.lang") == "de"
    visitor.opens("accesso.html")
    expect(visitor.page.get_by_role("heading", name="Anmeldung zum reservierten Bereich")).to_be_visible()


def test_a_supplier_that_speaks_italian_alone_is_shown_in_italian(visit: Open, mail_site: LocalStack) -> None:
    visitor = visit("de")
    headers = {"Access-Control-Allow-Origin": mail_site.origin}

    def serve(route: Route) -> None:
        listed = route.fetch().json()["suppliers"]
        route.fulfill(json={"suppliers": [listed[0] | {"languages": ["it"]}, *listed[1:]]}, headers=headers)

    visitor.page.route("**/suppliers", serve)
    visitor.opens("accesso.html")
    expect(visitor.page.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="Sito del fornitore")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Deutsch")).to_have_count(0)
    assert visitor.page.evaluate("document.documentElement.lang") == "it"


@pytest.mark.parametrize("locale", ["fr-FR", "de-AT"])
def test_a_browser_is_answered_in_its_language_or_in_italian(visit: Open, locale: str) -> None:
    visitor = visit(locale)
    visitor.opens("accesso.html")
    expected = {"fr-FR": "Accesso all'area riservata", "de-AT": "Anmeldung zum reservierten Bereich"}[locale]
    expect(visitor.page.get_by_role("heading", name=expected)).to_be_visible()


def test_every_language_has_every_text_and_the_apis_own_words(visit: Open) -> None:
    visitor = visit()
    visitor.opens("index.html")
    texts = {
        language: visitor.page.evaluate("async (m) => (import(m)).default", f"/utenza/texts/{language}.js")
        for language in ("it", "en", "de")
    }
    shapes = {language: sorted(_places(found)) for language, found in texts.items()}
    assert shapes["it"] == shapes["en"] == shapes["de"]
    for language, found in texts.items():
        messages = Path(f"layers/common/utenza/messages/{language}.py").read_text(encoding="utf-8")
        for name in ("required", "repeat_differs"):
            assert f'"{name}": {json.dumps(found["form"][name], ensure_ascii=False)}' in messages


def _places(value: Any, place: str = "") -> list[str]:
    """Return the place of every text, with the names in braces that it has."""
    if isinstance(value, str):
        return [place + "".join(sorted(re.findall(r"\{\w+\}", value)))]
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    return [text for name, entry in entries for text in _places(entry, f"{place}.{name}")]
