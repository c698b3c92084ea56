"""The forms in a supplier's own page: neither changes the other's style, and the page receives the events."""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack

pytestmark = pytest.mark.stack

_OTHER = "http://localhost:8080"  # an origin that the API allows, and not the site's
_PAGE = """<!doctype html><html lang="it"><head><title>Luce del Borgo</title>
<style>
html {{ font-size: 62.5% }} * {{ letter-spacing: .4em; color: red }} input {{ border: 9px solid red; width: 3em }}
</style>
<script type="module" src="{site}/utenza/utenza.js"></script></head>
<body><h1>Luce del Borgo</h1><input id="own"><utenza-login api="{api}" supplier="unogas-energia"></utenza-login>
<utenza-registration api="{api}" supplier="unogas-energia"></utenza-registration></body></html>"""
# The policy that docs/embedding.md asks for; 'unsafe-inline' is for the page's own style.
_POLICY = (
    "default-src 'none'; script-src {site}; style-src {site} 'unsafe-inline'; img-src {site}; connect-src {api}; "
    "require-trusted-types-for 'script'"
)
_STYLE = """(element) => {
  const { color, letterSpacing, fontSize, borderTopWidth, width } = getComputedStyle(element);
  return { color, letterSpacing, fontSize, borderTopWidth, width };
}"""
_LISTEN = """() => {
  window.heard = [];
  for (const name of ["registered", "close", "login", "logout"])
    document.addEventListener(`utenza-${name}`, ({ type, detail }) => window.heard.push([type, detail]));
}"""

_TAKE_OVER = """() => document.addEventListener("utenza-login", (event) => {
  event.preventDefault();
  console.log("logged in");
})"""


@pytest.fixture
def visitor(visit_plain: Open, plain_site: LocalStack) -> Visitor:
    """Return a visitor of a page that has another origin and contains both forms."""
    visitor = visit_plain()
    addresses = {"site": plain_site.origin, "api": plain_site.api}
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _POLICY.format(**addresses)}

    def serve(route: Route) -> None:
        route.fulfill(body=_PAGE.format(**addresses), headers=headers)

    # Playwright serves the page without a network address, so Chromium asks before the page may call this machine.
    visitor.page.context.grant_permissions(["local-network-access"])
    visitor.page.route(f"{_OTHER}/**", serve)
    visitor.page.goto(f"{_OTHER}/clienti")
    expect(visitor.page.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()
    return visitor


def test_page_and_forms_do_not_change_each_others_style(visitor: Visitor) -> None:
    page = visitor.page
    form: Any = page.locator("utenza-login input#user_id").evaluate(_STYLE)
    assert form["letterSpacing"] == "normal"
    assert form["borderTopWidth"] == "2px"
    assert form["color"] == "rgb(29, 39, 51)"
    assert form["fontSize"] == "18px"  # the reader's text size, not the page's rem
    own: Any = page.locator("input#own").evaluate(_STYLE)
    assert (own["borderTopWidth"], own["color"]) == ("9px", "rgb(255, 0, 0)")
    assert page.title() == "Luce del Borgo"


def test_a_page_may_style_the_documented_parts_and_properties(visitor: Visitor) -> None:
    page = visitor.page
    page.add_style_tag(
        content="utenza-login::part(button) { letter-spacing: 7px; } utenza-login::part(input) { border-width: 5px; }"
        " utenza-login { --utenza-width: 300px; --utenza-padding: 20px; --utenza-radius: 1px; }"
    )
    login = page.locator("utenza-login")
    assert login.get_by_role("button", name="Accedi").evaluate(_STYLE)["letterSpacing"] == "7px"
    field: Any = login.locator("input#user_id").evaluate(_STYLE)
    assert (field["borderTopWidth"], field["width"]) == ("5px", "300px")
    assert login.locator("input#user_id").evaluate("(input) => getComputedStyle(input).borderRadius") == "1px"
    other: Any = page.locator("utenza-registration button").first.evaluate(_STYLE)
    assert other["letterSpacing"] == "normal"


def test_the_page_receives_the_events_of_registration_and_login(visitor: Visitor, plain_postman: Postman) -> None:
    customer = plain_postman.new_customer()
    user_id = f"ospite{customer.code}@example.com"
    page, texts = (
        visitor.page,
        visitor.page.evaluate("async (module) => (await import(module)).default", f"{visitor.site}/utenza/texts/it.js"),
    )
    visitor.texts = texts
    page.evaluate(_LISTEN)
    page.get_by_role("button", name=texts["kind"]["person"]).click()
    visitor.expect_screen(texts["bill"]["title"])
    visitor.fill_bill(customer)
    visitor.submit_bill()
    registration = page.locator("utenza-registration")
    fields = texts["fields"]
    registration.get_by_label(fields["user_id"], exact=True).fill(user_id)
    registration.get_by_label(fields["password"], exact=True).fill("quattro trote blu")
    registration.get_by_label(fields["password_repeat"], exact=True).fill("quattro trote blu")
    visitor.fill({texts["credentials"]["question"]: "Di che colore era la porta?"})
    visitor.fill({texts["credentials"]["answer"]: "verde oliva", texts["credentials"]["answer_repeat"]: "Verde Oliva"})
    visitor.submit_credentials()
    visitor.expect_screen(texts["notice"]["title"])
    visitor.click_button(texts["notice"]["close"])
    login = page.locator("utenza-login")
    expect(login.get_by_label(fields["user_id"])).to_have_value(user_id)
    login.get_by_label(texts["login"]["password"], exact=True).fill("quattro trote blu")
    visitor.click_button(texts["login"]["submit"])
    visitor.expect_reserved_area()
    token = login.evaluate("(element) => element.accessToken()")
    assert plain_postman.get("/account", Authorization=f"Bearer {token}").json["user_id"] == user_id
    visitor.click_button(texts["account"]["log_out"])
    visitor.expect_screen(texts["login"]["title"])
    known = {"user_id": user_id}
    assert page.evaluate("window.heard") == [
        ["utenza-registered", known],
        ["utenza-close", known],
        ["utenza-login", known],
        ["utenza-logout", {}],
    ]


def test_a_page_can_show_its_own_reserved_area(visitor: Visitor, plain_postman: Postman) -> None:
    customer = plain_postman.new_customer()
    user_id = f"proprio{customer.code}@example.com"
    registered = plain_postman.choose(customer, user_id)
    assert registered.json["status"] == "active"
    page = visitor.page
    page.evaluate(_TAKE_OVER)
    page.locator("utenza-login").get_by_label("User ID", exact=True).fill(user_id)
    page.locator("utenza-login").get_by_label("Password", exact=True).fill("quattro trote blu")
    with page.expect_event("console", lambda message: message.text == "logged in"):
        page.get_by_role("button", name="Accedi").click()
    assert page.locator("utenza-login").evaluate("(element) => element.accessToken()")
    login = page.locator("utenza-login")
    expect(login.get_by_text(user_id)).to_be_visible()
    expect(login.get_by_text(f"NIC/CE/COD.CLIENTE {customer.code}")).to_have_count(0)
    login.get_by_role("button", name="Esci").click()
    expect(login.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()


def test_the_example_page_shows_both_forms_and_their_events(visit_plain: Open) -> None:
    visitor = visit_plain()
    visitor.page.goto(f"{visitor.site}/example/index.html")
    expect(visitor.page.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()
    expect(visitor.page.get_by_role("heading", name="Registrazione", exact=True)).to_be_visible()
    visitor.expect_text("utenza-screen da <utenza-login>")
    visitor.check_accessibility()
    assert visitor.page.title() == "Il sito di un fornitore"
