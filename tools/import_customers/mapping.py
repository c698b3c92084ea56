"""What `suppliers.toml` says of exports: under which names a supplier's columns are, and what their values mean."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tools.paths import LOCAL
from utenza.customers.record import Kind, Status

_TOOLS = Path(__file__).parents[1]
_CHECKED_BY = [Path(__file__), _TOOLS / "suppliers/compile.py", _TOOLS / "suppliers/models.py"]


class NoMapping(Exception):
    """What is wrong with the file, one line for each place."""


class SupplierMapping(NamedTuple):
    """`columns` are by our own names; an empty list says that the export has none."""

    supplier: str
    code_pattern: str
    columns: Mapping[str, Sequence[str]]
    kinds: Mapping[Kind, Sequence[str]]
    statuses: Mapping[Status, Sequence[str]]


def mappings(source: Path, kept: Path = LOCAL / "mappings.json") -> list[SupplierMapping]:
    """Return the mapping of each supplier; raises NoMapping.

    What was found right is kept until the file changes: pydantic, which checks it, takes as long to load as some
    thousand rows.
    """
    fingerprint = _fingerprint(source)
    with suppress(OSError, ValueError, LookupError, TypeError):
        content = json.loads(kept.read_text(encoding="utf-8"))
        if fingerprint and content["of"] == fingerprint:
            return [SupplierMapping(*fields) for fields in content["mappings"]]
    found = _checked(source)
    with suppress(OSError):  # then it is checked again the next time
        kept.parent.mkdir(exist_ok=True)
        half = kept.with_name(f"{kept.name}.{os.getpid()}")
        half.write_text(json.dumps({"of": fingerprint, "mappings": found}), encoding="utf-8")
        half.replace(kept)
    return found


def _fingerprint(source: Path) -> str:
    """Return what changes with the file, and with what checks it."""
    with suppress(OSError):
        return sha256(b"".join(sha256(file.read_bytes()).digest() for file in (source, *_CHECKED_BY))).hexdigest()
    return ""


def _checked(source: Path) -> list[SupplierMapping]:
    from tools.suppliers.compile import SuppliersError, read  # noqa: PLC0415 - it loads pydantic

    try:
        entries = read(source)
    except SuppliersError as error:
        raise NoMapping(str(error)) from None
    parts: list[tuple[str, str, dict[str, Any]]] = [
        (entry.id, entry.code_pattern, entry.mapping.model_dump()) for entry in entries
    ]
    return [SupplierMapping(supplier, pattern, **mapping) for supplier, pattern, mapping in parts]
