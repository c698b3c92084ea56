import re
from pathlib import Path

import pytest

from crm_import.encodings import LABELS
from crm_import.survey import NotAnExport, survey

PLAIN = b"COD_CLIENTE;COGNOME\r\n"


def written(folder: Path, content: bytes) -> Path:
    path = folder / "export.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PLAIN + b"1;ROSSI\r\n", "utf-8"),
        (b"\xef\xbb\xbf" + PLAIN + b"1;ROSSI\r\n", "utf-8-sig"),
        (PLAIN + b"1;ROSSI\r\n" * 5000 + "2;NICOLÒ\r\n".encode(), "utf-8"),
        (PLAIN + b"1;ROSSI\r\n" * 5000 + "2;NICOLÒ\r\n".encode("cp1252"), "cp1252"),
        ("COD_CLIENTE;COGNOME\r\n1;NICOLÒ\r\n".encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_is_found_wherever_the_first_accent_is(tmp_path: Path, content: bytes, encoding: str) -> None:
    found = survey(written(tmp_path, content))
    assert found.encoding == encoding
    assert found.header == "COD_CLIENTE;COGNOME"


@pytest.mark.parametrize(
    "encoding",
    ["cp850", "cp858", "cp437", "cp1250", "mac_roman", "mac_croatian", "cp852", "iso8859_2", "iso8859_15", "cp1257"],
)
@pytest.mark.parametrize(
    "name",
    [
        *("NICOLÒ", "PERÙ", "Nicolò", "MÜLLER", "ČERNIC", "Kovačič", "ŠKERK", "CITTÀ", "BAJÈ", "Caffè", "PÒ", "Cantù"),
        *("BABIČ", "Babič", "PERŠIČ", "MLAČ", "ŽAGAR", "Žerjal", "ĆOSIĆ", "Ćosić", "BÄR", "JÄGER", "SCHÄFER", "Höller"),
        *("GROß", "Weiß", "Süß", "NOË", "PEÑA", "Peña", "1° MAGGIO;Forlì;", "Città di Castello;"),
    ],
)
def test_another_code_page_is_recognised_or_makes_the_same_of_a_name(tmp_path: Path, encoding: str, name: str) -> None:
    _expect_doubt_or_the_same(tmp_path, encoding, name)


@pytest.mark.parametrize("encoding", ["cp850", "cp1250", "mac_roman"])
@pytest.mark.parametrize(
    "name",
    [
        *("FOÀ", "RIVIÈRE", "ADÈLE", "MICHÈLE", "INÈS", "DESIRÈE", "NOÈ", "Noël", "Potočnik", "PEČNIK", "Srečko"),
        *("Mušćet", "KLÄRE", "THADDÄUS", "BRÄUER", "Nußbaumer", "Fröhlich", "Pröll", "Schröder"),
        *("Gröttner", "Fröschl", "Tröst", "Schlögl", "Şahin", "ŞULE", "Ayşe"),
    ],
)
def test_so_is_each_of_the_usual_three_in_rarer_names(tmp_path: Path, encoding: str, name: str) -> None:
    _expect_doubt_or_the_same(tmp_path, encoding, name)


@pytest.mark.parametrize("name", ["Änne", "ÄNNE"])
def test_a_capital_of_dos_is_recognised_at_the_beginning_of_a_name(tmp_path: Path, name: str) -> None:
    _expect_doubt_or_the_same(tmp_path, "cp850", name)


def _expect_doubt_or_the_same(tmp_path: Path, encoding: str, name: str) -> None:
    content = PLAIN + f"1;{name}\r\n".encode(encoding, errors="ignore")
    path = written(tmp_path, content)
    if content.decode("cp1252", errors="replace") == content.decode(encoding):
        assert survey(path).encoding in {"cp1252", "utf-8"}
        return
    with pytest.raises(NotAnExport, match=r"line 2 .*add --encoding"):
        survey(path)
    if encoding in LABELS:
        assert survey(path, encoding).encoding == encoding


@pytest.mark.parametrize(
    ("encoding", "name", "found"),
    [("cp850", "NICOLÒ", "ã"), ("mac_roman", "NICOLÒ", "ñ"), ("cp1250", "ČERNIC", "È")],
)
def test_the_likely_code_page_is_proposed(tmp_path: Path, encoding: str, name: str, found: str) -> None:
    path = written(tmp_path, PLAIN + f"1;{name}\r\n".encode(encoding))
    with pytest.raises(NotAnExport, match=f'line 2 has "{found}" .* add --encoding {encoding} or --encoding cp1252$'):
        survey(path)
    assert survey(path, "cp1252").encoding == "cp1252"


@pytest.mark.parametrize(
    "name",
    [
        "NICOLÒ",
        "D’ALÒ",  # noqa: RUF001 - meant
        "È ORA",
        "Müller",
        "GROßE",
        "ŠKERK",
        "François",
        "CRÈME",
        "ZOË",
        "Noël",
        "N.° 5",
        "ROSSI® ™",
        "1ª",
        *("NOÈ", "GIOSUÈ", "SALOMÈ", "PIÈ", "DESIRÈE", "Marìa", "PÒ", "Pò", "CITTÁ", "Calabró", "João", "SÁNCHEZ"),
        *("ERŽEN", "DRŽAN", "VŠEČ", "Žiga", "PERŠE", "BÄR", "SCHÄFER", "WEISS", "Weiß", "FRANÇOIS", "François", "Gaël"),
        *(
            "BÈGUE",
            "Adèle",
            "Mendès",
            "Lefèvre",
            "JÉRÔME",
            "Côté",
            "Hôpital",
            "Rhône",
            "Zoë",
            "DRŽAN",
            "Žnidaršič",
            "Krška",
        ),
        *("Džuro", "Goršek", "Suárez", "Cæsar", "M.ª José", "n.º 5", "De’Longhi", "Mršnik"),  # noqa: RUF001
        *("“LA PERLA”", "„Perle“", "ROSSI – BIANCHI", "Rossi–Bianchi", "SHOP… E ALTRO", "D´ANGELO", "1º piano"),  # noqa: RUF001
    ],
)
def test_names_in_windows_1252_are_not_doubted(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, PLAIN + f"1;{name};\r\n".encode("cp1252", errors="ignore"))
    assert survey(path).encoding in {"cp1252", "utf-8"}  # UTF-8 is also what has no accent


def test_a_file_that_is_not_in_the_given_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAnExport, match="line 2 is not UTF-8"):
        survey(written(tmp_path, PLAIN + b"1;NICOL\xd2\r\n"), "utf-8")


