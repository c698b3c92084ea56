"""Good and bad spellings of what people type, from `spellings.json`."""

import json
from pathlib import Path

_LISTS: dict[str, list[str]] = json.loads((Path(__file__).parent / "spellings.json").read_text(encoding="utf-8"))


def of(field: str) -> list[str]:
    """Return the spellings of one kind of text."""
    return _LISTS[field]


def name(text: str) -> str:
    """Return what a call with this text is called."""
    return f"{text!a}" if len(text) < 50 else f"{text[:2]!a}… {len(text)} characters"
