"""A template with the values of its parameters: which resources there are, and what a value comes to."""

import re
from collections.abc import Mapping
from typing import Any


class Deployment:
    """Works out conditions and values as CloudFormation does; parameters that are not given have their defaults."""

    def __init__(self, template: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> None:
        self._template = template
        defaults = {name: entry.get("Default", "") for name, entry in template["Parameters"].items()}
        self._values = {**defaults, **(given or {})}

    def has(self, resource: str) -> bool:
        condition = self._template["Resources"][resource].get("Condition")
        return condition is None or self.holds({"Condition": condition})

    def holds(self, condition: Mapping[str, Any]) -> bool:
        """Return whether a condition holds, such as `{"Fn::Not": [...]}`."""
        [(name, of)] = condition.items()
        match name:
            case "Condition":
                return self.holds(self._template["Conditions"][of])
            case "Fn::Equals":
                first, second = (str(self.value(each)) for each in of)
                return first == second
            case "Fn::Not":
                return not self.holds(of[0])
            case "Fn::And":
                return all(map(self.holds, of))
            case "Fn::Or":
                return any(map(self.holds, of))
        raise ValueError(name)

    def value(self, node: Any) -> Any:
        """Return a value with its `If`, `Ref` and `Sub` worked out; what is no parameter stays as it is."""
        if isinstance(node, list):
            return [value for each in node if (value := self.value(each)) != {"Ref": "AWS::NoValue"}]
        if not isinstance(node, dict):
            return node
        if "Fn::If" in node:
            name, yes, no = node["Fn::If"]
            return self.value(yes if self.holds({"Condition": name}) else no)
        if "Ref" in node:
            return self._values.get(node["Ref"], node)
        if isinstance(node.get("Fn::Sub"), str):
            return re.sub(r"\$\{(\w+)\}", lambda found: str(self._values.get(found[1], found[0])), node["Fn::Sub"])
        values = {name: self.value(each) for name, each in node.items()}
        return {name: value for name, value in values.items() if value != {"Ref": "AWS::NoValue"}}
