"""Customers in memory."""

from utenza.customers.record import Customer
from utenza.tables.customers import Customers


class FakeCustomers(Customers):
    def __init__(self, *customers: Customer) -> None:
        self.records = {(customer.supplier, customer.code): customer for customer in customers}

    def add(self, customer: Customer) -> None:
        self.records[customer.supplier, customer.code] = customer

    def find(self, supplier: str, code: str, *, consistent: bool = False) -> Customer | None:
        return self.records.get((supplier, code))

    def of_tax_code(self, supplier: str, tax_code: str, *, most: int) -> list[str]:
        found = (
            each.code
            for each in self.records.values()
            if each.supplier == supplier and (each.codice_fiscale or each.partita_iva) == tax_code
        )
        return sorted(found)[:most]
