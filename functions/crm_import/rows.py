"""Turns a row into a customer, with the same validation as the registration's.

A wrong phone or e-mail is left out and the row is loaded: the registration compares neither, and customers whose row is
rejected cannot register at all. So is a wrong tax code beside a right one, and a person's company name that is none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from crm_import.columns import Header, Layout, fold
from crm_import.encodings import lower_among_capitals
from crm_import.records import Record
from utenza.customers import company_names, person_names
from utenza.customers.folding import APOSTROPHES
from utenza.customers.record import Customer
from utenza.errors import InvalidValue
from utenza.formulas import unescaped
from utenza.identifiers import customer_code, email, partita_iva, phone, tax_code
from utenza.identifiers.separators import clean

_LONGEST = {"first_name": 100, "last_name": 100, "company_name": 200}  # as in POST /verify
# A few names make up most of an export: cache their validation.
_name, _company_name = lru_cache(4096)(person_names.validate), lru_cache(4096)(company_names.validate)
_folded = lru_cache(256)(fold)
_FORMULA = frozenset("=+-@＝＋－＠")  # noqa: RUF001 - spreadsheets take the full-width ones too
_NOTHING = re.compile(r"[-‐-―−.…,@/\\*_ ]+")  # noqa: RUF001 - what people type into a cell that must not be empty
# What databases and spreadsheets write for nothing: in a name it is none, elsewhere it is a value that is wrong.
_NO_NAME = re.compile(r"#?N[./][AD]\.?|#N/?[AD]!?|[(\[<]null[)\]>]|nan|0|X{3,}", re.IGNORECASE)
_NULL = {"first_name": "NULL", "company_name": "NULL"}  # there are people whose surname is Null
_LONGEST_NOTHING = 4  # letters and digits
_FRACTION = re.compile(r"\d+\.0+")  # a code that was a number on its way has lost its zeros
_AS_TEXT = re.compile(r'="([^"]*)"')  # how Excel is kept from making a number of a code
_CODES = frozenset({"supplier", "customer_code", "kind", "codice_fiscale", "partita_iva", "phone", "email", "status"})
_NO_COMPANY_NAME = frozenset({"lost_character", "invalid_name", "too_long"})
_LOST = ("?", "\N{REPLACEMENT CHARACTER}")


class Rejected(Exception):
    """A row is not loaded; `field` is our name of the column, empty for the whole row; `code` is the reason."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(code)
        self.field = field
        self.code = code


class Row(NamedTuple):
    """A customer, and which of phone, e-mail, tax codes and a person's company name are wrong and left out."""

    customer: Customer
    left_out: Sequence[str]


def to_row(record: Record, header: Header, only_supplier: str | None) -> Row:
    """Return the customer of a record; raises Rejected for the first fault."""
    if not record.is_readable:
        raise Rejected("", "unreadable")
    cells = _fitted(record.cells, len(header.names))
    layout = _layout(cells, header, only_supplier)
    if len(record.cells) < layout.least:
        raise Rejected("", "too_few_columns")
    return _Reader(layout, cells).row()


def code_of(record: Record, header: Header, supplier: str | None) -> str:
    """Return the customer code of a row that is rejected, empty if it cannot be read for sure.

    A separator too many or too few moves the cells: only the first one is where it belongs then.
    """
    layout = header.layouts.get(supplier or "")
    if layout is None or not record.is_readable:
        return ""
    at = layout.positions["customer_code"]
    is_moved = len(record.cells) < layout.least or any(clean(cell) for cell in record.cells[len(header.names) :])
    if len(record.cells) <= at or (is_moved and at > 0):
        return ""
    try:
        return _Reader(layout, record.cells).code()
    except Rejected:
        return ""


def _fitted(cells: Sequence[str], width: int) -> Sequence[str]:
    """Return as many cells as the header has: exports leave out empty ones at the end, or write separators too many."""
    if any(clean(cell) for cell in cells[width:]):
        raise Rejected("", "too_many_columns")
    return [*cells[:width], *[""] * (width - len(cells))] if len(cells) != width else cells


def _layout(cells: Sequence[str], header: Header, only: str | None) -> Layout:
    named = only if header.supplier_at is None else clean(cells[header.supplier_at]).casefold()
    if not named:
        raise Rejected("supplier", "required")
    if only not in (None, named):
        raise Rejected("supplier", "unknown_supplier")
    layout = header.layouts.get(named)
    if layout is None:
        raise Rejected("supplier", "unknown_supplier")
    return layout


