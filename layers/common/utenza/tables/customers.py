"""The replica of the supplier's CRM: the import writes it, every public function only reads it."""

from utenza.customers.record import Customer
from utenza.dynamodb import DynamoDb
from utenza.tables.reading import reader

BY_TAX_CODE = "by-tax-code"  # the index; keys alone, which only functions/customer_sync may read


class Customers:
    def __init__(self, db: DynamoDb, table: str) -> None:
        self._db = db
        self._table = table

    def find(self, supplier: str, code: str, *, consistent: bool = False) -> Customer | None:
        """Return the customer with exactly this code, closed ones too, None when there is none.

        A read may be a second behind the import, which is behind the CRM anyway, unless it is `consistent`.
        """
        item = self._db.get(self._table, key(supplier, code), consistent=consistent)
        return None if item is None else from_item(item)

    def of_tax_code(self, supplier: str, tax_code: str, *, most: int) -> list[str]:
        """Return the codes of at most so many records with this tax code, by an index that is a moment behind.

        Of a record with two tax codes it has one (`to_item`).
        """
        values = {"tax_code": _found_by(supplier, tax_code)}
        found = self._db.query(self._table, BY_TAX_CODE, "#found_by = :tax_code", values, most=most)
        return [item["pk"].removeprefix(key(supplier, "")) for item in found]


def key(supplier: str, code: str) -> str:
    return f"{supplier}#{code}"


def to_item(customer: Customer) -> dict[str, str]:
    """Return the item of a customer; empty fields are left out.

    `found_by` is what the index has it under: the codice fiscale, or else the partita IVA.
    """
    fields = {name: value for name, value in customer._asdict().items() if value}
    tax_code = customer.codice_fiscale or customer.partita_iva
    indexed = {"found_by": _found_by(customer.supplier, tax_code)} if tax_code else {}
    return {"pk": key(customer.supplier, customer.code)} | fields | indexed


def _found_by(supplier: str, tax_code: str) -> str:
    return f"{supplier}#{tax_code}"


from_item = reader(Customer)
