import re
from pathlib import Path

import pytest

from crm_import.columns import understand
from crm_import.mapping import load
from crm_import.records import Record
from crm_import.rejects import IT_REASONS
from crm_import.rows import Rejected, Row, code_of, to_row
from utenza.customers.record import Customer

from .conftest import HEADER
from .conftest import MARIO as LINE

NAMES = HEADER.split(";")
_ROW = re.compile(r"^\| `([a-z_]+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)  # of docs/crm.md
COLUMNS = understand(";".join(NAMES), load())
MARIO = {
    "COD_CLIENTE": "00100200301",
    "FORNITORE": "unogas-energia",
    "TIPO": "F",
    "COGNOME": "ROSSI",
    "NOME": "MARIO",
    "COD_FISCALE": "RSSMRA85T10H501O",
    "STATO": "ATTIVO",
}
TERMO = MARIO | {
    "TIPO": "G",
    "COGNOME": "",
    "NOME": "",
    "RAGIONE_SOCIALE": "TERMO ADIGE S.R.L.",
    "COD_FISCALE": "99000040214",
    "PARTITA_IVA": "99000040214",
}


def read_row(cells: dict[str, str], only: str | None = None) -> Row:
    return to_row(Record(2, [cells.get(name, "") for name in NAMES], True), COLUMNS, only)


def customer(**cells: str) -> Customer:
    return read_row(MARIO | cells).customer


def test_a_person() -> None:
    assert customer() == Customer(
        supplier="unogas-energia",
        code="00100200301",
        kind="person",
        first_name="MARIO",
        last_name="ROSSI",
        codice_fiscale="RSSMRA85T10H501O",
    )


def test_a_company_has_no_personal_name() -> None:
    found = read_row(TERMO | {"NOME": "MARIO", "COGNOME": "ROSSI"}).customer
    assert (found.kind, found.company_name, found.first_name) == ("company", "TERMO ADIGE S.R.L.", "")


def test_a_person_with_a_company_name_is_a_sole_trader() -> None:
    found = customer(RAGIONE_SOCIALE="ROSSI TRASPORTI", PARTITA_IVA="99000010126")
    assert (found.kind, found.company_name, found.partita_iva) == ("person", "ROSSI TRASPORTI", "99000010126")


def test_a_person_with_a_numeric_tax_code_stays_a_person() -> None:
    assert customer(COD_FISCALE="99000010589").kind == "person"


def test_a_body_needs_no_partita_iva() -> None:
    assert read_row(TERMO | {"PARTITA_IVA": ""}).customer.codice_fiscale == "99000040214"


def test_values_are_normalised() -> None:
    found = customer(
        COD_CLIENTE=" ab 00.12-3 ",
        COD_FISCALE=" rssmra85t10h501o ",
        TELEFONO="333/12.34.567",
        TIPO=" f ",
        STATO="cessato",
    )
    assert (found.code, found.codice_fiscale, found.phone) == ("AB00123", "RSSMRA85T10H501O", "+393331234567")
    assert (found.kind, found.status) == ("person", "closed")


def test_characters_that_nobody_sees_are_dropped_from_every_cell() -> None:
    unseen = {name: f"\u200e{text[:2]}\ufe0f{text[2:]}\u202c\u2060" for name, text in MARIO.items()}
    assert customer(**unseen, TELEFONO="\u202a+39 333 1234567\u202c", EMAIL="\u200bm@example.it") == customer(
        TELEFONO="333 1234567", EMAIL="m@example.it"
    )


@pytest.mark.parametrize("name", ["MAR\u00c3\u00adA", "NICOL\u00c3\u00a0", "NICOL\u00c3\u00a0 "])
def test_a_soft_hyphen_or_a_blank_that_is_half_of_a_letter_is_not_dropped_in_silence(name: str) -> None:
    with pytest.raises(Rejected) as rejected:
        customer(NOME=name)
    assert rejected.value.code == "mixed_encoding"


@pytest.mark.parametrize(
    ("cells", "left_out"),
    [
        ({"TELEFONO": "12"}, ["phone"]),
        ({"EMAIL": "mario(at)example.it"}, ["email"]),
        ({"TELEFONO": "0", "EMAIL": "n.d."}, ["phone", "email"]),
        ({"TELEFONO": "-", "EMAIL": "@"}, []),
        ({}, []),
    ],
)
def test_a_wrong_phone_or_email_is_left_out(cells: dict[str, str], left_out: list[str]) -> None:
    row = read_row(MARIO | cells)
    assert row.left_out == left_out
    assert (row.customer.phone, row.customer.email) == ("", "")


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"COD_CLIENTE": ""}, "customer_code", "required"),
        ({"COD_CLIENTE": "12"}, "customer_code", "invalid_customer_code"),
        ({"COD_CLIENTE": "1,002E+11"}, "customer_code", "invalid_customer_code"),
        ({"COD_CLIENTE": "100200301.0"}, "customer_code", "invalid_customer_code"),
        ({"FORNITORE": ""}, "supplier", "required"),
        ({"FORNITORE": "nessuno"}, "supplier", "unknown_supplier"),
        ({"TIPO": "X"}, "kind", "unknown_kind"),
        ({"TIPO": ""}, "kind", "required"),
        ({"TIPO": "G"}, "company_name", "required"),
        ({"STATO": "SOSPESO"}, "status", "unknown_status"),
        ({"STATO": ""}, "status", "required"),
        ({"NOME": "", "COGNOME": "."}, "last_name", "required"),
        ({"COGNOME": "'"}, "last_name", "invalid_name"),
        ({"COGNOME": "ROSSI2"}, "last_name", "invalid_name"),
        ({"COGNOME": "?ERNIC"}, "last_name", "lost_character"),
        ({"COGNOME": "NICOL\N{REPLACEMENT CHARACTER}"}, "last_name", "lost_character"),
        ({"COGNOME": "NICOLÃ²"}, "last_name", "mixed_encoding"),
        ({"COGNOME": "R" * 101}, "last_name", "too_long"),
        ({"RAGIONE_SOCIALE": '=HYPERLINK("http://evil.example/";"x")'}, "company_name", "formula"),
        ({"RAGIONE_SOCIALE": "+39 SRL"}, "company_name", "formula"),
        ({"RAGIONE_SOCIALE": "'=1+1"}, "company_name", "formula"),
        ({"TELEFONO": "=1+1"}, "phone", "formula"),
        ({"EMAIL": "@SUM(A1)"}, "email", "formula"),
        ({"COD_FISCALE": ""}, "codice_fiscale", "tax_code_missing"),
        ({"COD_FISCALE": "RSSMRA85T10H501X"}, "codice_fiscale", "invalid_tax_code"),
        ({"COD_FISCALE": "-", "PARTITA_IVA": "99000040215"}, "partita_iva", "invalid_tax_code"),
        ({"COD_FISCALE": "RSSMRA85T10H501X", "PARTITA_IVA": "0"}, "codice_fiscale", "invalid_tax_code"),
        ({"COGNOME": "NICOLã"}, "last_name", "mixed_encoding"),
        ({"RAGIONE_SOCIALE": "  =1+1"}, "company_name", "formula"),
        ({"RAGIONE_SOCIALE": "＝1+1"}, "company_name", "formula"),  # noqa: RUF001 - meant
        ({"RAGIONE_SOCIALE": '="=1+1"'}, "company_name", "formula"),
    ],
)
def test_a_wrong_row_is_rejected_with_its_field_and_an_italian_reason(
    cells: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(Rejected) as rejected:
        read_row(MARIO | cells)
    assert (rejected.value.field, rejected.value.code) == (field, code)
    assert code in IT_REASONS


def test_every_reason_is_explained_in_both_languages() -> None:
    page = Path("docs/crm.md").read_text(encoding="utf-8").split("### Righe scartate")[1]
    explained = {code: (italian, english) for code, italian, english in re.findall(_ROW, page)}
    assert {code: italian for code, (italian, _) in explained.items()} == IT_REASONS
    assert all(english != italian for italian, english in explained.values())


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (Record(2, ["1", "unogas-energia", *["1"] * 8], True), "too_few_columns"),
        (Record(2, ["1"] * 12, True), "too_many_columns"),
        (Record(2, ['1;"OPEN'], False), "unreadable"),
    ],
)
def test_a_row_that_cannot_be_split_is_rejected(record: Record, code: str) -> None:
    with pytest.raises(Rejected) as rejected:
        to_row(record, COLUMNS, None)
    assert (rejected.value.field, rejected.value.code) == ("", code)


