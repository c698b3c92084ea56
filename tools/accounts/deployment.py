"""The deployment whose accounts are looked after: its tables, its suppliers, and who is asking."""

from functools import cached_property
from pathlib import Path

from tools.aws import Aws, outputs
from tools.command_line import Refused, existing_stack, operator
from tools.suppliers.compile import read
from tools.suppliers.models import SupplierEntry
from utenza.dynamodb import DynamoDb

_TABLES = ("AccountsTable", "CustomersTable", "SessionsTable", "ActivityTable")


class Deployment:
    """What boto3 raises is passed on."""

    def __init__(self, aws: Aws, tables: dict[str, str], suppliers: list[SupplierEntry]) -> None:
        self.aws = aws
        self.db = DynamoDb(aws.client("dynamodb"))
        self.accounts, self.customers, self.sessions, self.activity = (tables[name] for name in _TABLES)
        self._suppliers = suppliers

    @cached_property
    def operator(self) -> str:
        return operator(self.aws)

    def supplier(self, name: str) -> SupplierEntry:
        """Return the supplier of this name; without one the only supplier. Refused if there is no such one."""
        if not name and len(self._suppliers) == 1:
            return self._suppliers[0]
        found = next((supplier for supplier in self._suppliers if supplier.id == name), None)
        if found is None:
            known = ", ".join(supplier.id for supplier in self._suppliers)
            problem = f"There is no supplier {name}" if name else "Which supplier?"
            raise Refused(f"{problem}. Give --supplier, one of: {known}")
        return found


def find_deployment(aws: Aws, stack: str, suppliers: Path) -> Deployment:
    """Return the deployment of a stack; Refused if there is none, SuppliersError if the file of suppliers is wrong."""
    tables = outputs(existing_stack(aws, stack))
    missing = [name for name in _TABLES if name not in tables]
    if missing:
        raise Refused(f"The stack {stack} has no output {missing[0]}: it is no deployment of Utenza")
    return Deployment(aws, tables, read(suppliers))
