"""Callers of the local stacks, and customers for them."""

from collections.abc import Callable

import pytest

from tests.integration.caller import Caller
from tests.integration.customers import store
from tests.integration.postman import Postman
from tools.local_stack.stack import LocalStack
from utenza.customers.record import Customer


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