@pytest.mark.parametrize("name", ["“PERÙ”", "BAJÈ", "È\u2019 ORA", "ŠKOFJA LOKA", "TÜRKENSTRAßE"])
def test_real_accents_are_not_taken_for_another_encoding(name: str) -> None:
    assert read_row(TERMO | {"RAGIONE_SOCIALE": name}).customer.company_name == name


@pytest.mark.parametrize(
    "vat_number",
    ["SM03473", "OO99999999999", "DE129273398", "00000000000", "0", "N.D.", "NULL", "RSSMRA85T10H501O", "99000040215"],
)
def test_a_wrong_partita_iva_beside_a_right_codice_fiscale_is_left_out(vat_number: str) -> None:
    row = read_row(MARIO | {"PARTITA_IVA": vat_number})
    assert (row.customer.codice_fiscale, row.customer.partita_iva) == ("RSSMRA85T10H501O", "")
    assert row.left_out == ["partita_iva"]


@pytest.mark.parametrize("name", ["KO?UTA", "?", "<ROSSI>", "R" * 201])
def test_a_wrong_company_name_of_a_person_is_left_out(name: str) -> None:
    row = read_row(MARIO | {"RAGIONE_SOCIALE": name})
    assert (row.customer, row.left_out) == (customer(), ["company_name"])


