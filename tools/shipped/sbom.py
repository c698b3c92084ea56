"""`make sbom`: writes the bill of materials (CycloneDX) of a built layer.

uv writes the packages of the lock with their hashes, the layer says which of them are there and under which licence,
and the wheels say what they have compiled in. It fails if the layer has anything that the lock does not have.
"""

import argparse
import hashlib
import json
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tools.shipped import licences, packages

_PASSWORDS = Path("utenza", "passwords", "common_passwords.txt")
# What that list is compiled from: docs/data-sources.md and the NOTICE beside the list have the whole story.
_LISTS = {
    "pkg:pypi/django@5.2.19": "BSD-3-Clause",
    "pkg:npm/%40zxcvbn-ts/language-common@4.1.3": "MIT",
    "pkg:npm/%40zxcvbn-ts/language-it@4.1.1": "ODC-By-1.0",
    "pkg:pypi/faker@40.63.0": "MIT",
    "pkg:pypi/mimesis@22.2.0": "MIT",
}


def of(layer: Path) -> dict[str, Any]:
    """Return the bill of materials of a layer's folder of packages; raises SystemExit if it cannot be whole."""
    bill: dict[str, Any] = json.loads(
        packages.export("--no-default-groups", "--format", "cyclonedx1.5", "--preview-features", "sbom-export")
    )
    locked = {(component["name"], component["version"]): component for component in bill["components"]}
    there = {(canonicalize_name(found.name), found.version): found for found in distributions(path=[str(layer)])}
    if not there:
        raise SystemExit(f"{layer} has no packages: run `make build` first")
    if unknown := sorted(there.keys() - locked.keys()):
        raise SystemExit(f"not in uv.lock: {', '.join('=='.join(key) for key in unknown)}")
    components = [_described(locked[key], there[key]) for key in sorted(there)]
    refused = licences.refused((part["name"], packages.licence_of(part)) for part in components)
    if refused:
        raise SystemExit("may not be shipped, see tools/shipped/licences.py:\n  " + "\n  ".join(refused))
    references = {component["bom-ref"] for component in components}
    root = bill["metadata"]["component"]
    root["licenses"] = [{"expression": "Apache-2.0"}]
    bill["components"] = [*components, _passwords(layer)]
    bill["dependencies"] = [
        entry | {"dependsOn": [name for name in entry.get("dependsOn", ()) if name in references]}
        for entry in bill["dependencies"]
        if entry["ref"] in {*references, root["bom-ref"]}
    ]
    return bill


def _described(component: dict[str, Any], distribution: Distribution) -> dict[str, Any]:
    """Return uv's component with licence, and with what is compiled in; references are unique in the whole bill."""
    parts = [
        part | {"bom-ref": f"{component['bom-ref']}/{part.get('bom-ref', part['name'])}"}
        for part in packages.compiled_in(distribution)
    ]
    described = component | {"licenses": [{"expression": licences.of(distribution.metadata)}]}
    return described | ({"components": parts} if parts else {})


def _passwords(layer: Path) -> dict[str, Any]:
    digest = hashlib.sha256((layer / _PASSWORDS).read_bytes()).hexdigest()
    return {
        "type": "data",
        "bom-ref": str(_PASSWORDS),
        "name": str(_PASSWORDS),
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "licenses": [{"expression": " AND ".join(sorted({"Apache-2.0", *_LISTS.values()}))}],
        "pedigree": {
            "ancestors": [
                {"type": "data", "name": purl.partition("/")[2].rpartition("@")[0], "purl": purl}
                | {"licenses": [{"expression": licence}]}
                for purl, licence in _LISTS.items()
            ]
        },
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.shipped.sbom", description=__doc__.partition("\n")[0])
    parser.add_argument("layer", type=Path, help="the layer's folder python/, as `sam build` writes it")
    parser.add_argument("--to", type=Path, required=True, help="the file to write")
    chosen = parser.parse_args(arguments)
    bill = of(chosen.layer)
    chosen.to.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    inside = sum(len(component.get("components", ())) for component in bill["components"])
    print(f"{chosen.to}: {len(bill['components'])} components, {inside} compiled into them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
