"""The description of what versions share, `docs/shared-state.json`, made from the code."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from tools.paths import ROOT
from tools.shared_state import reading, rights, shapes, tokens
from tools.shared_state.files import files
from tools.shared_state.recording import Written

RELEASED = ROOT / "docs" / "shared-state.json"
NOTES = ROOT / "docs" / "shared-state.toml"
_EVENTS = ROOT / "docs" / "events.md"

type Description = dict[str, Any]


def from_code() -> Description:
    """Return all but the items that are written, which only tests show."""
    return {
        "read": {name: shapes.of_record(kind) for name, kind in reading.records().items()},
        "messages": {
            name: {"closed": shapes.is_closed(kind), "fields": shapes.of_model(kind)}
            for name, kind in reading.models().items()
        },
        "tokens": tokens.claims(),
        "files": files(),
        "events": _events(),
        "rights": rights.rights(),
        "notes": notes(),
    }


def items(written: Written) -> dict[str, dict[str, str]]:
    """Return what was recorded as it stands in the description."""
    return {kind: {name: "|".join(sorted(of)) for name, of in each.items()} for kind, each in written.items()}


def notes() -> dict[str, list[str]]:
    """Return what people announced: what nothing needs any more, and what nothing writes yet."""
    found: dict[str, list[str]] = tomllib.loads(NOTES.read_text(encoding="utf-8"))
    return found


def released(path: Path = RELEASED) -> Description:
    """Return the description of the last release."""
    found: Description = json.loads(path.read_text(encoding="utf-8"))
    return found


def save(description: Description, path: Path = RELEASED) -> None:
    path.write_text(json.dumps(description, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def _events() -> dict[str, shapes.Shape]:
    """Return the schemas of the events' details; tests check that what is published follows them."""
    texts = re.findall(r"```json\n(.*?)```", _EVENTS.read_text(encoding="utf-8"), re.DOTALL)
    schemas = [each for each in map(json.loads, texts) if "properties" in each]
    return {f"schema {number}": shapes.of_schema(each) for number, each in enumerate(schemas, 1)}
