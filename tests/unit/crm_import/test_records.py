import csv

from hypothesis import assume, given
from hypothesis.strategies import sampled_from, text

from crm_import.records import Record, records, split


def parse(text: str, width: int = 3) -> list[Record]:
    return list(records(text.splitlines(keepends=True), ";", width=width, first_line=2))


def test_a_record_has_the_number_of_its_first_line() -> None:
    assert parse('1;"two\nlines";3\r\n4;5;6\r\n') == [
        Record(2, ["1", "two\nlines", "3"], True),
        Record(4, ["4", "5", "6"], True),
    ]


def test_quotes_follow_the_standard() -> None:
    assert parse('1;"BAR ""DA MARIO""; SRL";3\n')[0].cells == ["1", 'BAR "DA MARIO"; SRL', "3"]


def test_a_quote_inside_an_unquoted_cell_is_a_character() -> None:
    assert parse('1;TUBI 3" SRL;3\n4;5;6\n') == [
        Record(2, ["1", 'TUBI 3" SRL', "3"], True),
        Record(3, ["4", "5", "6"], True),
    ]


def test_an_open_quote_spoils_its_own_row_only() -> None:
    rows = parse('1;"OPEN;3\n' + "4;5;6\n" * 30)
    assert rows[0] == Record(2, ['1;"OPEN;3'], False)
    assert [row.line for row in rows[1:]] == list(range(3, 33))


def test_rows_between_two_open_quotes_are_read() -> None:
    rows = parse('1;"OPEN;3\n4;5;6\n7;"OPEN;9\n')
    assert [(row.line, row.is_readable) for row in rows] == [(2, False), (3, True), (4, False)]


def test_text_after_a_closing_quote_is_unreadable() -> None:
    assert parse('1;"BAR" MARIO;3\n4;5;6\n') == [
        Record(2, ['1;"BAR" MARIO;3'], False),
        Record(3, ["4", "5", "6"], True),
    ]


def test_lines_with_only_separators_are_skipped() -> None:
    assert parse(';;\n"";"";""\n1;2;3\n ; ;\n\x1a') == [Record(4, ["1", "2", "3"], True)]


def test_the_end_mark_of_dos_is_no_part_of_the_last_cell() -> None:
    assert parse("1;2;3\x1a") == [Record(2, ["1", "2", "3"], True)]


@given(text("a;,\t \"'\r\n\u2028é", min_size=1), sampled_from(";,\t"))
def test_lines_are_split_as_by_csv(line: str, delimiter: str) -> None:
    assume(line.strip())
    try:
        expected = list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        expected = []
    assert split(line, delimiter) == next(iter(expected), None)
