"""A local stack for the whole run: ports, data and deployment of its own, apart from those of `make run`."""

from collections.abc import Callable, Iterator

import pytest

from tests.integration.caller import Caller
from tests.integration.customers import store
from tests.integration.postman import Postman
from tools.local_stack import mailbox
from tools.local_stack.places import Places
from tools.local_stack.stack import LocalStack, local_stack
from tools.ports import free_ports
from utenza.customer import Customer


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    port, stack_port = free_ports(2)
    with local_stack(Places(tmp_path_factory.mktemp("stack"), port, stack_port)) as running:
        yield running


@pytest.fixture(scope="session")
def mail_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """Return a stack that sends mail, which the emulator keeps."""
    port, stack_port = free_ports(2)
    places = Places(tmp_path_factory.mktemp("mail-stack"), port, stack_port)
    with local_stack(places, {"SenderEmail": mailbox.SENDER}) as running:
        yield running


@pytest.fixture
def postman(mail_stack: LocalStack) -> Postman:
    return Postman(mail_stack)


@pytest.fixture
def caller(stack: LocalStack) -> Caller:
    return Caller(stack.api)


@pytest.fixture
def stored(stack: LocalStack) -> Callable[[Customer], Customer]:
    """Return what brings a customer into the Customers table."""
    dynamodb = stack.client("dynamodb")
    return lambda customer: store(dynamodb, stack.outputs["CustomersTable"], customer)
