"""`make pictures`: takes the screenshots of docs/pages.md on a new local stack."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tools import chromium
from tools.local_stack import mailbox, samples, site
from tools.local_stack.places import Places, StackError
from tools.local_stack.stack import LocalStack, local_stack
from tools.ports import free_ports

FOLDER = Path("docs/pictures")
_PHONE = {"width": 390, "height": 780}
_DESKTOP = {"width": 1100, "height": 760}
_USER = "giosue@example.com"
_PASSWORD = "quattro trote blu"  # noqa: S105 - of an invented customer
_EMAIL_SECONDS = 30
_PLACES = {
    "supplies": "Forniture",
    "security": "Accesso e sicurezza",
    "devices": "Dispositivi",
    "activity": "Attività",
    "data": "I miei dati",
}


def main() -> int:
    argparse.ArgumentParser(prog="make pictures", description=__doc__).parse_args()
    program = chromium.program()
    if program is None:
        print("make pictures: Chromium is missing: see tools/ensure_chromium.sh", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="utenza-pictures-") as folder:
        places = Places(Path(folder), *free_ports(3))
        try:
            with (
                local_stack(places, {"SenderEmail": mailbox.SENDER}) as stack,
                site.serving(places.site_port, stack.api),
            ):
                samples.load(stack)
                _take_all(program, stack)
        except StackError as error:
            print(f"make pictures: {error}", file=sys.stderr)
            return 1
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER}")
    return 0


def _take_all(program: str, stack: LocalStack) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        _register(browser, stack)
        _other_pages(browser, stack)
        browser.close()


def _open(browser: Browser, address: str, **settings: Any) -> tuple[Page, Callable[[str], None]]:  # noqa: ANN401 - playwright's own
    """Return a page, and a function that takes a screenshot of it with a name."""
    page = browser.new_page(locale="it", **settings)
    page.goto(address)

    def take(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / f"{name}.png", full_page=True, animations="disabled")

    return page, take


def _register(browser: Browser, stack: LocalStack) -> None:
    page, take = _open(browser, f"{stack.origin}/index.html", viewport=_PHONE)
    take("area-login")
    page.get_by_role("link", name="UNOGAS Energia").click()
    take("login")
    page.get_by_role("link", name="Registrati").click()
    take("registration-kind")
    page.get_by_role("button", name="A una persona").click()
    page.get_by_role("button", name="Avanti").click()
    take("registration-errors")
    _fill(page, {"NIC/CE/COD.CLIENTE": "00100200303", "Nome": "GIOSUE'", "Cognome": "NICOLO'"})
    _fill(page, {"Cod.Fisc/P.IVA": "NCLGSI90B28H224N"})
    page.get_by_role("button", name="Avanti").click()
    page.get_by_label("Password", exact=True).wait_for()
    _fill(page, {"User ID": _USER, "Password": _PASSWORD, "Ripeti password": _PASSWORD})
    _fill(
        page, {"Domanda": "Come si chiamava la barca del nonno?", "Risposta": "Briciola", "Ripeti risposta": "Briciola"}
    )
    take("registration-credentials")
    page.get_by_role("button", name="Salva").click()
    page.get_by_label("Codice").wait_for()
    take("registration-code")
    page.get_by_label("Codice").fill(_code(stack))
    page.get_by_role("button", name="Conferma").click()
    page.get_by_role("button", name="Chiudi").wait_for()
    take("registration-notice")
    page.get_by_role("button", name="Chiudi").click()
    page.get_by_label("Password", exact=True).fill(_PASSWORD)
    page.get_by_role("button", name="Accedi").click()
    page.get_by_role("button", name="Esci").wait_for()
    take("reserved-area")
    for name, place in _PLACES.items():
        page.get_by_role("button", name=place, exact=True).click()
        page.get_by_role("heading", name=place, exact=True).wait_for()
        take(f"reserved-{name}")


def _other_pages(browser: Browser, stack: LocalStack) -> None:
    other = "?supplier=unogas-gas-e-luce"
    page, take = _open(browser, f"{stack.origin}/registrazione.html{other}", viewport=_DESKTOP)
    page.get_by_role("button", name="A un'azienda").click()
    take("registration-bill")
    _, take = _open(browser, f"{stack.origin}/accesso.html{other}", viewport=_DESKTOP, color_scheme="dark")
    take("login-dark")
    _, take = _open(browser, f"{stack.origin}/example/index.html", viewport=_DESKTOP)
    take("embedded")


def _fill(page: Page, values: dict[str, str]) -> None:
    for label, value in values.items():
        page.get_by_label(label, exact=True).fill(value)


def _code(stack: LocalStack) -> str:
    deadline = time.monotonic() + _EMAIL_SECONDS
    while time.monotonic() < deadline:
        found = next(filter(None, map(mailbox.code_in, mailbox.sent(stack.places.stack_port))), "")
        if found:
            return found
        time.sleep(0.2)
    raise StackError("the e-mail with the code does not arrive")


if __name__ == "__main__":
    sys.exit(main())
