"""The replica of the supplier's CRM: the import writes it, every public function only reads it."""

from utenza.customers.record import Customer
from utenza.dynamodb import DynamoDb
from utenza.tables.reading import reader


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


def key(supplier: str, code: str) -> str:
    return f"{supplier}#{code}"


def to_item(customer: Customer) -> dict[str, str]:
    """Return the item of a customer; empty fields are left out."""
    fields = {name: value for name, value in customer._asdict().items() if value}
    return {"pk": key(customer.supplier, customer.code)} | fields


from_item = reader(Customer)
