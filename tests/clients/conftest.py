"""Fixtures: the generators, and a customer of the stack that sends mail for each client."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.programs import CLIENTS, Errand
from tests.integration.customers import claim
from tests.integration.postman import Postman
from tools.local_stack import mailbox
from tools.local_stack.stack import LocalStack
from tools.ports import free_ports

_MISSING = "THE TYPESCRIPT CLIENT IS NOT TESTED: Node.js or its packages are missing (`make test` installs them)"


def _has_node() -> bool:
    return shutil.which("node") is not None and (CLIENTS / "node_modules" / ".bin" / "tsc").exists()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not _has_node():
        terminalreporter.write_sep("!", _MISSING, red=True, bold=True)


@pytest.fixture(scope="session")
def node() -> None:
    """Skip where there is no Node.js; fail in CI."""
    if not _has_node():
        if os.environ.get("CI"):
            pytest.fail(_MISSING)
        pytest.skip(_MISSING)


@pytest.fixture(scope="session")
def mailbox_url(mail_stack: LocalStack) -> Iterator[str]:
    [port] = free_ports(1)
    with mailbox.serving(port, mail_stack.places.stack_port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def errand(mail_stack: LocalStack, mailbox_url: str) -> Errand:
    customer = Postman(mail_stack).new_customer()
    return Errand(mail_stack.api, mailbox_url, f"app{customer.code}@example.it", claim(customer))
