"""The mapping of suppliers.toml, and what is kept of it."""

from pathlib import Path

import pytest

from tools.import_customers import mapping
from tools.import_customers.mapping import NoMapping, mappings
from tools.suppliers import compile as compiler
from tools.suppliers.compile import read

SOURCE = Path("suppliers/suppliers.toml")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "new" / "mappings.json"


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Return the files that were checked."""
    checked: list[Path] = []

    def spy(source: Path) -> object:
        checked.append(source)
        return read(source)

    monkeypatch.setattr(compiler, "read", spy)
    return checked


def test_a_mapping_is_what_the_file_says(kept: Path) -> None:
    [first, *_] = mappings(SOURCE, kept)
    [entry, *_] = read(SOURCE)
    assert (first.supplier, first.code_pattern) == (entry.id, entry.code_pattern)
    assert first.columns == entry.mapping.columns.model_dump()
    assert list(first.kinds) == ["person", "company"]
    assert list(first.statuses) == ["active", "closed"]


def test_a_file_that_was_checked_is_not_checked_again(kept: Path, checks: list[Path]) -> None:
    assert mappings(SOURCE, kept) == mappings(SOURCE, kept)
    assert checks == [SOURCE]


def test_a_file_that_changes_is_checked_again_and_so_is_one_whose_checks_change(
    kept: Path, checks: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "suppliers.toml"
    text = SOURCE.read_text(encoding="utf-8").replace('code_picture = "', '# "')
    for content in (text, text.replace("COD_CLIENTE", "CODICE_X")):
        source.write_text(content, encoding="utf-8")
        found = mappings(source, kept)
    assert found[0].columns["customer_code"][0] == "CODICE_X"
    monkeypatch.setattr(mapping, "_CHECKED_BY", [tmp_path / "suppliers.toml"])
    mappings(source, kept)
    assert checks == [source] * 3


def test_a_fault_is_said_every_time(kept: Path, tmp_path: Path) -> None:
    source = tmp_path / "suppliers.toml"
    source.write_text("suppliers = []", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(NoMapping, match="suppliers"):
            mappings(source, kept)
    with pytest.raises(NoMapping, match="No such file"):
        mappings(tmp_path / "none.toml", kept)


def test_nothing_kept_stands_for_a_file_that_cannot_be_read(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "_CHECKED_BY", [tmp_path / "none.py"])
    mappings(SOURCE, kept)
    with pytest.raises(NoMapping, match="No such file"):
        mappings(tmp_path / "none.toml", kept)


def test_what_is_kept_and_spoilt_is_not_used(kept: Path) -> None:
    right = mappings(SOURCE, kept)
    for content in (b"", b"[]", b"{}", b"\xff", kept.read_bytes()[:-9]):
        kept.write_bytes(content)
        assert mappings(SOURCE, kept) == right


def test_what_cannot_be_kept_is_checked_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert mappings(SOURCE, tmp_path / "file" / "mappings.json") == mappings(SOURCE)
