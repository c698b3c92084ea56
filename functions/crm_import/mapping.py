"""How the exports of each supplier name their columns: `[suppliers.import]` of `suppliers.toml`, as JSON."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

import utenza.suppliers
from utenza.customers.record import Kind, Status

_COMPILED = Path(utenza.suppliers.__file__).with_name("import_mappings.json")


class SupplierMapping(BaseModel):
    """One supplier: names of columns in the export by ours, and texts of cells by our kind and status."""

    model_config = ConfigDict(frozen=True)

    id: str
    code_pattern: str
    columns: Mapping[str, Sequence[str]]
    kinds: Mapping[Kind, Sequence[str]]
    statuses: Mapping[Status, Sequence[str]]


def load(path: Path = _COMPILED) -> list[SupplierMapping]:
    """Return the compiled mappings, in the order of their file."""
    return of_json(path.read_bytes())


def of_json(text: str | bytes) -> list[SupplierMapping]:
    return TypeAdapter(list[SupplierMapping]).validate_json(text)
