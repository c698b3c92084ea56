"""Builds functions and layer for this machine with `sam build`, only if their sources have changed."""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.local_stack.places import StackError, environment
from tools.paths import BUILD, LOCAL, ROOT

NO_SETTINGS = LOCAL / "samconfig.toml"  # instead of samconfig.toml, which is for AWS
SAM = LOCAL / "sam" / "bin" / "sam"
_SUPPLIERS = ("suppliers", "tools/suppliers")
_SOURCES = ("template.yaml", "stacks", "functions", "layers", "uv.lock", "LICENSE", "NOTICE", *_SUPPLIERS)
_FINGERPRINT = BUILD / "sources.sha256"


def architecture() -> str:
    """Return this machine's processor by Lambda's name."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"


def build(log: Path) -> str:
    """Bring `.local/build` up to date and return its fingerprint; raises StackError."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a `make run` and a test run may start together
        return _build(log)


def _build(log: Path) -> str:
    fingerprint = _fingerprint()
    if _FINGERPRINT.exists() and _FINGERPRINT.read_text() == fingerprint:
        return fingerprint
    shutil.rmtree(BUILD, ignore_errors=True)
    command = ["build", "--build-dir", str(BUILD), "--parameter-overrides", f"Architecture={architecture()}"]
    sam(command, log, "the build failed", UV=_uv(), PYTHON=sys.executable)
    _FINGERPRINT.write_text(fingerprint)
    return fingerprint


def sam(arguments: list[str], log: Path, failure: str, **variables: str) -> None:
    """Run the SAM CLI with its output in `log`; raises StackError, which starts with `failure`."""
    if not SAM.exists():
        raise StackError(f"{SAM} is missing: run `make setup` first")
    LOCAL.mkdir(exist_ok=True)
    NO_SETTINGS.write_text("version = 0.1\n")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        code = subprocess.run(
            [SAM, *arguments, "--config-file", NO_SETTINGS],
            cwd=ROOT,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code:
        raise StackError(f"{failure}: see {log}")


def _uv() -> str:
    return os.environ.get("UV") or str(LOCAL / "uv" / "bin" / "uv")


def _fingerprint() -> str:
    digest = hashlib.sha256(architecture().encode())
    for path in _files():
        content = path.read_bytes()
        digest.update(f"\n{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for source in _SOURCES:
        path = ROOT / source
        candidates = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in candidates if file.is_file() and not _is_generated(file))


def _is_generated(file: Path) -> bool:
    return "__pycache__" in file.parts or file.name in {"suppliers.json", "import_mappings.json"}
