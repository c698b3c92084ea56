"""Customers made for a test, put straight into the stack's Customers table, as the import would."""

import itertools
from typing import Any

from utenza.customers.record import Customer
from utenza.tables.customers import to_item

SUPPLIER = "unogas-energia"
PASSWORD = "quattro trote blu"
_numbers = itertools.count(700_000_000)


def person(**changes: Any) -> Customer:
    """Return a natural person with a code of their own; the tax code is shared, which is allowed."""
    fields: dict[str, Any] = {
        "supplier": SUPPLIER,
        "code": f"0{next(_numbers)}",
        "kind": "person",
        "first_name": "Nicolò",
        "last_name": "D'Angelo",
        "codice_fiscale": "DNGNCL80A01H501A",
        "phone": "+393331234567",
    }
    return Customer(**(fields | changes))


def company(**changes: Any) -> Customer:
    fields: dict[str, Any] = {
        "supplier": SUPPLIER,
        "code": f"0{next(_numbers)}",
        "kind": "company",
        "company_name": "OFFICINE RIZZO S.R.L.",
        "partita_iva": "12345670017",
    }
    return Customer(**(fields | changes))


def store(dynamodb: Any, table: str, customer: Customer, *, is_indexed: bool = False) -> Customer:
    """Put a record into the table. All share a tax code, so none is offered to another unless it `is_indexed`."""
    item = {name: {"S": value} for name, value in to_item(customer).items() if is_indexed or name != "found_by"}
    dynamodb.put_item(TableName=table, Item=item)
    return customer


def claim(customer: Customer, **changes: Any) -> dict[str, Any]:
    """Return what this customer would type at step one."""
    typed: dict[str, Any] = {
        "supplier": customer.supplier,
        "customer_code": customer.code,
        "tax_code": customer.codice_fiscale or customer.partita_iva,
    }
    if customer.kind == "person":
        typed |= {"first_name": customer.first_name, "last_name": customer.last_name}
    else:
        typed |= {"company_name": customer.company_name}
    return typed | changes


def credentials(step_token: str, user_id: str, **changes: Any) -> dict[str, Any]:
    """Return what a customer would choose at step two."""
    return {
        "step_token": step_token,
        "user_id": user_id,
        "password": PASSWORD,
        "password_repeat": PASSWORD,
        "question": "Come si chiamava il mio primo gatto?",
        "answer": "Briciola",
        "answer_repeat": "briciola ",
    } | changes
