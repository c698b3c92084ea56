"""The file for the CRM: CSV as Excel opens and writes it, one row per customer code, in the supplier's columns."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TextIO

from utenza.crm.days import day_of
from utenza.crm.standing import Standing
from utenza.formulas import escaped
from utenza.suppliers import ExportColumn

ENCODING = "utf-8-sig"  # with a byte order mark: Excel knows the letters by it
MEDIA_TYPE = "text/csv; charset=utf-8"

_STATUS = {"registered": "REGISTRATO", "frozen": "BLOCCATO", "not_registered": "NON_REGISTRATO"}


class CrmFile:
    """An open file with the header in it. It was opened with ENCODING and newline="".

    What a spreadsheet would take for a formula, such as a phone's +39, has an apostrophe before it. `before` are titles
    of columns before the supplier's own.
    """

    def __init__(self, file: TextIO, columns: Sequence[ExportColumn], before: Sequence[str] = ()) -> None:
        self._columns = columns
        self._writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        self._write([*before, *(column.title for column in columns)])

    def add(self, rows: Iterable[Standing], before: Sequence[str] = ()) -> int:
        """Write rows, each with the same cells before it, and return how many."""
        written = 0
        for row in rows:
            self._write([*before, *(_CELLS[column.field](row) for column in self._columns)])
            written += 1
        return written

    def _write(self, cells: Sequence[str]) -> None:
        self._writer.writerow(map(escaped, cells))


def _status(row: Standing) -> str:
    return "DELEGATO" if (row.status, row.role) == ("registered", "delegate") else _STATUS[row.status]


def _day(moment: int) -> str:
    return day_of(moment).isoformat() if moment else ""


def _documents(row: Standing) -> str:
    return ", ".join(f"{each.document} {each.version}" for each in row.documents)


_CELLS: Mapping[str, Callable[[Standing], str]] = {
    "customer_code": lambda row: row.customer_code,
    "user_id": lambda row: row.user_id,
    "phone": lambda row: row.phone,
    "language": lambda row: row.language,
    "status": _status,
    "registered_on": lambda row: _day(row.registered_at),
    "last_login_on": lambda row: _day(row.last_login_at),
    "documents": _documents,
    "account_id": lambda row: row.account_id,
    "email_status": lambda row: row.email_status if row.status == "registered" else "",
}
FIELDS = tuple(_CELLS)
