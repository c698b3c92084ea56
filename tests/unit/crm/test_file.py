"""The file for the CRM: as Excel opens and writes it, in the supplier's columns."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.suppliers.compile import read
from tools.suppliers.models import EXPORT_COLUMNS, ExportField
from utenza.crm.days import begin_of, day_of
from utenza.crm.file import ENCODING, FIELDS, CrmFile
from utenza.crm.standing import Standing
from utenza.formulas import unescaped
from utenza.suppliers import ExportColumn, load
from utenza.tables.agreements import Acceptance

_COLUMNS = tuple(ExportColumn(title, field) for title, field in EXPORT_COLUMNS.items())
_MARIO = Standing(
    customer_code="00100200301",
    status="registered",
    account_id="a" * 32,
    registered_at=begin_of(date(2026, 11, 26)),
    user_id="mario@example.org",
    phone="+390425284604",
    language="it",
    last_login_at=begin_of(date(2026, 11, 27)) - 1,
    documents=(Acceptance("terms", "2", 1), Acceptance("privacy", "2026-01", 1)),
)


def _written(*rows: Standing, columns: tuple[ExportColumn, ...] = _COLUMNS) -> bytes:
    raw = BytesIO()
    with TextIOWrapper(raw, encoding=ENCODING, newline="") as text:
        assert CrmFile(text, columns).add(rows) == len(rows)
        text.flush()
        return raw.getvalue()


def test_a_row_is_as_documented_to_the_byte() -> None:
    header = "COD_CLIENTE;USER_ID;TELEFONO;LINGUA;STATO;REGISTRATO_IL;ULTIMO_ACCESSO;DOCUMENTI\r\n"
    row = "00100200301;mario@example.org;'+390425284604;it;REGISTRATO;2026-11-26;2026-11-26;terms 2, privacy 2026-01"
    assert _written(_MARIO) == b"\xef\xbb\xbf" + f"{header}{row}\r\n".encode()
    assert _written() == b"\xef\xbb\xbf" + header.encode()  # a day without changes
    assert row in Path("docs/crm.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        (_MARIO._replace(role="delegate"), "DELEGATO"),
        (Standing("1", "frozen", "a", "delegate", 1), "BLOCCATO"),
        (Standing("1"), "NON_REGISTRATO"),
    ],
)
def test_every_state_has_a_word(standing: Standing, state: str) -> None:
    columns = (ExportColumn("CODICE", "customer_code"), ExportColumn("S", "status"), ExportColumn("E", "email_status"))
    row = _written(standing, columns=columns).decode(ENCODING).splitlines()[1]
    assert row == f"{standing.customer_code};{state};{'ok' if state == 'DELEGATO' else ''}"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_no_cell_is_a_formula_and_each_reads_back_as_it_was(user_id: str) -> None:
    content = _written(_MARIO._replace(user_id=user_id)).decode(ENCODING)
    _, row = csv.reader(StringIO(content, newline=""), delimiter=";")
    assert not row[1].startswith(("=", "+", "-", "@", "\t"))
    if not user_id.lstrip().startswith("'"):
        assert unescaped(row[1]) == user_id
    assert unescaped(row[2]) == _MARIO.phone


def test_the_suppliers_columns_are_written_in_their_order(tmp_path: Path) -> None:
    loaded = load().named("unogas-energia")
    assert loaded.export_columns == _COLUMNS
    assert read(Path("suppliers/suppliers.toml"))[1].export.columns == EXPORT_COLUMNS  # without any, these
    assert set(get_args(ExportField)) == set(FIELDS)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-26T22:59:59+00:00", date(2026, 11, 26)),
        ("2026-11-26T23:00:00+00:00", date(2026, 11, 27)),
        ("2026-07-01T21:59:59+00:00", date(2026, 7, 1)),
        ("2026-07-01T22:00:00+00:00", date(2026, 7, 2)),
    ],
)
def test_a_day_is_italys(moment: str, day: date) -> None:
    seconds = int(datetime.fromisoformat(moment).timestamp())
    assert day_of(seconds) == day
    assert begin_of(day) <= seconds


def test_days_of_a_changed_clock_have_23_and_25_hours() -> None:
    assert begin_of(date(2026, 3, 30)) - begin_of(date(2026, 3, 29)) == 23 * 3600
    assert begin_of(date(2026, 10, 26)) - begin_of(date(2026, 10, 25)) == 25 * 3600
