from collections.abc import Callable

import pytest

from tests.fakes.customers import FakeCustomers
from utenza.customers.record import Customer
from utenza.dynamodb import DynamoDb, put
from utenza.tables.customers import Customers, from_item, key, to_item

SOLE_TRADER = Customer(
    supplier="uno",
    code="0012345",
    kind="person",
    first_name="Nicolò",
    last_name="D'Angelo",
    company_name="Bar Sport di D'Angelo N.",
    codice_fiscale="DNGNCL80A01H501X",
    partita_iva="12345678903",
    phone="+390612345678",
    email="bar@example.it",
)
COMPANY = Customer(supplier="uno", code="C-2", kind="company", company_name="Rossi S.r.l.", status="closed")


@pytest.fixture
def customers(kind: str, request: pytest.FixtureRequest) -> Customers:
    if kind == "fake":
        return FakeCustomers(SOLE_TRADER, COMPANY)
    db: DynamoDb = request.getfixturevalue("db")
    new_table: Callable[..., str] = request.getfixturevalue("new_table")
    table = new_table("Customers")
    for customer in (SOLE_TRADER, COMPANY):
        db.write(put(table, to_item(customer), condition="attribute_not_exists(#pk)"))
    return Customers(db, table)


@pytest.mark.parametrize("customer", [SOLE_TRADER, COMPANY])
def test_a_customer_is_found_as_stored(customers: Customers, customer: Customer) -> None:
    assert customers.find(customer.supplier, customer.code) == customer


@pytest.mark.parametrize("where", [("uno", "12345"), ("uno", "00123456"), ("due", "0012345"), ("uno", ""), ("", "")])
def test_a_customer_is_found_by_exact_code_and_supplier_only(customers: Customers, where: tuple[str, str]) -> None:
    assert customers.find(*where) is None


def test_empty_fields_take_no_room() -> None:
    assert to_item(COMPANY) == {
        "pk": "uno#C-2",
        "supplier": "uno",
        "code": "C-2",
        "kind": "company",
        "company_name": "Rossi S.r.l.",
        "status": "closed",
    }


def test_a_record_is_found_under_its_codice_fiscale_or_else_its_partita_iva(
    kind: str, request: pytest.FixtureRequest
) -> None:
    person = SOLE_TRADER._replace(code="1", partita_iva="")
    trader = SOLE_TRADER._replace(code="2")
    shop = SOLE_TRADER._replace(code="3", codice_fiscale="")
    others = SOLE_TRADER._replace(supplier="due", code="4"), COMPANY
    records = (person, trader, shop, *others)
    if kind == "fake":
        customers: Customers = FakeCustomers(*records)
    else:
        db: DynamoDb = request.getfixturevalue("db")
        table = request.getfixturevalue("new_table")("Customers")
        for record in records:
            db.write(put(table, to_item(record)))
        customers = Customers(db, table)
    assert sorted(customers.of_tax_code("uno", SOLE_TRADER.codice_fiscale, most=3)) == ["1", "2"]
    assert customers.of_tax_code("uno", SOLE_TRADER.partita_iva, most=3) == ["3"]
    assert customers.of_tax_code("due", SOLE_TRADER.codice_fiscale, most=3) == ["4"]
    assert len(customers.of_tax_code("uno", SOLE_TRADER.codice_fiscale, most=1)) == 1
    assert customers.of_tax_code("tre", SOLE_TRADER.codice_fiscale, most=3) == []


def test_attributes_of_a_later_version_are_ignored() -> None:
    assert from_item(to_item(COMPANY) | {"tariff": "night"}) == COMPANY


def test_the_key_begins_with_the_supplier() -> None:
    assert key("uno", "0012345") == "uno#0012345"