def _text(field: str, cell: str) -> str:
    """Return the cleaned cell without what keeps Excel from calculating it, empty for a dash; raises Rejected."""
    if (cell.isascii() and cell.isalnum() and len(cell) > _LONGEST_NOTHING) or not cell:
        return cell  # most cells: nothing below applies
    text = clean(unescaped(cell))
    if as_text := _AS_TEXT.fullmatch(text):
        text = as_text[1].strip()
    if text[:1] in APOSTROPHES and field in _CODES:
        text = text[1:]
    if _NOTHING.fullmatch(text) or (field in _LONGEST and _is_no_name(field, text)):
        return ""
    if cell[:1] in tuple("\t\r\n") or (text[:1] in _FORMULA and not (field == "phone" and text[0] in "+-＋")):  # noqa: RUF001
        raise Rejected(field, "formula")
    if field in _LONGEST and any(mark in text for mark in _LOST):
        raise Rejected(field, "lost_character")
    # The cell as it is: a soft hyphen or a no-break blank in it may be half of a letter.
    if not cell.isascii() and (lower_among_capitals(text) or any(map(_is_of_another_encoding, (text, cell)))):
        raise Rejected(field, "mixed_encoding")
    return text


def _is_no_name(field: str, text: str) -> bool:
    return _NO_NAME.fullmatch(text) is not None or text.upper() == _NULL.get(field)


def _is_of_another_encoding(text: str) -> bool:
    """Tell whether the text is UTF-8 that was read as Windows-1252, like `Ã²` for `ò`."""
    if text.isascii():
        return False
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return all(char < "\u0180" or "\u2010" <= char <= "\u2030" for char in meant)


class _Reader(NamedTuple):
    """Reads the cells that a customer needs: a company's row may have anything in the names of persons."""

    layout: Layout
    cells: Sequence[str]

    def row(self) -> Row:
        kind = self._one_of("kind", self.layout.kinds, "unknown_kind")
        is_person = kind == "person"
        first_name, last_name = self._person_names() if is_person else ("", "")
        company_name = self._company_name(is_person=is_person)
        phone_number, email_address = self._contact("phone", phone.validate), self._contact("email", email.validate)
        personal_code, vat_number = self._tax_codes()
        customer = Customer(
            supplier=self.layout.supplier,
            code=self.code(),
            kind=kind,
            first_name=first_name,
            last_name=last_name,
            company_name=company_name or "",
            codice_fiscale=personal_code or "",
            partita_iva=vat_number or "",
            phone=phone_number or "",
            email=email_address or "",
            status=self._one_of("status", self.layout.statuses, "unknown_status")
            if "status" in self.layout.positions
            else "active",
        )
        found = {
            "company_name": company_name,
            "phone": phone_number,
            "email": email_address,
            "codice_fiscale": personal_code,
            "partita_iva": vat_number,
        }
        return Row(customer, [field for field, text in found.items() if text is None])

    def code(self) -> str:
        return self._checked("customer_code", self._customer_code)

    def _person_names(self) -> tuple[str, str]:
        """Return first and last name, of which one may be empty: some people have one name, some exports one column."""
        first, last = (self._checked(field, _name, required=False) for field in ("first_name", "last_name"))
        if not first and not last:  # then the one column may be the company's
            try:
                last = _name(self._text("company_name"))
            except (InvalidValue, Rejected):
                raise Rejected("last_name", "required") from None
        return first, last

    def _company_name(self, *, is_person: bool) -> str | None:
        """Return the name, None if a person's is wrong: a person registers without it."""
        try:
            return self._checked("company_name", _company_name, required=not is_person)
        except Rejected as rejected:
            if is_person and rejected.code in _NO_COMPANY_NAME:
                return None
            raise

    def _text(self, field: str) -> str:
        at = self.layout.positions.get(field)
        return "" if at is None else _text(field, self.cells[at])

    def _customer_code(self, text: str) -> str:
        if _FRACTION.fullmatch(text):
            raise InvalidValue("invalid_customer_code")
        return customer_code.validate(text, self.layout.code_pattern)

    def _tax_codes(self) -> tuple[str | None, str | None]:
        """Return codice fiscale and partita IVA as `_valid` does, at least one of them; raises Rejected."""
        validators = {"codice_fiscale": tax_code.validate, "partita_iva": partita_iva.validate}
        personal_code, vat_number = found = [_valid(self._text(each), validators[each]) for each in validators]
        if not any(found):
            wrong = next((field for field, code in zip(validators, found, strict=True) if code is None), None)
            raise Rejected(wrong or "codice_fiscale", "invalid_tax_code" if wrong else "tax_code_missing")
        return personal_code, vat_number

    def _one_of[T](self, field: str, meanings: Mapping[str, T], code: str) -> T:
        text = self._text(field)
        if not text:
            raise Rejected(field, "required")
        meaning = meanings.get(_folded(text))
        if meaning is None:
            raise Rejected(field, code)
        return meaning

    def _checked(self, field: str, validate: Callable[[str], str], *, required: bool = True) -> str:
        text = self._text(field)
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

    def _contact(self, field: str, validate: Callable[[str], str]) -> str | None:
        """Return the first right text of the columns for a contact, else as `_valid` does."""
        found = [_valid(_text(field, self.cells[at]), validate) for at in self.layout.contacts[field]]
        return next(filter(None, found), None if None in found else "")


def _valid(text: str, validate: Callable[[str], str]) -> str | None:
    """Return the normalised text, empty if the cell is, None if it is wrong."""
    try:
        return validate(text) if text else ""
    except InvalidValue:
        return None
