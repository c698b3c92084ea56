"""Whom a request is about: the supplier that it names, and the customer code as that supplier prints it."""

from utenza.errors import InvalidValue
from utenza.http.schema import Body, text
from utenza.identifiers import customer_code
from utenza.suppliers import Supplier, Suppliers


class ForSupplier(Body):
    supplier: str = text(40, optional=True, doc="May be left out when the deployment has one supplier.")


class ForCustomer(ForSupplier):
    customer_code: str = text(64, verbatim=True, doc="NIC/CE/Cod. cliente, with its leading zeros.")


def supplier_of(request: ForSupplier, suppliers: Suppliers) -> Supplier:
    """Return the supplier; InvalidRequest with this and every other fault noted so far."""
    supplier = _named(request, suppliers)
    request.raise_errors()
    return supplier


def customer_of(request: ForCustomer, suppliers: Suppliers) -> tuple[Supplier, str]:
    """Return the supplier and the normalised customer code; InvalidRequest with every fault noted so far."""
    supplier = _named(request, suppliers)
    code = ""
    if not request.refused("supplier") and not request.refused("customer_code"):
        try:
            code = customer_code.validate(request.customer_code, supplier.code_pattern)
        except InvalidValue as invalid:
            request.refuse("customer_code", invalid.code)
    request.raise_errors()
    return supplier, code


def _named(request: ForSupplier, suppliers: Suppliers) -> Supplier:
    """Return the supplier; any other when the name is refused, for the caller then raises."""
    try:
        return suppliers.named(request.supplier or None)
    except InvalidValue as invalid:
        request.refuse("supplier", invalid.code)
        return next(iter(suppliers))
