"""A customer at the site: reads headings, fills fields by their labels, presses buttons by what is on them."""

import re
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
    """`inspects` has every new screen looked at by axe, and for what does not fit into the window."""

    def __init__(self, page: Page, site: str, language: str) -> None:
        self.page = page
        self.site = site
        self.language = language
        self.inspects = False
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
            self.complaints.append(text)

    @cached_property
    def texts(self) -> Any:
        """The texts of this visitor's language, as the pages have them."""
        module = f"{self.site}/utenza/texts/{self.language}.js"
        return self.page.evaluate("async (module) => (import(module)).default", module)

    def opens(self, page: str, supplier: str = SUPPLIER) -> None:
        self.page.goto(f"{self.site}/{page}?supplier={supplier}")

    def sees(self, title: str) -> None:
        """Wait for the screen of that heading."""
        expect(self.page.locator("[data-heading]", has_text=re.compile(f"^{re.escape(title)}$"))).to_be_visible()
        if self.inspects:
            self.inspect()

    def inspect(self) -> None:
        """Hold this moment of the page to WCAG 2.2 AA, and to the width of the window."""
        found = Axe().run(self.page, options={"runOnly": _RULES})
        assert not found.violations_count, f"{self.page.title()}: {found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.title()}: {wide} px wider than the window"

    def field(self, label: str) -> Any:
        return self.page.get_by_label(label, exact=True)

    def fill(self, values: dict[str, str]) -> None:
        for label, value in values.items():
            self.field(label).fill(value)

    def press(self, text: str) -> None:
        self.page.get_by_role("button", name=text, exact=True).click()

    def follow(self, text: str) -> None:
        self.page.get_by_role("link", name=text, exact=True).click()

    def reads(self, text: str) -> None:
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def holds(self, path: str) -> list[Route]:
        """Return a list that the calls of a path, which get no answer until the test lets them go, are put into."""
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        self.page.route(f"**{path}", hold)
        return held

    @property
    def summary(self) -> Any:
        """The summary of what is wrong, on top."""
        return self.page.locator(".summary:not([hidden])")

    def is_told(self, text: str) -> None:
        """Wait for a text in the summary, which has the focus, and for the title that says so."""
        expect(self.summary).to_contain_text(text)
        expect(self.summary).to_be_focused()
        assert self.page.title().startswith(self.texts["form"]["error"])
        if self.inspects:
            self.inspect()

    def kept(self) -> dict[str, str]:
        kept: dict[str, str] = self.page.evaluate("({...sessionStorage})")
        return kept

    # The journey ----------------------------------------------------------------------------------------------------

    def begins(self, kind: str = "person") -> None:
        self.opens("registrazione.html")
        self.sees(self.texts["kind"]["title"])
        self.page.get_by_role("button", name=self.texts["kind"][kind]).click()
        self.sees(self.texts["bill"]["title"])

    def copies_bill(self, customer: Customer, **changes: str) -> None:
        texts = self.texts["bill"]
        typed = {"first_name": customer.first_name, "last_name": customer.last_name}
        if customer.kind == "company":
            typed = {"company_name": customer.company_name}
        typed |= {"tax_code": customer.codice_fiscale or customer.partita_iva} | changes
        self.field("NIC/CE/Cod. cliente").fill(customer.code)
        self.fill({texts[name]: value for name, value in typed.items()})

    def goes_on(self) -> None:
        self.press(self.texts["bill"]["submit"])

    def chooses(self, user_id: str, password: str = PASSWORD) -> None:
        texts = self.texts["credentials"] | self.texts["fields"]
        self.fill({texts["user_id"]: user_id, texts["password"]: password, texts["password_repeat"]: password})
        self.fill({texts["question"]: QUESTION, texts["answer"]: ANSWER, texts["answer_repeat"]: ANSWER.lower()})

    def saves(self) -> None:
        self.press(self.texts["credentials"]["submit"])

    def types_code(self, code: str) -> None:
        self.field(self.texts["fields"]["code"]).fill(code)

    def logs_in(self, user_id: str, password: str = PASSWORD) -> None:
        texts = self.texts["mask"]
        self.fill({self.texts["fields"]["user_id"]: user_id, texts["password"]: password})
        self.press(texts["submit"])

    def reaches_step_two(self, customer: Customer) -> None:
        self.begins(customer.kind)
        self.copies_bill(customer)
        self.goes_on()
        self.sees(self.texts["credentials"]["title"])

    def is_logged_in(self) -> None:
        self.sees(self.texts["account"]["title"])

    def path(self) -> str:
        return urlsplit(self.page.url).path
