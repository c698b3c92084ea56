"""A local stack for the whole run: ports, data and deployment of its own, apart from those of `make run`."""

import socket
from collections.abc import Callable, Iterator

import pytest

from tests.integration.caller import Caller
from tests.integration.customers import store
from tools.local_stack.places import Places
from tools.local_stack.stack import LocalStack, local_stack
from utenza.customer import Customer


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    port, stack_port = _free_ports(2)
    with local_stack(Places(tmp_path_factory.mktemp("stack"), port, stack_port)) as running:
        yield running


@pytest.fixture
def caller(stack: LocalStack) -> Caller:
    return Caller(stack.api)


@pytest.fixture
def stored(stack: LocalStack) -> Callable[[Customer], Customer]:
    """Return what brings a customer into the Customers table."""
    dynamodb = stack.client("dynamodb")
    return lambda customer: store(dynamodb, stack.outputs["CustomersTable"], customer)


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
