"""Fixtures: Chromium, the site in front of each of the two local stacks, and visitors of the site."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.visitor import Visitor, address_of
from tests.integration.postman import Postman
from tools import chromium
from tools.local_stack import site
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer

_MISSING = "THE PAGES ARE NOT TESTED: Chromium is missing (`make test` installs it where apt-get can)"
_TIMEOUT = 30_000  # milliseconds; the first calls of a new stack are slow on a busy machine

Open = Callable[..., Visitor]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not chromium.program():
        terminalreporter.write_sep("!", _MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium.program()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)
    expect.set_options(timeout=_TIMEOUT)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def mail_site(mail_stack: LocalStack) -> Iterator[LocalStack]:
    """Return the stack that sends mail, while the site is served."""
    with site.serving(mail_stack.places.site_port, mail_stack.api):
        yield mail_stack


@pytest.fixture(scope="session")
def plain_site(stack: LocalStack) -> Iterator[LocalStack]:
    """Return the stack that sends no mail, while the site is served."""
    with site.serving(stack.places.site_port, stack.api):
        yield stack


@pytest.fixture
def visit(browser: Browser, mail_site: LocalStack) -> Iterator[Open]:
    """Return a function that opens a browser for the site with mail; the fixture closes it after the test."""
    yield from _visits(browser, mail_site)


@pytest.fixture
def visit_plain(browser: Browser, plain_site: LocalStack) -> Iterator[Open]:
    """Return the same function for the site without mail."""
    yield from _visits(browser, plain_site)


@pytest.fixture
def postman(mail_site: LocalStack) -> Postman:
    return Postman(mail_site)


@pytest.fixture
def plain_postman(plain_site: LocalStack) -> Postman:
    """Return the client that stores customers in the stack without mail."""
    return Postman(plain_site)


@pytest.fixture
def owner(postman: Postman) -> Customer:
    """Return a customer who has registered, for one test alone."""
    return _registered(postman)


@pytest.fixture(scope="session")
def shared_owner(mail_site: LocalStack) -> Customer:
    """Return a customer who has registered, for tests that leave the account as it is."""
    return _registered(Postman(mail_site))


@pytest.fixture
def area(visit: Open, owner: Customer) -> Visitor:
    """Return a visitor who has logged in, for one test alone."""
    return logged_in(visit(), owner)


@pytest.fixture
def shared_area(visit: Open, shared_owner: Customer) -> Visitor:
    """Return a visitor who has logged in, for tests that leave the account as it is."""
    return logged_in(visit(), shared_owner)


def logged_in(visitor: Visitor, customer: Customer) -> Visitor:
    visitor.open("accesso.html")
    visitor.log_in(address_of(customer))
    visitor.expect_reserved_area()
    return visitor


def _registered(postman: Postman) -> Customer:
    customer = postman.new_customer()
    postman.register(customer, address_of(customer))
    return customer


def _visits(browser: Browser, stack: LocalStack) -> Iterator[Open]:
    contexts = []

    def open_visitor(language: str = "it", **settings: Any) -> Visitor:
        context = browser.new_context(locale=language, **settings)
        context.set_default_timeout(_TIMEOUT)
        contexts.append(context)
        return Visitor(context.new_page(), stack.origin, language)

    yield open_visitor
    for context in contexts:
        context.close()
