"""Finds the columns of an export by name, with the column names of each supplier in suppliers.toml."""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crm_import.mapping import SupplierMapping
from crm_import.survey import NotAnExport
from utenza.customers.record import Kind, Status

_DELIMITERS = {";": "semicolons", ",": "commas", "\t": "tabs"}
_CONTACTS = ("phone", "email")
_ALWAYS_FILLED = ("supplier", "customer_code", "kind", "status")


class Layout(NamedTuple):
    """How to read the rows of one supplier: positions by our column name, kinds and statuses by the folded cell.

    `contacts` has the columns for phone and e-mail, of which there can be several. A row has at least `least` cells.
    """

    supplier: str
    code_pattern: str
    positions: Mapping[str, int]
    contacts: Mapping[str, Sequence[int]]
    least: int
    kinds: Mapping[str, Kind]
    statuses: Mapping[str, Status]


class Header(NamedTuple):
    """The parsed header line; `supplier_at` is None if no column names the supplier."""

    delimiter: str
    names: Sequence[str]
    supplier_at: int | None
    layouts: Mapping[str, Layout]
    ignored: Sequence[str]

    @property
    def separated_by(self) -> str:
        return _DELIMITERS[self.delimiter]


def fold(name: str) -> str:
    """Return the name in lower case, without accents and everything but letters and digits."""
    return "".join(char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalnum())


def understand(line: str, suppliers: Sequence[SupplierMapping]) -> Header:
    """Find delimiter and columns for the suppliers whose columns are all there; raises NotAnExport if none fits."""
    known = {fold(name) for entry in suppliers for names in _columns(entry).values() for name in names}
    candidates = {delimiter: _cells(line, delimiter) for delimiter in _DELIMITERS}
    delimiter = max(candidates, key=lambda each: sum(fold(name) in known for name in candidates[each]))
    names = candidates[delimiter]
    folded = [fold(name) for name in names]
    if not known.intersection(folded):
        raise NotAnExport(
            "its first line is not a header: none of the columns of suppliers.toml is in it",
            "la prima riga non è un'intestazione: non contiene nessuna delle colonne di suppliers.toml",
        )
    doubled = [name for name, each in zip(names, folded, strict=True) if each in known and folded.count(each) > 1]
    if doubled:
        raise NotAnExport(
            f"the header has a column twice: {doubled[0]}", f"nell'intestazione c'è due volte la colonna {doubled[0]}"
        )
    layouts = {each.id: layout for each in suppliers if (layout := _layout(each, folded))}
    if not layouts:
        missing = ", ".join(_missing(_columns(suppliers[0]), folded))
        raise NotAnExport(f"the header lacks {missing}", f"nell'intestazione manca {missing}")
    supplier_at = next(
        (at for layout in layouts.values() if (at := layout.positions.get("supplier")) is not None), None
    )
    ignored = [name for name, each in zip(names, folded, strict=True) if each and each not in known]
    return Header(delimiter, names, supplier_at, layouts, ignored)


def choose(line: str, suppliers: Sequence[SupplierMapping], supplier: str | None) -> tuple[Header, str | None]:
    """Return the header, and the supplier if there can be only one; raises NotAnExport."""
    chosen = [each for each in suppliers if supplier in (None, each.id)]
    if not chosen:
        raise NotAnExport(f"there is no supplier {supplier}: suppliers.toml has {_ids(suppliers)}")
    header = understand(line, chosen)
    if header.supplier_at is None and len(chosen) > 1:
        raise NotAnExport(f"no column names the supplier: add --supplier with one of {_ids(suppliers)}")
    return header, chosen[0].id if len(chosen) == 1 else None


def column_of(header: Header, field: str) -> str:
    """Return the name in the export of one of our columns, empty if it has none."""
    layouts = header.layouts.values()
    at = next((layout.positions[field] for layout in layouts if field in layout.positions), None)
    return "" if at is None else header.names[at]


def _columns(entry: SupplierMapping) -> Mapping[str, Sequence[str]]:
    """Return the names of each column in the export, by our name."""
    return entry.columns


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells, without those that only separators too many make; none if the quotes are those of another."""
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]
    except csv.Error:  # a line break between two quoted cells
        return []
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _position(names: Sequence[str], folded: Sequence[str]) -> int | None:
    return next((folded.index(fold(name)) for name in names if fold(name) in folded), None)


def _missing(columns: Mapping[str, Sequence[str]], folded: Sequence[str]) -> list[str]:
    """Return the first name of each required column that the header lacks."""
    return [
        names[0]
        for field, names in columns.items()
        if names and field not in {"supplier", *_CONTACTS} and _position(names, folded) is None
    ]


def _layout(entry: SupplierMapping, folded: Sequence[str]) -> Layout | None:
    columns = _columns(entry)
    if _missing(columns, folded):
        return None
    positions = {field: at for field, names in columns.items() if (at := _position(names, folded)) is not None}
    contacts = {
        field: [folded.index(fold(name)) for name in columns[field] if fold(name) in folded] for field in _CONTACTS
    }
    least = 1 + max(positions[field] for field in _ALWAYS_FILLED if field in positions)
    kinds, statuses = _meanings(entry.kinds), _meanings(entry.statuses)
    return Layout(entry.id, entry.code_pattern, positions, contacts, least, kinds, statuses)


def _meanings[V: (Kind, Status)](texts: Mapping[V, Sequence[str]]) -> dict[str, V]:
    """Return our value for each folded text of a cell."""
    return {fold(cell): value for value, cells in texts.items() for cell in cells}


def _ids(suppliers: Sequence[SupplierMapping]) -> str:
    return ", ".join(each.id for each in suppliers)
