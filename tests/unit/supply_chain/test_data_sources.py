"""Each list and table in the repository has a known origin and a licence."""

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

from tools.paths import ROOT

_DATA = {".csv", ".dat", ".gz", ".jpg", ".json", ".jsonl", ".pdf", ".png", ".svg", ".toml", ".tsv", ".txt", ".zip"}
_PAGE = ROOT / "docs" / "data-sources.md"


def _data_files() -> set[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = {name for name in listed.split("\0") if Path(name).suffix in _DATA and (ROOT / name).exists()}
    return {name for name in files if (ROOT / name).stat().st_size > 1000}


def test_every_data_file_is_named_with_its_origin() -> None:
    named = re.findall(r"`([^`]+)`", _PAGE.read_text(encoding="utf-8"))
    files = _data_files()
    assert "layers/common/utenza/passwords/common_passwords.txt" in files
    assert {name for name in files if not any(fnmatch(name, pattern) for pattern in named)} == set()


def test_no_data_file_is_named_that_is_gone() -> None:
    named = re.findall(r"`([a-z]+/[^`*{} ]+\.[a-z]+)`", _PAGE.read_text(encoding="utf-8"))
    outside = ("src/", "django/", "mimesis/", "botocore/")
    assert {name for name in named if not name.startswith(outside) and not (ROOT / name).exists()} == set()


def test_the_page_says_how_many_passwords_are_refused() -> None:
    entries = (
        (ROOT / "layers/common/utenza/passwords/common_passwords.txt").read_text(encoding="utf-8").split("\n")[1:-1]
    )
    assert f"{len(entries):,} passwords that are refused" in _PAGE.read_text(encoding="utf-8")