@pytest.mark.parametrize("line", [b"sep=;", b'"sep=;"', b"SEP=\t", b"sep=;;;;", b"sep = ;", b";;;", b'"";""'])
def test_the_line_for_excel_is_not_the_header(tmp_path: Path, line: bytes) -> None:
    found = survey(written(tmp_path, line + b"\r\n" + PLAIN + b"1;A\r\n\x1a"))
    assert (found.header_line, found.header, found.rows) == (2, "COD_CLIENTE;COGNOME", 1)


def test_a_header_may_have_line_breaks_in_its_cells(tmp_path: Path) -> None:
    found = survey(written(tmp_path, b'"COD\nCLIENTE";COGNOME\r\n1;A\r\n'))
    assert (found.header_line, found.header, found.rows) == (2, '"COD\nCLIENTE";COGNOME', 1)


@pytest.mark.parametrize(("end", "inside"), [("\r", "\n"), ("\n", "\r"), ("\r\n", "\r\n"), ("\r\n", "\r")])
def test_a_line_break_in_the_header_is_not_what_ends_lines(tmp_path: Path, end: str, inside: str) -> None:
    header = f'"COD{inside}CLIENTE";"RAGIONE{inside}SOCIALE"'
    found = survey(written(tmp_path, f"{header}{end}1;A{end}2;B{end}".encode()))
    assert (found.header, found.rows) == (header, 2)


def test_old_macs_end_lines_with_a_carriage_return(tmp_path: Path) -> None:
    found = survey(written(tmp_path, b"COD_CLIENTE;COGNOME\r1;A\r2;B\r"))
    assert (found.newline, found.header, found.rows) == ("\r", "COD_CLIENTE;COGNOME", 2)


def test_rows_are_counted_without_blank_lines(tmp_path: Path) -> None:
    found = survey(written(tmp_path, b"\r\n" + PLAIN + b"1;A\r\n\r\n2;B"))
    assert (found.header_line, found.rows) == (2, 2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (PLAIN, "only a header"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\r\n <!DOCTYPE html>\n<html>", "web page"),
        (b"<html><body>login</body></html>", "web page"),
        ("COD_CLIENTE;COGNOME\r\n1;A".encode("utf-16-le"), "NUL"),
        (PLAIN + b"1;A\r\n" + PLAIN + b"2;B\r\n", "line 3 repeats"),
        (PLAIN + b"1;" + b"A" * 70_000, "64 kB"),
        (b"\xef\xbb\xbf" + PLAIN + b"1;NICOL\xd2\r\n", "line 2 is not UTF-8"),
        (PLAIN + b"1;NICOL\xd2\r\n2;\x81\r\n", "line 3 is neither"),
    ],
)
def test_another_kind_of_file_is_refused_with_the_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(NotAnExport, match=reason):
        survey(written(tmp_path, content))


def test_a_missing_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(NotAnExport, match="No such file"):
        survey(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        PLAIN,
        PLAIN + b"1;ROSSI\r\n" + PLAIN,
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b"%PDF",
        PLAIN + b"1;\0\r\n",
        PLAIN + b"1;" + b"x" * 70_000,
        PLAIN + b"1;NICOL\x95\r\n",
        PLAIN + b"1;\x81\r\n",
        b"\xef\xbb\xbf" + PLAIN + b"1;\xd2\r\n",
        b"\xff\xfe\x00",
    ],
)
def test_a_refusal_is_said_in_english_and_in_italian(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotAnExport) as refused:
        survey(written(tmp_path, content))
    english, italian = refused.value.message
    assert (str(refused.value), italian != english) == (english, True)
    assert re.match("il file|la riga|c'è", italian)
