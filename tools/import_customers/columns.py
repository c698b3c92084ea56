"""Finds the columns of an export by name, with the mapping of each supplier."""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.import_customers.mapping import SupplierMapping
from tools.import_customers.survey import NotAnExport
from utenza.customers.record import Kind, Status

_DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs"}


class Layout(NamedTuple):
    """How the rows of one supplier are read; kinds and statuses are by the folded text of their cell."""

    supplier: str
    code_pattern: str
    positions: Mapping[str, int]
    kinds: Mapping[str, Kind]
    statuses: Mapping[str, Status]


class Header(NamedTuple):
    """The header line, understood; `supplier_at` is None when the file does not name the supplier."""

    delimiter: str
    names: Sequence[str]
    supplier_at: int | None
    layouts: Mapping[str, Layout]
    ignored: Sequence[str]

    @property
    def separated_by(self) -> str:
        return _DELIMITERS[self.delimiter]


def fold(name: str) -> str:
    """Return the name without what does not matter: case, accents, everything but letters and digits."""
    return "".join(char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalnum())


def understand(line: str, mappings: Sequence[SupplierMapping]) -> Header:
    """Find delimiter and columns for those suppliers whose mapping fits; raises NotAnExport when none does."""
    known = {fold(name) for mapping in mappings for names in mapping.columns.values() for name in names}
    candidates = {delimiter: _cells(line, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(candidates, key=lambda each: sum(fold(name) in known for name in candidates[each]))
    names = candidates[delimiter]
    folded = [fold(name) for name in names]
    if not known.intersection(folded):
        raise NotAnExport("its first line is not a header: none of the columns of suppliers.toml is in it")
    doubled = [name for name, each in zip(names, folded, strict=True) if each in known and folded.count(each) > 1]
    if doubled:
        raise NotAnExport(f"the header has a column twice: {doubled[0]}")
    layouts = {each.supplier: layout for each in mappings if isinstance(layout := _layout(each, folded), Layout)}
    if not layouts:
        raise NotAnExport(f"the header lacks {', '.join(_missing(mappings[0].columns, folded))}")
    supplier_at = next(
        (at for layout in layouts.values() if (at := layout.positions.get("supplier")) is not None), None
    )
    ignored = [name for name, each in zip(names, folded, strict=True) if each and each not in known]
    return Header(delimiter, names, supplier_at, layouts, ignored)


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]


def _position(names: Sequence[str], folded: Sequence[str]) -> int | None:
    return next((folded.index(fold(name)) for name in names if fold(name) in folded), None)


def _missing(columns: Mapping[str, Sequence[str]], folded: Sequence[str]) -> list[str]:
    """Return the first name of each column that must be there and is not."""
    optional = {"supplier", "phone", "email"}
    return [
        names[0]
        for field, names in columns.items()
        if names and field not in optional and _position(names, folded) is None
    ]


def _layout(mapping: SupplierMapping, folded: Sequence[str]) -> Layout | None:
    if _missing(mapping.columns, folded):
        return None
    positions = {field: at for field, names in mapping.columns.items() if (at := _position(names, folded)) is not None}
    kinds = {fold(name): kind for kind, names in mapping.kinds.items() for name in names}
    statuses = {fold(name): status for status, names in mapping.statuses.items() for name in names}
    return Layout(mapping.supplier, mapping.code_pattern, positions, kinds, statuses)