@pytest.mark.parametrize("name", ["?", "ROSSI2", "=1+1", "R" * 101, "NICOL\u00c3\u00b2"])
def test_a_company_does_not_need_the_names_of_a_person(name: str) -> None:
    assert read_row(TERMO | {"COGNOME": name, "NOME": name}) == read_row(TERMO)


def test_a_wrong_codice_fiscale_beside_a_right_partita_iva_is_left_out() -> None:
    row = read_row(TERMO | {"COD_FISCALE": "NON DISPONIBILE"})
    assert (row.customer.codice_fiscale, row.customer.partita_iva) == ("", "99000040214")
    assert row.left_out == ["codice_fiscale"]


@pytest.mark.parametrize("nothing", ["-", "--", "@", ".", "/", " – ", "__", "- -", "…", "//", ". ."])  # noqa: RUF001 - an en dash is meant
@pytest.mark.parametrize("column", ["PARTITA_IVA", "TELEFONO", "EMAIL", "RAGIONE_SOCIALE"])
def test_a_lone_sign_means_that_there_is_nothing(column: str, nothing: str) -> None:
    assert read_row(MARIO | {column: nothing}) == read_row(MARIO)


@pytest.mark.parametrize(
    "cells",
    [
        {"COD_CLIENTE": '="00100200301"', "COD_FISCALE": '="RSSMRA85T10H501O"'},
        {"COD_CLIENTE": "'00100200301", "COD_FISCALE": "'RSSMRA85T10H501O", "TIPO": "'F"},
        {"COD_CLIENTE": "\u201900100200301", "TELEFONO": '="-"', "EMAIL": "'"},
        {"COD_FISCALE": "IT RSSMRA85T10H501O"},
        {"COD_FISCALE": "it-RSSMRA85T10H501O"},
    ],
)
def test_what_excel_needs_around_a_code_is_dropped(cells: dict[str, str]) -> None:
    assert read_row(MARIO | cells) == read_row(MARIO)


@pytest.mark.parametrize("nothing", ["N.D.", "n/a", "#N/D", "#N/A", "(null)", "NULL", "null", "nan", "0", "*", "XXX"])
@pytest.mark.parametrize("column", ["NOME", "RAGIONE_SOCIALE"])
def test_what_databases_write_for_nothing_is_no_name(column: str, nothing: str) -> None:
    assert read_row(MARIO | {column: nothing}) == read_row(MARIO | {column: ""})


