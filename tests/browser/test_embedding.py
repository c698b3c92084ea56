"""The forms in a supplier's own page: neither breaks the other's style, and the page hears what happens."""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.visitor import Visitor
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack

pytestmark = pytest.mark.stack

_OTHER = "http://localhost:8080"  # an origin that the API allows and the site is not served from
_PAGE = """<!doctype html><html lang="it"><head><title>Luce del Borgo</title>
<style>
html {{ font-size: 62.5% }} * {{ letter-spacing: .4em; color: red }} input {{ border: 9px solid red; width: 3em }}
</style>
<script type="module" src="{site}/utenza/utenza.js"></script></head>
<body><h1>Luce del Borgo</h1><input id="own"><utenza-login api="{api}" supplier="unogas-energia"></utenza-login>
<utenza-registration api="{api}" supplier="unogas-energia"></utenza-registration></body></html>"""
# What docs/embedding.md asks for; 'unsafe-inline' is for the page's own style.
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
    """Return somebody at a page of another origin that has both forms in it."""
    visitor = visit_plain()
    addresses = {"site": plain_site.origin, "api": plain_site.api}
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _POLICY.format(**addresses)}

    def serve(route: Route) -> None:
        route.fulfill(body=_PAGE.format(**addresses), headers=headers)

    # The page comes from no address at all, so that Chromium asks before it lets it call this machine.
    visitor.page.context.grant_permissions(["local-network-access"])
    visitor.page.route(f"{_OTHER}/**", serve)
    visitor.page.goto(f"{_OTHER}/clienti")
    expect(visitor.page.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()
    return visitor


def test_the_page_does_not_reach_the_forms_nor_they_the_page(visitor: Visitor) -> None:
    page = visitor.page
    form: Any = page.locator("utenza-login input#user_id").evaluate(_STYLE)
    assert form["letterSpacing"] == "normal"
    assert form["borderTopWidth"] == "2px"
    assert form["color"] == "rgb(29, 39, 51)"
    assert form["fontSize"] == "18px"  # the reader's own size, not the page's rem
    own: Any = page.locator("input#own").evaluate(_STYLE)
    assert (own["borderTopWidth"], own["color"]) == ("9px", "rgb(255, 0, 0)")
    assert page.title() == "Luce del Borgo"


def test_the_page_hears_of_registration_close_login_and_logout(visitor: Visitor, clerk: Postman) -> None:
    customer = clerk.new_customer()
    user_id = f"ospite{customer.code}@example.com"
    page, texts = (
        visitor.page,
        visitor.page.evaluate("async (module) => (import(module)).default", f"{visitor.site}/utenza/texts/it.js"),
    )
    visitor.texts = texts
    page.evaluate(_LISTEN)
    page.get_by_role("button", name=texts["kind"]["person"]).click()
    visitor.sees(texts["bill"]["title"])
    visitor.copies_bill(customer)
    visitor.goes_on()
    registration = page.locator("utenza-registration")
    fields = texts["fields"]
    registration.get_by_label(fields["user_id"], exact=True).fill(user_id)
    registration.get_by_label(fields["password"], exact=True).fill("quattro trote blu")
    registration.get_by_label(fields["password_repeat"], exact=True).fill("quattro trote blu")
    visitor.fill({texts["credentials"]["question"]: "Di che colore era la porta?"})
    visitor.fill({texts["credentials"]["answer"]: "verde", texts["credentials"]["answer_repeat"]: "verde"})
    visitor.saves()
    visitor.sees(texts["notice"]["title"])
    visitor.press(texts["notice"]["close"])
    login = page.locator("utenza-login")
    expect(login.get_by_label(fields["user_id"])).to_have_value(user_id)
    login.get_by_label(texts["mask"]["password"], exact=True).fill("quattro trote blu")
    visitor.press(texts["mask"]["submit"])
    visitor.is_logged_in()
    token = login.evaluate("(element) => element.accessToken()")
    assert clerk.get("/account", Authorization=f"Bearer {token}").json["user_id"] == user_id
    visitor.press(texts["account"]["leave"])
    visitor.sees(texts["mask"]["title"])
    known = {"user_id": user_id}
    assert page.evaluate("window.heard") == [
        ["utenza-registered", known],
        ["utenza-close", known],
        ["utenza-login", known],
        ["utenza-logout", {}],
    ]


def test_a_page_may_show_a_reserved_area_of_its_own(visitor: Visitor, clerk: Postman) -> None:
    customer = clerk.new_customer()
    user_id = f"proprio{customer.code}@example.com"
    registered = clerk.choose(customer, user_id)
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
    expect(login.get_by_text(f"NIC/CE/Cod. cliente {customer.code}")).to_have_count(0)
    login.get_by_role("button", name="Esci").click()
    expect(login.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()


def test_the_example_page_shows_both_and_what_they_tell(visit_plain: Open) -> None:
    visitor = visit_plain()
    visitor.page.goto(f"{visitor.site}/example/index.html")
    expect(visitor.page.get_by_role("heading", name="Accesso all'area riservata")).to_be_visible()
    expect(visitor.page.get_by_role("heading", name="Registrazione", exact=True)).to_be_visible()
    visitor.reads("utenza-screen from <utenza-login>")
    visitor.inspect()
    assert visitor.page.title() == "Il sito di un fornitore"
