"""Large text in the browser's own settings: every screen fits a small phone, in every language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor
from tests.integration.postman import Postman
from tools import chromium
from tools.local_stack.stack import LocalStack

pytestmark = pytest.mark.stack

_USUAL = 16  # pixels
_LETTERS = 6  # of a password, that a field shows at least
_HIGHEST_HEADER = 180  # pixels of 740


@pytest.fixture(scope="module")
def large(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Browser]:
    """Return a browser whose text is larger, in percent; `browser` skips where there is none."""
    setting = f"--blink-settings=defaultFontSize={_USUAL * request.param // 100}"
    running = browser.browser_type.launch(executable_path=chromium.program(), args=[*chromium.FLAGS, setting])
    yield running
    running.close()


@pytest.mark.parametrize(
    ("large", "language"),
    [(200, "it"), (200, "en"), (200, "de"), (150, "de")],  # what is between breaks by long words first
    indirect=["large"],
)
def test_every_screen_fits_a_small_phone_with_large_text(
    large: Browser, mail_site: LocalStack, postman: Postman, language: str
) -> None:
    context = large.new_context(locale=language, viewport={"width": 360, "height": 740})
    visitor = Visitor(context.new_page(), mail_site.origin, language)
    visitor.checks_accessibility = True  # and with it the width
    customer = postman.new_customer()
    visitor.open("accesso.html")
    texts = visitor.texts
    visitor.expect_screen(texts["login"]["title"])
    _expect_room(visitor)
    visitor.click_button(texts["login"]["forgotten"])
    visitor.expect_screen(texts["forgotten"]["title"])
    visitor.start_registration()
    visitor.fill_bill(customer, tax_code="RSSMRA85T10H501O")
    visitor.submit_bill()
    visitor.expect_problem(texts["bill"]["not_found"]["title"])
    visitor.fill_bill(customer)
    visitor.submit_bill()
    visitor.expect_screen(texts["credentials"]["title"])
    _expect_room(visitor)
    visitor.fill_credentials(f"grande{customer.code}@example.com")
    visitor.submit_credentials()
    visitor.expect_screen(texts["code"]["title"])
    visitor.fill_code(postman.code(f"grande{customer.code}@example.com"))
    visitor.click_button(texts["code"]["submit"])
    visitor.expect_screen(texts["notice"]["title"])
    visitor.click_button(texts["notice"]["close"])
    visitor.log_in(f"grande{customer.code}@example.com")
    visitor.expect_reserved_area()
    if language == "de":  # the longest words
        for place, title in texts["reserved"]["places"].items():
            visitor.click_button(title)
            visitor.expect_screen(texts["account"]["title"] if place == "account" else title)
            _expect_whole_buttons(visitor)
    context.close()


def _expect_room(visitor: Visitor) -> None:
    """Check that a shown password can be read, that no button is cut, and that the header leaves room."""
    field = visitor.page.locator("input[name=password]")
    label = visitor.texts["form"]["show_field"].replace("{label}", visitor.texts["fields"]["password"])
    visitor.click_button(label)
    width, size = field.evaluate(
        "(input) => [input.clientWidth - 2 * parseFloat(getComputedStyle(input).paddingLeft), "
        "parseFloat(getComputedStyle(input).fontSize)]"
    )
    assert width >= _LETTERS * size / 2
    _expect_whole_buttons(visitor)
    assert visitor.page.locator("header").evaluate("(header) => header.offsetHeight") <= _HIGHEST_HEADER


def _expect_whole_buttons(visitor: Visitor) -> None:
    cut = visitor.page.locator("button:visible").evaluate_all(
        "(buttons) => buttons.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
    )
    assert cut == []
