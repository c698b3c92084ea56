"""The page in Markdown, and figures for people."""

import pytest

from bench.page import Section, Table, met, millis, times


def test_a_table_sets_figures_to_the_right() -> None:
    table = Table(["what", "ratio"], [["login", "1.15 ×"]])
    assert table.text() == "| what | ratio |\n| --- | ---: |\n| login | 1.15 × |"


def test_a_section_is_its_title_and_its_parts() -> None:
    section = Section("Cold start", ["Text.", Table(["what"], [["hello"]])])
    assert section.text() == "## Cold start\n\nText.\n\n| what |\n| --- |\n| hello |"


@pytest.mark.parametrize(("value", "text"), [(0.123, "0.12 ×"), (9.994, "9.99 ×"), (10.4, "10 ×"), (1234.0, "1234 ×")])
def test_ratios(value: float, text: str) -> None:
    assert times(value) == text


@pytest.mark.parametrize(("seconds", "text"), [(2.4761, "2476 ms"), (0.0612, "61.2 ms"), (0.00023, "0.23 ms")])
def test_times(seconds: float, text: str) -> None:
    assert millis(seconds) == text


def test_a_goal_that_was_missed_stands_out() -> None:
    assert (met(reached=True), met(reached=False)) == ("yes", "**no**")
