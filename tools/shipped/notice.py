"""`make notice`: writes NOTICE, the licences of what is shipped, from the metadata of the installed packages.

The layer's build ships the file. With --check it only compares, and says what differs.
"""

import argparse
import sys
from collections.abc import Iterator
from importlib.metadata import distribution

from tools.paths import ROOT
from tools.shipped import licences, packages

FILE = ROOT / "NOTICE"

_HEAD = """Utenza
Licensed under the Apache License, Version 2.0: see LICENSE.

Written by `make notice` from the metadata of the packages: do not edit.

The site (site/) has no foreign code. The list of common passwords in the layer is compiled from published lists: their
licences are in utenza/passwords/NOTICE (layers/common/utenza/passwords/NOTICE in the repository).

The layer of the Lambda functions ships these Python packages, unchanged but for what layers/common/layer.mk leaves out.
The text of each licence is in the folder NAME-VERSION.dist-info beside the package; the Apache License, Version 2.0, is
in LICENSE too. Versions and hashes are in the bill of materials that `make sbom` writes.

"""
_COMPILED = """
Some of them have other libraries compiled in: OpenSSL (Apache-2.0) in cryptography, argon2 (Apache-2.0 OR CC0-1.0) in
argon2-cffi-bindings, libffi (MIT) in cffi, and Rust crates in cryptography, pydantic-core and ua-parser-rs. The folders
NAME-VERSION.dist-info/sboms name each crate with its licence, and so does the bill of materials. botocore contains
certificates of Mozilla's list (MPL-2.0).
"""
_NOTICES = """
What the packages themselves want to be told:
"""


def text() -> str:
    """Return the content of NOTICE; raises SystemExit if something may not be shipped."""
    names = packages.names()
    licensed = [(name, licences.of(distribution(name).metadata)) for name in names]
    inside = [
        (f"{part['name']} in {name}", packages.licence_of(part))
        for name in names
        for part in packages.compiled_in(distribution(name))
    ]
    if refused := licences.refused([*licensed, *inside]):
        raise SystemExit("may not be shipped, see tools/shipped/licences.py:\n  " + "\n  ".join(refused))
    listed = (f"  {name}: {licence}, {_home(name)}\n" for name, licence in licensed)
    return "".join([_HEAD, *listed, _COMPILED, _NOTICES, *_notices(names)])


def _home(name: str) -> str:
    """Return where the package comes from: its page on PyPI is always there, as the lock's hashes are of its files."""
    return f"https://pypi.org/project/{name}/"


def _notices(names: list[str]) -> Iterator[str]:
    for name in names:
        for file in sorted(packages.metadata_of(distribution(name)).rglob("NOTICE*")):
            lines = (line.rstrip() for line in file.read_text(encoding="utf-8").strip().splitlines())
            yield "\n".join((f"\n--- {name}", *lines, ""))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make notice", description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if NOTICE is not up to date")
    wanted = text()
    if not parser.parse_args(arguments).check:
        FILE.write_text(wanted, encoding="utf-8")
        print(f"{FILE.name}: {len(packages.names())} packages")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == wanted:
        return 0
    print("NOTICE is not up to date with uv.lock: run `make notice`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
