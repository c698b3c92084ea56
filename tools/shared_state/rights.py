"""What the functions may do: a release changes their roles before callers have left the version before it."""

from typing import Any

from tools.translate import translated


def rights() -> dict[str, dict[str, Any]]:
    """Return the role of each function and what it may do, `action resource`, from the template as it is deployed."""
    resources = translated()["Resources"]
    found = {}
    for name, entry in resources.items():
        if entry["Type"] == "AWS::Lambda::Function":
            role = entry["Properties"]["Role"]["Fn::GetAtt"][0]
            policies = [each["PolicyDocument"] for each in _listed(resources[role]["Properties"].get("Policies", []))]
            found[name] = {"role": role, "may": sorted({each for policy in policies for each in _allowed(policy)})}
    return found


def _allowed(policy: dict[str, Any]) -> set[str]:
    return {
        f"{action} {_named(resource)}"
        for statement in _listed(policy["Statement"])
        if statement.get("Effect") == "Allow"
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }


def _named(resource: Any) -> str:  # noqa: ANN401 - a string or a function of CloudFormation
    match resource:
        case {"Fn::GetAtt": [name, *_]}:
            return str(name)
        case {"Fn::Sub": str(text)} | {"Ref": str(text)}:
            return text
    return str(resource)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - one, a list of it, or a condition
    match value:
        case list():
            return [each for one in value for each in _listed(one)]
        case {"Fn::If": [_, *either]}:
            return _listed(either)
        case {"Ref": "AWS::NoValue"}:
            return []
    return [value]
