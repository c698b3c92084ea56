"""Figures and their goals on the page."""

import pytest

from bench.page import Row, Section, at_least, at_most


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (at_most("start", 0.934, 1.0), ["start", "0.93 ×", "at most 1 ×", "yes", ""]),
        (at_most("start", 1.001, 1.0), ["start", "1.00 ×", "at most 1 ×", "**no**", ""]),
        (at_least("import", 1.5, 1.5, "30 a second"), ["import", "1.50 ×", "at least 1.5 ×", "yes", "30 a second"]),
        (at_least("login", 999.4, 1000, unit=""), ["login", "999", "at least 1,000", "**no**", ""]),
        (at_least("eight clients", 0.5, None), ["eight clients", "0.50 ×", "", "", ""]),
    ],
)
def test_a_figure_stands_beside_its_goal(row: Row, expected: Row) -> None:
    assert row == expected


def test_a_section_is_its_title_its_text_its_figures_and_more() -> None:
    section = Section("Import", "Text.", [at_least("rows", 2.0, None)], ["More."])
    head, text, figures, more = section.markdown().split("\n\n")
    assert (head, text, more) == ("## Import", "Text.", "More.")
    assert figures.splitlines()[1:] == ["| --- | ---: | ---: | ---: | ---: |", "| rows | 2.00 × |  |  |  |"]
