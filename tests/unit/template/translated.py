"""The template as it is written and, in `DEPLOYED`, as SAM translates it: both are read once."""

from typing import Any

from tools.paths import ROOT
from tools.translate import translated, written

WRITTEN: dict[str, Any] = written()
RESOURCES: dict[str, Any] = WRITTEN["Resources"]
DEPLOYED: dict[str, Any] = translated()["Resources"]
MONITORING: dict[str, Any] = written(ROOT / "stacks" / "monitoring.yaml")
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py"))


def given(value: Any, stack: str) -> Any:
    """Return what stands in a nested stack with what the template gives it in a full deployment."""
    passed = RESOURCES[stack]["Properties"]["Parameters"]
    match value:
        case {"Ref": name} if name in passed:
            return passed[name]["Fn::If"][1] if "Fn::If" in passed[name] else passed[name]
        case dict():
            return {key: given(each, stack) for key, each in value.items()}
        case list():
            return [given(each, stack) for each in value]
    return value


def _alarms(resources: dict[str, Any]) -> dict[str, Any]:
    return {name: entry["Properties"] for name, entry in resources.items() if entry["Type"] == "AWS::CloudWatch::Alarm"}


ALARMS = _alarms(RESOURCES)
for _name, _entry in RESOURCES.items():
    if _entry["Type"] == "AWS::CloudFormation::Stack":
        ALARMS |= given(_alarms(written(ROOT / _entry["Properties"]["TemplateURL"])["Resources"]), _name)


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
