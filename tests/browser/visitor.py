"""A customer at the site, who finds screens by heading, fields by label, and buttons by text."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, Route, expect

from tests.integration.customers import PASSWORD, SUPPLIER
from utenza.customers.record import Customer

QUESTION = "Come si chiamava la barca del nonno?"
ANSWER = "Briciola"
_FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const label = element.labels?.[0]?.textContent ?? "";
  return element.getAttribute("aria-label") ?? (label || element.textContent);
}"""
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visitor:
    """With `checks_accessibility`, every new screen is checked by axe and against the width of the window."""

    def __init__(self, page: Page, site: str, language: str) -> None:
        self.page = page
        self.site = site
        self.language = language
        self.checks_accessibility = False
        self.console_messages: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
            self.console_messages.append(text)

    @cached_property
    def texts(self) -> Any:
        """The site's texts in the visitor's language."""
        module = f"{self.site}/utenza/texts/{self.language}.js"
        return self.page.evaluate("async (module) => (await import(module)).default", module)

    def open(self, page: str, supplier: str = SUPPLIER) -> None:
        self.page.goto(f"{self.site}/{page}?supplier={supplier}")

    def expect_screen(self, title: str) -> None:
        """Wait for the screen with this heading."""
        expect(self.page.locator("[data-heading]", has_text=re.compile(f"^{re.escape(title)}$"))).to_be_visible()
        if self.checks_accessibility:
            self.check_accessibility()

    def check_accessibility(self) -> None:
        """Check the page as it is now against WCAG 2.2 AA and the width of the window."""
        found = Axe().run(self.page, options={"runOnly": _RULES, "resultTypes": ["violations"]})
        violations = [(rule["id"], node["target"]) for rule in found.response["violations"] for node in rule["nodes"]]
        assert not violations, f"{self.page.title()}: {violations}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.title()}: {wide} px wider than the window"

    def field(self, label: str) -> Any:
        return self.page.get_by_label(label, exact=True)

    def fill(self, values: dict[str, str]) -> None:
        for label, value in values.items():
            self.field(label).fill(value)

    def click_button(self, text: str) -> None:
        self.page.get_by_role("button", name=text.removesuffix(" >>"), exact=True).click()

    def click_link(self, text: str) -> None:
        self.page.get_by_role("link", name=text, exact=True).click()

    def expect_text(self, text: str) -> None:
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def tab_to(self, name: str) -> None:
        """Press Tab until the element with this name has the focus."""
        seen = []
        for _ in range(25):
            self.page.keyboard.press("Tab")
            seen.append(self.page.evaluate(_FOCUSED).strip())
            if seen[-1].startswith(name):
                return
        raise AssertionError(f"{name!r} cannot be reached by keyboard, only {seen}")

    def type_by_keyboard(self, *entries: tuple[str, str]) -> None:
        for label, text in entries:
            self.tab_to(label)
            self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        """Press a button or a link by keyboard alone."""
        self.tab_to(name.removesuffix(" >>"))
        self.page.keyboard.press("Enter")

    def hold(self, path: str) -> list[Route]:
        """Hold back the requests of a path until the test continues them; return the list that collects them."""
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        self.page.route(f"**{path}", hold)
        return held

    @property
    def summary(self) -> Any:
        """The error summary at the top of the form."""
        return self.page.locator(".error-summary:not([hidden])")

    def expect_problem(self, text: str) -> None:
        """Wait for a text in the error summary; check that it has the focus and that the page title says "Errore:"."""
        expect(self.summary).to_contain_text(text)
        expect(self.summary).to_be_focused()
        assert self.page.title().startswith(self.texts["form"]["error"])
        if self.checks_accessibility:
            self.check_accessibility()

    def stored(self) -> dict[str, str]:
        values: dict[str, str] = self.page.evaluate("({...sessionStorage})")
        return values

    def stored_permanently(self) -> dict[str, str]:
        values: dict[str, str] = self.page.evaluate("({...localStorage})")
        return values

    # Steps of a journey ---------------------------------------------------------------------------------------------

    def start_registration(self, kind: str = "person") -> None:
        self.open("registrazione.html")
        self.expect_screen(self.texts["kind"]["title"])
        self.page.get_by_role("button", name=self.texts["kind"][kind]).click()
        self.expect_screen(self.texts["bill"]["title"])

    def fill_bill(self, customer: Customer, **changes: str) -> None:
        texts = self.texts["bill"]
        typed = {"first_name": customer.first_name, "last_name": customer.last_name}
        if customer.kind == "company":
            typed = {"company_name": customer.company_name}
        typed |= {"tax_code": customer.codice_fiscale or customer.partita_iva} | changes
        self.field("NIC/CE/COD.CLIENTE").fill(customer.code)
        self.fill({texts[name]: value for name, value in typed.items()})

    def submit_bill(self) -> None:
        self.click_button(self.texts["bill"]["submit"])

    def fill_credentials(self, user_id: str, password: str = PASSWORD) -> None:
        texts = self.texts["credentials"] | self.texts["fields"]
        self.fill({texts["user_id"]: user_id, texts["password"]: password, texts["password_repeat"]: password})
        self.fill({texts["question"]: QUESTION, texts["answer"]: ANSWER, texts["answer_repeat"]: ANSWER.lower()})

    def submit_credentials(self) -> None:
        self.click_button(self.texts["credentials"]["submit"])

    def fill_code(self, code: str) -> None:
        self.field(self.texts["fields"]["code"]).fill(code)

    def log_in(self, user_id: str, password: str = PASSWORD) -> None:
        texts = self.texts["login"]
        self.fill({self.texts["fields"]["user_id"]: user_id, texts["password"]: password})
        self.click_button(texts["submit"])

    def recover(self, user_id: str, mailed_code: Callable[[], str], password: str) -> None:
        """Choose a new password with the code from the mail, from the login form and back to it."""
        texts = self.texts
        self.click_button(texts["login"]["forgotten"])
        self.expect_screen(texts["forgotten"]["title"])
        self.field(texts["fields"]["user_id"]).fill(user_id)
        self.click_button(texts["forgotten"]["submit"])
        self.expect_screen(texts["recovery_code"]["title"])
        self.fill_code(mailed_code())
        self.click_button(texts["recovery_code"]["submit"])
        self.expect_screen(texts["new_password"]["title"])
        repeated = (texts["new_password"]["password"], texts["fields"]["password_repeat"])
        self.fill({QUESTION: ANSWER} | dict.fromkeys(repeated, password))
        self.click_button(texts["new_password"]["submit"])
        self.expect_screen(texts["login"]["title"])
        self.expect_text(texts["new_password"]["done"])

    def pass_step_one(self, customer: Customer) -> None:
        self.start_registration(customer.kind)
        self.fill_bill(customer)
        self.submit_bill()
        self.expect_screen(self.texts["credentials"]["title"])

    def expect_reserved_area(self) -> None:
        self.expect_screen(self.texts["account"]["title"])

    def path(self) -> str:
        return urlsplit(self.page.url).path

    # In the reserved area -------------------------------------------------------------------------------------------

    def go_to(self, place: str) -> None:
        """Choose an entry of the navigation, but not the first, which has another heading."""
        title = self.texts["reserved"]["places"][place]
        self.click_button(title)
        self.expect_screen(title)

    def change(self, what: str) -> None:
        self.click_button(f"{self.texts['reserved']['security']['change']}: {what}")

    def give_password(self, password: str = PASSWORD) -> None:
        """Give the password again, for what weighs."""
        texts = self.texts["reserved"]["reauth"]
        self.expect_screen(texts["title"])
        self.field(self.texts["login"]["password"]).fill(password)
        self.click_button(texts["submit"])

    def expect_notice(self, text: str) -> None:
        expect(self.page.locator("#notice", has_text=text)).to_be_visible()

    def answer(self, path: str, body: Any, status: int = 200) -> None:
        """Answer the requests of a path instead of the API."""
        headers = {
            "Access-Control-Allow-Origin": self.site,
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
        }

        def serve(route: Route) -> None:
            if route.request.method == "OPTIONS":
                route.fulfill(status=204, headers=headers)
            else:
                route.fulfill(status=status, json=body, headers=headers)

        self.page.route(path, serve)


def address_of(customer: Customer) -> str:
    """Return the user id of a customer who has registered for the tests of the reserved area."""
    return f"area{customer.code}@example.com"
