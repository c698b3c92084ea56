"""The template as it is written and, in `DEPLOYED`, as SAM translates it: both are read once."""

from typing import Any

from tools.paths import ROOT
from tools.translate import translated, written

WRITTEN: dict[str, Any] = written()
RESOURCES: dict[str, Any] = WRITTEN["Resources"]
DEPLOYED: dict[str, Any] = translated()["Resources"]
ALARMS = {name: entry["Properties"] for name, entry in RESOURCES.items() if entry["Type"] == "AWS::CloudWatch::Alarm"}
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))


def function(name: str) -> dict[str, Any]:
    """Return the properties of a function as they are written."""
    properties: dict[str, Any] = RESOURCES[f"{name.title().replace('_', '')}Function"]["Properties"]
    return properties


def sources(name: str, kind: str) -> list[dict[str, Any]]:
    """Return the properties of a function's events of one kind."""
    events = function(name)["Events"].values()
    return [event["Properties"] for event in events if event["Type"] == kind]


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
