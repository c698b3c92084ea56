"""The bill of materials of a layer: every package with version, licence and hashes, and what is compiled into it."""

import json
import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from tools.shipped import packages, sbom
from utenza.passwords.policy import COMMON_PASSWORDS


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the metadata that a layer has: without RECORD."""
    folder = tmp_path_factory.mktemp("layer")
    for name in packages.names():
        there = packages.metadata_of(distribution(name))
        shutil.copytree(there, folder / there.name, ignore=shutil.ignore_patterns("RECORD"))
    (folder / "utenza" / "passwords").mkdir(parents=True)
    shutil.copy(COMMON_PASSWORDS, folder / "utenza" / "passwords")
    return folder


@pytest.fixture(scope="module")
def bill(layer: Path) -> dict[str, Any]:
    return sbom.of(layer)


def test_every_package_is_there_with_version_licence_and_hashes(bill: dict[str, Any]) -> None:
    parts = {part["name"]: part for part in bill["components"] if part["type"] == "library"}
    assert sorted(parts) == packages.names()
    for name, part in parts.items():
        assert part["version"] == distribution(name).version
        assert part["purl"] == f"pkg:pypi/{name}@{part['version']}"
        assert packages.licence_of(part)
        files = part["externalReferences"]
        assert files
        assert all(digest["alg"] == "SHA-256" for file in files for digest in file["hashes"])


def test_what_is_compiled_into_a_package_stands_below_it(bill: dict[str, Any]) -> None:
    parts = {part["name"]: {inside["name"] for inside in part.get("components", ())} for part in bill["components"]}
    assert "openssl" in parts["cryptography"]
    assert "argon2" in parts["argon2-cffi-bindings"]
    assert "jiter" in parts["pydantic-core"]


def test_references_are_unique_and_lead_somewhere(bill: dict[str, Any]) -> None:
    top = [part["bom-ref"] for part in bill["components"]]
    inside = [part["bom-ref"] for above in bill["components"] for part in above.get("components", ())]
    assert len({*top, *inside}) == len(top) + len(inside)
    known = {*top, bill["metadata"]["component"]["bom-ref"]}
    assert {name for entry in bill["dependencies"] for name in (entry["ref"], *entry["dependsOn"])} <= known


def test_the_list_of_passwords_has_its_sources(bill: dict[str, Any]) -> None:
    [passwords] = [part for part in bill["components"] if part["type"] == "data"]
    sources = {source["purl"] for source in passwords["pedigree"]["ancestors"]}
    notice = Path(COMMON_PASSWORDS).with_name("NOTICE").read_text(encoding="utf-8")
    for purl in sources:
        name, _, version = purl.partition("/")[2].replace("%40", "@").rpartition("@")
        assert name in notice
        assert version in notice
    assert len(sources) == 5


def test_what_the_lock_does_not_have_is_refused(layer: Path, tmp_path: Path) -> None:
    other = tmp_path / "layer"
    shutil.copytree(layer, other)
    shutil.copytree(other / "six-1.17.0.dist-info", other / "seven-1.dist-info")
    metadata = other / "seven-1.dist-info" / "METADATA"
    metadata.write_text("Metadata-Version: 2.1\nName: seven\nVersion: 1\nLicense: MIT\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"not in uv\.lock: seven==1"):
        sbom.of(other)


def test_an_empty_folder_is_no_layer(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="run `make build` first"):
        sbom.of(tmp_path)


def test_the_command_writes_the_file(layer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "sbom.cdx.json"
    assert sbom.main([str(layer), "--to", str(target)]) == 0
    written = json.loads(target.read_text(encoding="utf-8"))
    assert written["bomFormat"] == "CycloneDX"
    assert "compiled into them" in capsys.readouterr().out
