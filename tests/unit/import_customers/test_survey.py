from pathlib import Path

import pytest

from tools.import_customers.survey import NotAnExport, survey

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
    ],
)
def test_the_encoding_is_found_wherever_the_first_accent_is(tmp_path: Path, content: bytes, encoding: str) -> None:
    found = survey(written(tmp_path, content))
    assert found.encoding == encoding
    assert found.header == "COD_CLIENTE;COGNOME"


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
        ("COD_CLIENTE;COGNOME\r\n1;A".encode("utf-16"), "UTF-16"),
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
