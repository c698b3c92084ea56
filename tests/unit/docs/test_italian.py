"""README.it.md has what README.md has: each command, each link, each section."""

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ONLY = {"README.md", "README.it.md"}  # each leads to the other


def _read(name: str) -> str:
    return (_ROOT / name).read_text(encoding="utf-8")


def _blocks(text: str) -> list[list[str]]:
    """Return the lines of the code blocks, without comments and without what a map says of its folders."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [
        [line if language else line.split()[0] for line in block.splitlines() if line[:1] != "#"]
        for language, block in found
    ]


@pytest.fixture(scope="module")
def english() -> str:
    return _read("README.md")


@pytest.fixture(scope="module")
def italian() -> str:
    return _read("README.it.md")


def test_commands_are_the_same(english: str, italian: str) -> None:
    assert _blocks(italian) == _blocks(english)
    assert any("curl" in line for block in _blocks(italian) for line in block)


def test_commands_and_values_in_the_text_are_the_same(english: str, italian: str) -> None:
    quoted = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
    assert sorted(quoted.findall(italian)) == sorted(quoted.findall(english))


def test_links_are_the_same_and_each_leads_to_the_other(english: str, italian: str) -> None:
    links = {name: _LINK.findall(text) for name, text in (("README.md", english), ("README.it.md", italian))}
    assert [link for link in links["README.it.md"] if link not in _ONLY] == [
        link for link in links["README.md"] if link not in _ONLY
    ]
    assert "README.it.md" in links["README.md"]
    assert "README.md" in links["README.it.md"]


def test_sections_are_as_many(english: str, italian: str) -> None:
    heading = re.compile(r"^## ", re.MULTILINE)
    assert len(heading.findall(italian)) == len(heading.findall(english))
