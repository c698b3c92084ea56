"""Whatever is installed is installed by hashes: an entry without one fails here."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tools.paths import ROOT

_REQUIREMENTS = [*sorted((ROOT / "bench" / "requirements").glob("*.txt")), ROOT / "tools" / "bootstrap_uv.txt"]
_NPM = ["bench/peers/package-lock.json", "tests/clients/typescript/package-lock.json"]


def test_every_file_in_the_lock_has_its_hash() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages = [package for package in lock["package"] if package["source"] != {"virtual": "."}]
    files = [
        (package["name"], file)
        for package in packages
        for file in [*([package["sdist"]] if "sdist" in package else []), *package.get("wheels", [])]
    ]
    assert {package["name"] for package in packages} == {name for name, _ in files}
    assert [name for name, file in files if not re.fullmatch(r"sha256:[0-9a-f]{64}", file.get("hash", ""))] == []


@pytest.mark.parametrize("file", _REQUIREMENTS, ids=lambda file: file.name)
def test_every_line_of_a_requirements_file_has_hashes(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    entries = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert entries
    assert [line for line in entries if not re.search(r"==\S+.*--hash=sha256:[0-9a-f]{64}", line)] == []


@pytest.mark.parametrize("file", _NPM)
def test_every_package_of_a_npm_lock_has_its_integrity(file: str) -> None:
    packages = json.loads((ROOT / file).read_text(encoding="utf-8"))["packages"]
    entries = {name: entry for name, entry in packages.items() if name}
    assert entries
    assert [name for name, entry in entries.items() if not entry.get("integrity", "").startswith("sha512-")] == []


def test_what_installs_asks_for_hashes() -> None:
    """`uv sync` and `npm ci` always do; pip and `uv pip` only when they are told."""
    files = [ROOT / "Makefile", ROOT / "layers/common/layer.mk", *(ROOT / "tools").glob("*.sh")]
    files += (ROOT / "layers").rglob("*.sh")
    commands = [
        line
        for file in files
        for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        if re.search(r"\bpip\W+(install|sync)\b|\bnpm (install|i)\b|\buv sync\b", line) and not line.startswith("#")
    ]
    assert len(commands) >= 4
    assert [line for line in commands if "--require-hashes" not in line] == []
    assert re.search(r"sync --quiet --frozen", (ROOT / "Makefile").read_text(encoding="utf-8"))
