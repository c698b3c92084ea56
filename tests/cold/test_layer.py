"""The layer as it is built for Lambda: small, complete, and nothing in it that no function loads."""

import json
import os
import subprocess
import sys
import sysconfig
from base64 import urlsafe_b64encode
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from argon2 import low_level

from tools.local_stack.build import build
from tools.paths import BUILD, LOCAL, ROOT
from tools.shipped import sbom

_SITE = BUILD / "CommonLayer" / "python"
_SERVICES = {"dynamodb", "events", "kms", "s3", "secretsmanager", "sesv2", "sqs", "xray"}


@pytest.fixture(scope="module")
def loaded() -> set[Path]:
    """Return the files of every module that the functions load."""
    build(LOCAL / "logs" / "build-of-tests.log")
    folders = [*BUILD.glob("*Function")]
    names = sorted(entry.parent.name for folder in folders for entry in folder.glob("*/app.py"))
    script = Path(__file__).parent / "everything.py"
    environ = {
        "PYTHONPATH": os.pathsep.join(map(str, [_SITE, *folders])),
        "AWS_REGION": "eu-south-1",
        "AWS_DEFAULT_REGION": "eu-south-1",
    }
    done = subprocess.run([sys.executable, script, *names], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {Path(file) for file in json.loads(done.stdout)}


def test_the_layer_has_all_that_the_functions_load(loaded: set[Path]) -> None:
    ours = Path(sysconfig.get_path("purelib")).resolve()
    foreign = {file.relative_to(ours).parts[0].split(".")[0] for file in loaded if file.is_relative_to(ours)}
    # botocore has certificates of its own; ua-parser reads YAML where there is any.
    assert foreign <= {"_virtualenv", "certifi", "yaml"}


def test_every_library_of_the_layer_is_loaded_by_some_function(loaded: set[Path]) -> None:
    used = {file.relative_to(_SITE).parts[0] for file in loaded if file.is_relative_to(_SITE)}
    there = {entry.name for entry in _SITE.iterdir() if not entry.name.endswith((".dist-info", "__pycache__"))}
    assert {name for name in there - used if (_SITE / name).is_dir() or name.endswith(".py")} == set()


def test_botocore_knows_the_services_that_are_used_and_no_others() -> None:
    assert {entry.name for entry in (_SITE / "botocore" / "data").iterdir() if entry.is_dir()} == _SERVICES


def test_no_module_of_ours_is_there_for_nobody(loaded: set[Path]) -> None:
    unused = {*(_SITE / "utenza").rglob("*.py")} - loaded
    assert {str(file.relative_to(_SITE)) for file in unused} == set()


def test_the_bill_of_materials_and_the_notice_cover_every_package_of_the_layer(loaded: set[Path]) -> None:
    there = {folder.name.removesuffix(".dist-info") for folder in _SITE.glob("*.dist-info")}
    bill = sbom.of(_SITE)
    listed = {f"{part['name'].replace('-', '_')}-{part['version']}" for part in bill["components"] if "purl" in part}
    assert listed == there
    notice = (_SITE / "utenza" / "NOTICE").read_text(encoding="utf-8")
    assert notice == (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert [name for name in there if f"  {name.rpartition('-')[0].replace('_', '-')}: " not in notice] == []


def test_argon2_in_the_layer_makes_the_hashes_that_pypis_makes(loaded: set[Path]) -> None:
    """Where it can be, it is built for a faster instruction set: layers/common/build_argon2.sh."""
    ask = """
import argon2.low_level as low_level, sys
costs = [(8, 1, 1), (64, 3, 1), (19456, 2, 1), (64, 2, 4)]
print(*(low_level.hash_secret_raw(b"quattro trote blu", bytes(16), t, m, p, 32, low_level.Type.ID).hex()
        for m, t, p in costs), next(path for path in sys.modules["_argon2_cffi_bindings"].__path__))
"""
    done = subprocess.run(
        [sys.executable, "-c", ask], env={"PYTHONPATH": str(_SITE)}, capture_output=True, text=True, check=True
    )
    *found, folder = done.stdout.split()
    assert Path(folder).resolve() == (_SITE / "_argon2_cffi_bindings").resolve()
    costs = [(8, 1, 1), (64, 3, 1), (19456, 2, 1), (64, 2, 4)]
    assert found == [
        low_level.hash_secret_raw(b"quattro trote blu", bytes(16), t, m, p, 32, low_level.Type.ID).hex()
        for m, t, p in costs
    ]


def test_the_layer_shares_no_file_that_was_changed_with_another_environment() -> None:
    """A library that is compiled anew takes the place of a hard link into uv's cache, and must not write into it."""
    for ours in (_SITE / "_argon2_cffi_bindings").glob("*.so"):
        theirs = Path(sysconfig.get_path("purelib")) / "_argon2_cffi_bindings" / ours.name
        recorded = next(Path(sysconfig.get_path("purelib")).glob("argon2_cffi_bindings-*.dist-info/RECORD")).read_text()
        digest = urlsafe_b64encode(sha256(theirs.read_bytes()).digest()).decode().rstrip("=")
        assert f"{ours.name},sha256={digest}" in recorded


def test_the_layer_has_at_most_twenty_megabytes_zipped(loaded: set[Path]) -> None:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for file in _SITE.rglob("*"):
            archive.write(file, file.relative_to(_SITE.parent))
    assert len(content.getvalue()) <= 20_000_000


def test_all_bytecode_is_there_and_never_checked_against_its_source() -> None:
    for source in _SITE.rglob("*.py"):
        [bytecode] = (source.parent / "__pycache__").glob(f"{source.stem}.cpython-313.pyc")
        assert bytecode.read_bytes()[4:8] == b"\x01\x00\x00\x00"  # PEP 552: by hash, unchecked
