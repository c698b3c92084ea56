from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.customer_batches import FakeCustomerBatches, FakeRegisteredCustomers
from utenza.customers.record import Customer
from utenza.tables import keys
from utenza.tables.customer_batches import CustomerBatches, Item
from utenza.tables.customers import to_item
from utenza.tables.registered import RegisteredCustomers

MARIO = to_item(Customer("uno", "001", "person", "MARIO", "ROSSI", codice_fiscale="RSSMRA85T10H501O", phone="+39333"))
CLOSED = to_item(Customer("uno", "002", "company", company_name="ROSSI SRL", status="closed"))
OTHER = to_item(Customer("uno-due", "001", "person", last_name="VERDI"))


@pytest.fixture
def customers(kind: str, request: pytest.FixtureRequest) -> CustomerBatches:
    if kind == "fake":
        return FakeCustomerBatches()
    new_table: Callable[[str], str] = request.getfixturevalue("new_table")
    return CustomerBatches(request.getfixturevalue("dynamodb"), new_table("Customers"))


def test_many_are_written_and_read_and_those_that_are_not_there_left_out(customers: CustomerBatches) -> None:
    items: list[Item] = [{**MARIO, "pk": f"uno#{n:03}", "code": f"{n:03}"} for n in range(130)]
    customers.put(items)
    read = customers.read([*(item["pk"] for item in items), "uno#none"])
    assert list(read.values()) == items or read == {item["pk"]: item for item in items}
    assert customers.read([]) == {}


@pytest.mark.parametrize("after", [{**MARIO, "last_name": "VERDI"}, None])
@pytest.mark.parametrize(
    "stored",
    [
        MARIO,
        {**MARIO, "email": "mario@example.it"},
        {name: text for name, text in MARIO.items() if name != "phone"},
        {**MARIO, "status": "closed"},
        None,
    ],
)
def test_a_record_is_changed_only_while_it_is_as_it_was_read(
    customers: CustomerBatches, stored: Item | None, after: Item | None
) -> None:
    if stored is not None:
        customers.put([stored])
    is_as_read = stored == MARIO
    assert customers.replace(MARIO, after) == is_as_read
    expected = after if is_as_read else stored
    assert customers.read([MARIO["pk"]]).get(MARIO["pk"]) == expected


def test_a_record_is_new_only_while_there_is_none(customers: CustomerBatches) -> None:
    assert customers.replace(None, MARIO)
    assert not customers.replace(None, {**MARIO, "last_name": "VERDI"})
    assert customers.read([MARIO["pk"]]) == {MARIO["pk"]: MARIO}
    assert customers.replace(None, None)


def test_statuses_are_those_of_one_supplier(customers: CustomerBatches) -> None:
    customers.put([MARIO, CLOSED, OTHER])
    assert dict(customers.statuses("uno")) == {"uno#001": True, "uno#002": False}
    assert [customers.count_active(each) for each in ("uno", "uno-due", "tre")] == [1, 1, 0]


@pytest.fixture
def registered(kind: str, request: pytest.FixtureRequest) -> RegisteredCustomers:
    known = (("uno", "001"), ("uno", "003"), ("uno-due", "002"))
    if kind == "fake":
        return FakeRegisteredCustomers(*known)
    new_table: Callable[[str], str] = request.getfixturevalue("new_table")
    dynamodb: Any = request.getfixturevalue("dynamodb")
    table = new_table("Accounts")
    for supplier, code in known:
        dynamodb.put_item(TableName=table, Item={"pk": {"S": keys.customer(supplier, code)}, "account_id": {"S": "a"}})
    dynamodb.put_item(TableName=table, Item={"pk": {"S": keys.account("uno", "001")}})
    return RegisteredCustomers(dynamodb, table)


def test_who_is_registered_is_counted(registered: RegisteredCustomers) -> None:
    assert registered.among("uno", ["001", "002", "003", *(f"9{n:03}" for n in range(120))]) == 2
    assert registered.among("uno", []) == 0
    assert [registered.count(each) for each in ("uno", "uno-due", "tre")] == [2, 1, 0]