@pytest.mark.parametrize("name", ["NULL", "NAN HU", "NADIA", "ND'IAYE"])
def test_names_that_look_like_nothing_are_names(name: str) -> None:
    assert customer(COGNOME=name).last_name == name


def test_italys_prefix_is_dropped_from_numeric_tax_codes() -> None:
    assert read_row(TERMO | {"COD_FISCALE": "IT99000040214", "PARTITA_IVA": "IT 99000040214"}) == read_row(TERMO)


@pytest.mark.parametrize("column", ["COGNOME", "NOME"])
def test_a_person_may_have_one_name(column: str) -> None:
    found = customer(**{"COGNOME": "", "NOME": "", column: "COSTA CHERUBINA MARIA GRAZIA"})
    assert sorted((found.first_name, found.last_name)) == ["", "COSTA CHERUBINA MARIA GRAZIA"]


def test_the_one_column_for_all_names_may_be_that_of_companies() -> None:
    found = customer(COGNOME="", NOME="", RAGIONE_SOCIALE="COSTA CHERUBINA MARIA GRAZIA")
    assert (found.kind, found.last_name) == ("person", "COSTA CHERUBINA MARIA GRAZIA")
    with pytest.raises(Rejected) as rejected:
        customer(COGNOME="", NOME="", RAGIONE_SOCIALE="3 STELLE SRL")
    assert (rejected.value.field, rejected.value.code) == ("last_name", "required")


def test_missing_cells_at_the_end_are_empty() -> None:
    names = [name for name in NAMES if name != "EMAIL"]
    header = understand(";".join([*names, "EMAIL"]), load())
    cells = [MARIO.get(name, "") for name in names]
    assert to_row(Record(2, cells, True), header, None).customer == customer()


def test_separators_too_many_are_no_cells() -> None:
    cells = [MARIO.get(name, "") for name in NAMES]
    header = understand(";".join([*NAMES, "", ""]), load())
    for record in (Record(2, cells, True), Record(2, [*cells, "", " "], True)):
        assert to_row(record, header, None).customer == customer()


@pytest.mark.parametrize(
    ("phone", "mobile", "expected"),
    [
        ("", "333 1234567", "+393331234567"),
        ("?", "333 1234567", "+393331234567"),
        ("071 2345678", "333 1234567", "+390712345678"),
    ],
)
def test_the_first_right_phone_of_several_columns_is_taken(phone: str, mobile: str, expected: str) -> None:
    header = understand(";".join([*NAMES, "CELLULARE"]), load())
    cells = [(MARIO | {"TELEFONO": phone}).get(name, "") for name in NAMES]
    row = to_row(Record(2, [*cells, mobile], True), header, None)
    assert (row.customer.phone, row.left_out) == (expected, [])


def test_a_row_of_another_supplier_than_the_given_one_is_rejected() -> None:
    with pytest.raises(Rejected) as rejected:
        read_row(MARIO, only="unogas-gas-e-luce")
    assert rejected.value.code == "unknown_supplier"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["00100200301", "F"], "00100200301"),
        (['="00100200301"', "F"], "00100200301"),
        (["00100200301", "F", *[""] * 9, "x"], "00100200301"),  # the first cell is not moved
        (["1.0", "F"], ""),
        ([], ""),
    ],
)
def test_the_code_of_a_rejected_row_is_read_as_that_of_a_good_one(cells: list[str], code: str) -> None:
    assert code_of(Record(2, cells, True), understand(HEADER, load()), "unogas-energia") == code


def test_a_code_behind_a_separator_too_many_is_not_trusted() -> None:
    names = HEADER.split(";")
    header = understand(";".join([*names[1:], names[0]]), load())
    cells = [*LINE.split(";")[1:], "3331234567", LINE.split(";")[0]]  # a telephone where the code should be
    assert code_of(Record(2, cells, True), header, "unogas-energia") == ""
    assert (
        code_of(Record(2, [*LINE.split(";")[1:], LINE.split(";")[0]], True), header, "unogas-energia") == "00100200301"
    )
