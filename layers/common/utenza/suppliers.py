"""Who the customers may belong to, read from `suppliers.json`, which is compiled from `suppliers.toml`.

The layer carries JSON and not TOML because every cold start reads it, and because it was checked when it was compiled.
"""

import json
import os
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from utenza.errors import InvalidValue

type Texts = Mapping[str, str]
"""One text for each language of the supplier, `it` always among them."""

_COMPILED = os.path.join(os.path.dirname(__file__), "suppliers.json")  # noqa: PTH118, PTH120 -- pathlib is slow to import


class Supplier(NamedTuple):
    """One supplier; `code_pattern` is for a whole, normalised customer code, `code_picture` may be empty.

    `mail` may have a `sender_name`, a `reply_to` and a `colour`.
    """

    id: str
    name: Texts
    languages: tuple[str, ...]
    code_label: Texts
    code_pattern: str
    code_hint: Texts
    code_picture: str
    links: Mapping[str, Texts]
    mail: Mapping[str, str] = {}


class Suppliers:
    """The suppliers of this deployment, in the order of their file; at least one."""

    def __init__(self, suppliers: Iterator[Supplier]) -> None:
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


def load(path: str = _COMPILED) -> Suppliers:
    """Return the compiled suppliers; the file is trusted, `tools.compile_suppliers` checked it."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 -- pathlib is slow to import
        records = json.load(file)
    return Suppliers(Supplier(**{**record, "languages": tuple(record["languages"])}) for record in records)
