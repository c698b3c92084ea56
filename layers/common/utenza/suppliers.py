"""Whom the customers belong to, read from `suppliers.json`, which is compiled from `suppliers/suppliers.toml`.

The layer carries JSON: it was checked when it was compiled, and the import's mapping stays out of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter

from utenza.errors import InvalidValue

type Texts = Mapping[str, str]
"""One text for each language of the supplier, `it` always among them."""

_COMPILED = Path(__file__).with_name("suppliers.json")


class Document(BaseModel):
    """What customers are asked to accept: its title and where to read it, in each language of the supplier."""

    model_config = ConfigDict(frozen=True)

    id: str
    version: str
    title: Mapping[str, str]
    url: Mapping[str, str]
    required: bool


class ExportColumn(NamedTuple):
    """A column of the file for the CRM: its title, and which of our fields it has (`crm.file`)."""

    title: str
    field: str


class Supplier(BaseModel):
    """One supplier; `code_pattern` is for a whole, compact customer code, `code_picture` may be empty.

    `mail` may have a `sender_name`, a `reply_to`, a `colour`, an `objection_page` and an `undo_page`.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: Mapping[str, str]
    languages: tuple[str, ...]
    code_label: Mapping[str, str]
    code_pattern: str
    code_hint: Mapping[str, str]
    code_picture: str
    links: Mapping[str, Mapping[str, str]]
    mail: Mapping[str, str] = {}
    issues_activation_codes: bool = False
    documents: tuple[Document, ...] = ()
    export_columns: tuple[ExportColumn, ...] = ()


class Suppliers:
    """The suppliers of this deployment, in the order of their file; at least one."""

    def __init__(self, suppliers: Iterable[Supplier]) -> None:
        self._by_id = {supplier.id: supplier for supplier in suppliers}

    def __iter__(self) -> Iterator[Supplier]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def named(self, supplier_id: str | None) -> Supplier:
        """Return the supplier of that id, for None the only one; InvalidValue `required` or `unknown_supplier`."""
        if supplier_id is None:
            if len(self._by_id) > 1:
                raise InvalidValue("required")
            return next(iter(self))
        supplier = self._by_id.get(supplier_id)
        if supplier is None:
            raise InvalidValue("unknown_supplier")
        return supplier


def load(path: Path = _COMPILED) -> Suppliers:
    """Return the compiled suppliers."""
    return Suppliers(TypeAdapter(list[Supplier]).validate_json(path.read_bytes()))
