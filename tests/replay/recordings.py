"""The recordings: a file for each way to deploy, with one call on each line."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

type Calls = Mapping[str, Mapping[str, Any]]

_FOLDER = Path(__file__).parent / "recorded"


def load(mode: str) -> dict[str, dict[str, Any]]:
    """Return the calls of each scenario."""
    calls: dict[str, dict[str, Any]] = {}
    for name, record in json.loads(_file(mode).read_text(encoding="utf-8")).items():
        scenario, _, call = name.partition(": ")
        calls.setdefault(scenario, {})[call] = record
    return calls


def save(mode: str, scenarios: Mapping[str, Calls]) -> None:
    lines = [
        f"{json.dumps(f'{scenario}: {name}', ensure_ascii=False)}: {json.dumps(record, ensure_ascii=False)}"
        for scenario, calls in scenarios.items()
        for name, record in calls.items()
    ]
    _FOLDER.mkdir(exist_ok=True)
    _file(mode).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def differences(recorded: Calls, played: Calls) -> str:
    """Return what differs, call by call; "" when nothing does."""
    names = dict.fromkeys((*recorded, *played))
    return "\n".join(_difference(name, _lines(recorded.get(name)), _lines(played.get(name))) for name in names).strip()


def _difference(name: str, recorded: list[str], played: list[str]) -> str:
    if recorded == played:
        return ""
    return "\n".join([f"\n{name}", *list(difflib.unified_diff(recorded, played, "recorded", "played", lineterm=""))])


def _lines(record: Mapping[str, Any] | None) -> list[str]:
    """Return a record as lines, its members in their own order: the order counts."""
    return [] if record is None else json.dumps(record, ensure_ascii=False, indent=1).splitlines()


def _file(mode: str) -> Path:
    return _FOLDER / f"{mode}.json"
