"""Turns a row into a customer, with the same validation as the registration's.

A wrong phone or e-mail is left out and the row is loaded: the registration compares neither, and customers whose row is
rejected cannot register at all.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from tools.import_customers.columns import Header, Layout, fold
from tools.import_customers.records import Record
from utenza.customers import company_names, person_names
from utenza.customers.record import Customer
from utenza.errors import InvalidValue
from utenza.identifiers import codice_fiscale, customer_code, email, partita_iva, phone

_LONGEST = {"first_name": 100, "last_name": 100, "company_name": 200}  # as in POST /verify
# A few names make up most of an export: cache their validation.
_name, _company_name = lru_cache(4096)(person_names.validate), lru_cache(4096)(company_names.validate)
_folded = lru_cache(256)(fold)
_LOST = ("?", "\N{REPLACEMENT CHARACTER}")


class Rejected(Exception):
    """A row is not loaded; `field` is our name of the column, empty for the whole row; `code` is the reason."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(code)
        self.field = field
        self.code = code


class Row(NamedTuple):
    """A customer, and which of phone and e-mail are wrong and left out."""

    customer: Customer
    left_out: Sequence[str]


def to_row(record: Record, header: Header, only_supplier: str | None) -> Row:
    """Return the customer of a record; raises Rejected for the first fault."""
    if not record.is_readable:
        raise Rejected("", "unreadable")
    if len(record.cells) != len(header.names):
        raise Rejected("", "too_few_columns" if len(record.cells) < len(header.names) else "too_many_columns")
    layout = _layout(record.cells, header, only_supplier)
    texts = {field: _text(field, record.cells[at]) for field, at in layout.positions.items()}
    return _Reader(layout, texts).row()


def _layout(cells: Sequence[str], header: Header, only: str | None) -> Layout:
    named = only if header.supplier_at is None else cells[header.supplier_at].strip().casefold()
    if not named:
        raise Rejected("supplier", "required")
    if only not in (None, named):
        raise Rejected("supplier", "unknown_supplier")
    layout = header.layouts.get(named)
    if layout is None:
        raise Rejected("supplier", "unknown_supplier")
    return layout


def _text(field: str, cell: str) -> str:
    """Return the trimmed cell, without the apostrophe that a rejects file puts before a `+`; raises Rejected."""
    if (cell.isascii() and cell.isalnum()) or not cell:
        return cell  # most cells: nothing below applies
    text = cell.strip()
    if text[:1] == "'" and text[1:2] in tuple("=+-@"):
        text = text[1:]
    if text[:1] in tuple("=@") or cell[:1] in tuple("\t\r\n") or (text[:1] in tuple("+-") and field != "phone"):
        raise Rejected(field, "formula")
    if field in _LONGEST and any(mark in text for mark in _LOST):
        raise Rejected(field, "lost_character")
    if not text.isascii() and _is_of_another_encoding(text):
        raise Rejected(field, "mixed_encoding")
    return text


def _is_of_another_encoding(text: str) -> bool:
    """Tell whether the text is UTF-8 that was read as Windows-1252, like `Ã²` for `ò`."""
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return all(char < "\u0180" or "\u2010" <= char <= "\u2030" for char in meant)


class _Reader(NamedTuple):
    layout: Layout
    texts: dict[str, str]

    def row(self) -> Row:
        kind = self._one_of("kind", self.layout.kinds, "unknown_kind")
        is_person = kind == "person"
        phone_number, email_address = self._optional("phone", phone.validate), self._optional("email", email.validate)
        customer = Customer(
            supplier=self.layout.supplier,
            code=self._checked("customer_code", lambda text: customer_code.validate(text, self.layout.code_pattern)),
            kind=kind,
            first_name=self._checked("first_name", _name) if is_person else "",
            last_name=self._checked("last_name", _name) if is_person else "",
            company_name=self._checked("company_name", _company_name, required=not is_person),
            codice_fiscale=self._checked("codice_fiscale", codice_fiscale.validate, required=False),
            partita_iva=self._checked("partita_iva", partita_iva.validate, required=False),
            phone=phone_number or "",
            email=email_address or "",
            status=self._one_of("status", self.layout.statuses, "unknown_status")
            if "status" in self.layout.positions
            else "active",
        )
        if not customer.codice_fiscale and not customer.partita_iva:
            raise Rejected("codice_fiscale", "tax_code_missing")
        wrong = {"phone": phone_number is None, "email": email_address is None}
        return Row(customer, [field for field, is_wrong in wrong.items() if is_wrong])

    def _one_of[T](self, field: str, meanings: Mapping[str, T], code: str) -> T:
        text = self.texts[field]
        if not text:
            raise Rejected(field, "required")
        meaning = meanings.get(_folded(text))
        if meaning is None:
            raise Rejected(field, code)
        return meaning

    def _checked(self, field: str, validate: Callable[[str], str], *, required: bool = True) -> str:
        text = self.texts.get(field, "")
        if not text:
            if required:
                raise Rejected(field, "required")
            return ""
        if len(text) > _LONGEST.get(field, len(text)):
            raise Rejected(field, "too_long")
        try:
            return validate(text)
        except InvalidValue as error:
            raise Rejected(field, error.code) from None

    def _optional(self, field: str, validate: Callable[[str], str]) -> str | None:
        """Return the normalised text, empty if the cell is, None if it is wrong."""
        text = self.texts.get(field, "")
        try:
            return validate(text) if text else ""
        except InvalidValue:
            return None
