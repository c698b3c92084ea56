"""Checks `suppliers.toml` and writes its public part as JSON: when the layer is built, and before the tests run."""

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tools.suppliers.models import Language, SupplierEntry, SuppliersFile


class SuppliersError(Exception):
    """The file is wrong; the message has one line for each fault."""


def read(source: Path) -> list[SupplierEntry]:
    """Return the suppliers of a TOML file, checked; raises SuppliersError."""
    try:
        raw = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise SuppliersError(f"{source}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SuppliersError(f"{source}: not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SuppliersError(f"{source}: not TOML: {error}") from None
    try:
        entries = SuppliersFile.model_validate(raw).suppliers
    except ValidationError as error:
        lines = [f"{source}: {_place(item['loc'], raw)}{_reason(item)}" for item in error.errors()]
        raise SuppliersError("\n".join(lines)) from None
    _check_across_entries(source, entries)
    return entries


def _check_across_entries(source: Path, entries: Sequence[SupplierEntry]) -> None:
    ids = [entry.id for entry in entries]
    for entry in entries:
        if ids.count(entry.id) > 1:
            raise SuppliersError(f"{source}: {entry.id}: id: used by two suppliers")
        if entry.code_picture and not (source.parent / entry.code_picture).is_file():
            raise SuppliersError(f"{source}: {entry.id}: code_picture: there is no file {entry.code_picture}")


def _place(location: tuple[int | str, ...], raw: Mapping[str, Any]) -> str:
    """Return `unogas-energia: links.privacy: ` for pydantic's location ("suppliers", 0, "links", "privacy")."""
    if len(location) > 1 and location[0] == "suppliers" and isinstance(location[1], int):
        entry = raw["suppliers"][location[1]]
        name = entry.get("id") if isinstance(entry, dict) else None
        supplier = name if isinstance(name, str) else f"supplier {location[1] + 1}"
        rest = ".".join(str(part) for part in location[2:])
        return f"{supplier}: {rest}: " if rest else f"{supplier}: "
    return f"{'.'.join(str(part) for part in location)}: "


def _reason(item: Mapping[str, Any]) -> str:
    plain = {"extra_forbidden": "unknown key", "missing": "is missing"}
    message: str = item["msg"]
    return plain.get(item["type"], message.removeprefix("Value error, "))


def compiled(source: Path) -> str:
    """Return the public part as JSON, with its keys sorted; raises SuppliersError."""
    return json.dumps([_public(entry) for entry in read(source)], ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _public(entry: SupplierEntry) -> dict[str, object]:
    def in_offered_languages(texts: Mapping[Language, str]) -> dict[str, str]:
        return {language: texts[language] for language in entry.languages}

    return {
        "id": entry.id,
        "languages": entry.languages,
        "code_pattern": entry.code_pattern,
        "code_picture": entry.code_picture,
        "name": in_offered_languages(entry.name),
        "code_label": in_offered_languages(entry.code_label),
        "code_hint": in_offered_languages(entry.code_hint),
        "links": {name: in_offered_languages(texts) for name, texts in entry.links},
        "mail": {name: value for name, value in entry.mail if value},
        "issues_activation_codes": entry.issues_activation_codes,
        "documents": [
            {
                "id": document.id,
                "version": document.version,
                "title": in_offered_languages(document.title),
                "url": in_offered_languages(document.url),
                "required": document.required,
            }
            for document in entry.documents
        ],
        "export_columns": list(entry.export.columns.items()),
    }


def import_mappings(entries: Sequence[SupplierEntry]) -> str:
    """Return as JSON how the exports of the suppliers name their columns, for `crm_import.mapping`."""
    mappings = [{"id": each.id, "code_pattern": each.code_pattern, **each.mapping.model_dump()} for each in entries]
    return json.dumps(mappings, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(source: Path, target: Path) -> None:
    """Compile `source` to `target` and, beside it, the mappings of the import; raises SuppliersError.

    A file is replaced only when its content changes.
    """
    _replace(target, compiled(source))
    _replace(target.with_name("import_mappings.json"), import_mappings(read(source)))


def _replace(target: Path, text: str) -> None:
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        temporary = target.with_name(f"{target.name}.{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file, write the JSON if a target is given, and return the exit status: 0, or 2 for a wrong file."""
    parser = argparse.ArgumentParser(prog="python -m tools.suppliers", description=__doc__)
    parser.add_argument("source", type=Path, help="the TOML file, such as suppliers/suppliers.toml")
    parser.add_argument("target", type=Path, nargs="?", help="the JSON file to write (default: only check)")
    options = parser.parse_args(arguments)
    try:
        if options.target:
            write(options.source, options.target)
        else:
            read(options.source)
    except SuppliersError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
