"""The packages that the layer ships, as uv.lock and layers/common/layer.mk say, and what they have compiled in."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tools.paths import LOCAL, ROOT

_UNUSED = re.compile(r"^UNUSED_PACKAGES = (.*)$", re.MULTILINE)
_LICENCE_OF = {"openssl": "Apache-2.0"}  # cryptography's SBOM names OpenSSL without a licence
# What wheels without an SBOM of their own contain.
_WITHOUT_SBOM: dict[str, list[tuple[str, str]]] = {
    "argon2-cffi-bindings": [("argon2", "Apache-2.0 OR CC0-1.0")],
    "botocore": [("cacert.pem", "MPL-2.0")],
    "cffi": [("libffi", "MIT")],
}


def names() -> list[str]:
    """Return the normalised names of all packages that are shipped, sorted."""
    [unused] = _UNUSED.findall((ROOT / "layers" / "common" / "layer.mk").read_text(encoding="utf-8"))
    omitted = [part for name in unused.split() for part in ("--no-emit-package", name)]
    exported = export("--no-default-groups", "--no-hashes", "--no-annotate", "--no-header", *omitted)
    return sorted(line.partition("==")[0] for line in exported.splitlines() if "==" in line)


def export(*arguments: str) -> str:
    """Return what `uv export` writes of uv.lock; it needs no network."""
    command = [_uv(), "export", "--quiet", "--frozen", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def compiled_in(distribution: Distribution) -> Iterator[dict[str, Any]]:
    """Yield the CycloneDX components that the package's own SBOMs (PEP 770) name, each with its licences."""
    for name, licence in _WITHOUT_SBOM.get(canonicalize_name(distribution.name), ()):
        yield {"type": "library", "name": name, "licenses": [{"expression": licence}]}
    for file in sorted(metadata_of(distribution).glob("sboms/*.json")):
        for component in json.loads(file.read_text(encoding="utf-8")).get("components", ()):
            known = _LICENCE_OF.get(component["name"])
            yield component | ({"licenses": [{"expression": known}]} if known else {})


def metadata_of(distribution: Distribution) -> Path:
    """Return the folder NAME-VERSION.dist-info; not by RECORD, which the layer lacks."""
    name = canonicalize_name(distribution.name).replace("-", "_")
    folder = Path(str(distribution.locate_file(f"{name}-{distribution.version}.dist-info")))
    if not folder.is_dir():
        raise SystemExit(f"{folder} is missing")
    return folder


def licence_of(component: dict[str, Any]) -> str:
    """Return the SPDX expression of a component, "" if it has none."""
    for licence in component.get("licenses", ()):
        return str(licence.get("expression") or licence["license"].get("id") or licence["license"].get("name"))
    return ""


def _uv() -> str:
    own = LOCAL / "uv" / "bin" / "uv"
    return os.environ.get("UV") or (str(own) if own.exists() else shutil.which("uv") or "uv")
