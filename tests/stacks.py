"""Local stacks for the whole run: ports, data and deployments of their own, apart from those of `make run`."""

from collections.abc import Iterator

import pytest

from tools.local_stack import mailbox
from tools.local_stack.places import Places
from tools.local_stack.stack import LocalStack, local_stack
from tools.ports import free_ports

MAIL = {"SenderEmail": mailbox.SENDER, "MailsPerSource": "1000"}
"""The parameters of the stack that sends mail: all tests are one source."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with local_stack(Places(tmp_path_factory.mktemp("stack"), *free_ports(3))) as running:
        yield running


@pytest.fixture(scope="session")
def mail_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Return a stack that sends mail, which the emulator keeps."""
    places = Places(tmp_path_factory.mktemp("mail-stack"), *free_ports(3))
    with local_stack(places, MAIL) as running:
        yield running
