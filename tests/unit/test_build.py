"""What `sam build` runs: for the processor of the template's parameter, and what it says when something is missing."""

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tools.paths import ROOT

_CHECK = ROOT / "layers" / "common" / "check_binaries.py"
_MACHINES = {"arm64": 183, "x86_64": 62}


def _make(makefile: str, target: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Have make say what it would run, with no more of the environment than SAM would need."""
    environment = {"PATH": "/usr/bin:/bin", "ARTIFACTS_DIR": "out", **variables}
    command = [shutil.which("make") or "make", "--dry-run", "--makefile", makefile, target]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("architecture", "platform"), [("arm64", "aarch64-manylinux_2_28"), ("x86_64", "x86_64-manylinux_2_28")]
)
def test_the_folder_that_the_template_names_decides_the_processor(architecture: str, platform: str) -> None:
    makefile = f"layers/{architecture}/Makefile"
    for elsewhere in _MACHINES:  # a variable that is left over decides nothing
        run = _make(makefile, "build-CommonLayer", ROOT, UV="uv", PYTHON=sys.executable, ARCHITECTURE=elsewhere)
        assert run.returncode == 0, run.stderr
        assert f"--python-platform {platform} " in run.stdout
        assert f'check_binaries.py "out/python" {architecture}\n' in run.stdout
        assert ("build_argon2.sh" in run.stdout) == (architecture == "x86_64")


def test_a_python_without_our_packages_gets_them_for_the_suppliers(tmp_path: Path) -> None:
    bare = tmp_path / "python"
    bare.write_text("#!/bin/sh\nexit 1\n")  # as if it could not import pydantic
    bare.chmod(0o755)
    run = _make("layers/arm64/Makefile", "build-CommonLayer", ROOT, UV="uv", PYTHON=str(bare))
    assert '"uv" run --quiet --isolated --frozen --no-default-groups python -m tools.suppliers' in run.stdout
    run = _make("layers/arm64/Makefile", "build-CommonLayer", ROOT, UV="uv", PYTHON=sys.executable)
    assert f'"{sys.executable}" -m tools.suppliers' in run.stdout


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Return a folder with the Makefiles, and an empty PATH but for a shell: neither uv nor python3.13."""
    for makefile in ("functions/Makefile", "layers/arm64/Makefile", "layers/common/layer.mk"):
        (tmp_path / makefile).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / makefile, tmp_path / makefile)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to(shutil.which("sh") or "/bin/sh")
    return tmp_path


@pytest.mark.parametrize(
    ("makefile", "target"),
    [("layers/arm64/Makefile", "build-CommonLayer"), ("functions/Makefile", "build-VerifyFunction")],
)
def test_what_is_missing_is_said_in_one_line_with_what_to_run(bare: Path, makefile: str, target: str) -> None:
    run = _make(makefile, target, bare, PATH=str(bare / "bin"))
    assert run.returncode != 0
    [line] = run.stderr.splitlines()
    assert "run `make build` in place of `sam build`" in line


def _library(path: Path, machine: int, magic: bytes = b"\x7fELF") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<4s14xH", magic, machine) + b"rest")


def _check(folder: Path, architecture: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_CHECK), str(folder), architecture]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("architecture", _MACHINES)
def test_a_layer_of_another_processors_binaries_is_not_built(tmp_path: Path, architecture: str) -> None:
    [other] = set(_MACHINES) - {architecture}
    _library(tmp_path / "a" / "_ffi.abi3.so", _MACHINES[architecture])
    _library(tmp_path / "libs" / "libssl.so.3", _MACHINES[architecture])
    assert _check(tmp_path, architecture).returncode == 0
    _library(tmp_path / "b" / "core.cpython-313.so", _MACHINES[other])
    run = _check(tmp_path, architecture)
    assert (run.returncode, run.stderr) == (1, f"layer: b/core.cpython-313.so is not for {architecture}\n")


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"MZ" + bytes(30)])
def test_what_is_no_library_at_all_is_not_packed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.so").write_bytes(content)
    assert _check(tmp_path, "arm64").returncode == 1


def test_a_layer_without_any_binary_is_not_whole(tmp_path: Path) -> None:
    assert _check(tmp_path, "arm64").returncode == 1
