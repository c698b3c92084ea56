"""Checks rows and turns the good ones into items of the table."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crm_import.columns import Header
from crm_import.records import Record
from crm_import.rows import Rejected, to_row
from crm_import.seen import Fingerprint, fingerprint
from utenza.tables.customers import to_item


class Refusal(NamedTuple):
    """The field and code of a `Rejected`, in a form that can be sent between processes."""

    field: str
    code: str


class Checked(NamedTuple):
    """A good row; `left_out` names the fields that are wrong and left out."""

    item: Mapping[str, str]
    fingerprint: Fingerprint
    left_out: Sequence[str]


type Outcome = Checked | Refusal


class Checker:
    """Checks the rows of one file; `supplier` is the only one allowed, None allows all of the header's."""

    def __init__(self, header: Header, supplier: str | None) -> None:
        self._header, self._supplier = header, supplier

    def check(self, chunk: Sequence[Record]) -> list[Outcome]:
        """Return the outcome of each record, in order."""
        return [self._check(record) for record in chunk]

    def _check(self, record: Record) -> Outcome:
        try:
            row = to_row(record, self._header, self._supplier)
        except Rejected as rejected:
            return Refusal(rejected.field, rejected.code)
        item = to_item(row.customer)
        return Checked(item, fingerprint(item), row.left_out)
