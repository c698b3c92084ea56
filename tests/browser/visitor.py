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
        found = Axe().run(self.page, options={"runOnly": _RULES})
        assert not found.violations_count, f"{self.page.title()}: {found.generate_report()}"
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
