"""Checks rows and turns the good ones into items of the table."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crm_import.columns import Header
from crm_import.records import Record
from crm_import.rows import Rejected, code_of, to_row
from crm_import.seen import Fingerprint, fingerprint
from utenza.identifiers.separators import clean
from utenza.tables.customers import to_item


class Refusal(NamedTuple):
    """The field and code of a `Rejected`, in a form that can be sent between processes.

    `customer` is the customer code of the row, empty if it cannot be read.
    """

    field: str
    code: str
    customer: str = ""


class Checked(NamedTuple):
    """A good row; `left_out` names the fields that are wrong and left out."""

    item: Mapping[str, str]
    fingerprint: Fingerprint
    left_out: Sequence[str]


class Elsewhere(NamedTuple):
    """A row of another supplier, whose turn is another one."""


type Outcome = Checked | Refusal | Elsewhere


class Checker:
    """Checks the rows of one file; `supplier` is the only one allowed, None allows all of the header's.

    Rows of `others` are passed over; with `only_own` all rows are that do not name the supplier.
    """

    def __init__(
        self, header: Header, supplier: str | None, others: frozenset[str] = frozenset(), *, only_own: bool = False
    ) -> None:
        self._header, self._supplier = header, supplier
        self._others, self._only_own = others, only_own

    def check(self, chunk: Sequence[Record]) -> list[Outcome]:
        """Return the outcome of each record, in order."""
        return [self._check(record) for record in chunk]

    def _check(self, record: Record) -> Outcome:
        if self._others and self._is_elsewhere(record):
            return Elsewhere()
        try:
            row = to_row(record, self._header, self._supplier)
        except Rejected as rejected:
            return Refusal(rejected.field, rejected.code, code_of(record, self._header, self._supplier))
        item = to_item(row.customer)
        return Checked(item, fingerprint(item), row.left_out)

    def _is_elsewhere(self, record: Record) -> bool:
        at = self._header.supplier_at
        named = "" if at is None or not record.is_readable or len(record.cells) <= at else clean(record.cells[at])
        return named.casefold() != self._supplier if self._only_own else named.casefold() in self._others
