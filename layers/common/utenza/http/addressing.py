"""Whom a request is about: the supplier that it names, and the customer code as that supplier prints it.

Models with these fields are read with the context `suppliers`.
"""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from utenza.errors import InvalidValue
from utenza.http.requests import NeedsOthers, OptionalText, RequestModel
from utenza.identifiers import customer_code
from utenza.identifiers.separators import Identifier
from utenza.suppliers import Suppliers


def _known_supplier(name: str, info: ValidationInfo) -> str:
    """Return the id of the supplier, the only one where none is named."""
    try:
        return _suppliers(info).named(name or None).id
    except InvalidValue as invalid:
        raise NeedsOthers(invalid.code) from None


def _as_printed(code: str, info: ValidationInfo) -> str:
    """Return the compact code; of a supplier that is wrong itself nothing can be said."""
    supplier = info.data.get("supplier")
    if supplier is None:
        return code
    try:
        return customer_code.validate(code, _suppliers(info).named(supplier).code_pattern)
    except InvalidValue as invalid:
        raise NeedsOthers(invalid.code) from None


def _suppliers(info: ValidationInfo) -> Suppliers:
    suppliers: Suppliers = (info.context or {})["suppliers"]
    return suppliers


class SupplierRequest(RequestModel):
    supplier: Annotated[OptionalText, AfterValidator(_known_supplier)] = Field(
        default="",
        max_length=40,
        validate_default=True,
        description="May be left out when the deployment has one supplier.",
    )


class CustomerRequest(SupplierRequest):
    customer_code: Annotated[Identifier, AfterValidator(_as_printed)] = Field(
        min_length=1, max_length=64, description="NIC/CE/Cod. cliente, with its leading zeros."
    )
