"""Which licences may be shipped, and under which one a package is, in the words of SPDX."""

import re
from collections.abc import Iterable
from importlib.metadata import PackageMetadata

# Licences that let a supplier use, change and pass on the whole. LGPL: python-stdnum is a folder of plain Python files
# that anybody can replace in the layer, with its licence beside it. MPL: the certificates in botocore, as they are.
ALLOWED = frozenset(
    (
        *("Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0"),
        *("PSF-2.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "Zlib", "LGPL-2.1-or-later"),
    )
)
# How older metadata name them. python-dateutil's "Dual License" is spelt out in its classifiers and its LICENSE file.
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
    "LGPL": "LGPL-2.1-or-later",
}
_TOKEN = re.compile(r"[()]|[\w.+-]+")


def of(metadata: PackageMetadata) -> str:
    """Return the SPDX expression of a package; "" if its metadata name no licence."""
    stated = metadata.get("License-Expression") or metadata.get("License") or ""
    return _SPDX.get(stated, stated).strip()


def is_allowed(expression: str) -> bool:
    """Tell whether an SPDX expression lets us ship: one of each OR, all of each AND; exceptions (WITH) only add."""
    tokens = _TOKEN.findall(expression.replace("/", " OR "))
    return bool(tokens) and _any_of(tokens) and not tokens


def _any_of(tokens: list[str]) -> bool:
    found = [_all_of(tokens)]
    while tokens[:1] == ["OR"]:
        del tokens[0]
        found.append(_all_of(tokens))
    return any(found)


def _all_of(tokens: list[str]) -> bool:
    found = [_one(tokens)]
    while tokens[:1] == ["AND"]:
        del tokens[0]
        found.append(_one(tokens))
    return all(found)


def _one(tokens: list[str]) -> bool:
    token = tokens.pop(0) if tokens else ""
    if token == "(":  # noqa: S105 - a parenthesis, no secret
        inside = _any_of(tokens)
        return bool(tokens) and tokens.pop(0) == ")" and inside
    if tokens[:1] == ["WITH"]:
        del tokens[:2]
    return token in ALLOWED


def refused(licensed: Iterable[tuple[str, str]]) -> list[str]:
    """Return a line for each (name, expression) that may not be shipped."""
    return [f"{name}: {expression or 'no licence'}" for name, expression in licensed if not is_allowed(expression)]
