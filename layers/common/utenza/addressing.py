"""Whom a request is about: the supplier that it names, and the customer code as that supplier prints it."""

from utenza.errors import InvalidValue
from utenza.identifiers import customer_code
from utenza.schema import Body, text
from utenza.suppliers import Supplier, Suppliers


class ForSupplier(Body):
    supplier: str = text(40, optional=True, doc="May be left out when the deployment has one supplier.")


class ForCustomer(ForSupplier):
    customer_code: str = text(64, verbatim=True, doc="NIC/CE/Cod. cliente, with its leading zeros.")


def supplier_of(asked: ForSupplier, suppliers: Suppliers) -> Supplier:
    """Return the supplier; InvalidRequest with this and every other fault noted so far."""
    supplier = _named(asked, suppliers)
    asked.raise_errors()
    return supplier


def customer_of(asked: ForCustomer, suppliers: Suppliers) -> tuple[Supplier, str]:
    """Return the supplier and the normalised customer code; InvalidRequest with every fault noted so far."""
    supplier = _named(asked, suppliers)
    code = ""
    if not asked.refused("supplier") and not asked.refused("customer_code"):
        try:
            code = customer_code.validate(asked.customer_code, supplier.code_pattern)
        except InvalidValue as invalid:
            asked.refuse("customer_code", invalid.code)
    asked.raise_errors()
    return supplier, code


def _named(asked: ForSupplier, suppliers: Suppliers) -> Supplier:
    """Return the supplier; any other when the name is refused, for the caller then raises."""
    try:
        return suppliers.named(asked.supplier or None)
    except InvalidValue as invalid:
        asked.refuse("supplier", invalid.code)
        return next(iter(suppliers))
