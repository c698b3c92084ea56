"""Reads the literal values in CloudFormation templates."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # it comes with cfn-lint


def resources(template: Path, values: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the resources, with `values` of parameters in `!Sub` and None instead of every other tag."""
    return dict(_document(template, values or {})["Resources"])


def parameters(template: Path) -> list[str]:
    """Return the names of the parameters."""
    return list(_document(template, {})["Parameters"])


def defaults(template: Path) -> dict[str, str]:
    """Return the parameters' default values, as `sam deploy` takes them."""
    given = _document(template, {})["Parameters"]
    return {name: str(each["Default"]) for name, each in given.items() if "Default" in each}


def _document(template: Path, values: Mapping[str, str]) -> dict[str, Any]:
    loader = type("_Loader", (_TemplateLoader,), {"values": values})
    return dict(yaml.load(template.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506 - it is a SafeLoader


class _TemplateLoader(yaml.CSafeLoader):  # type: ignore[misc]  # untyped, see above; ten times as fast as SafeLoader
    values: Mapping[str, str]


def _substituted(loader: _TemplateLoader, node: Any) -> str | None:  # noqa: ANN401 - untyped, see above
    if not isinstance(node, yaml.ScalarNode):
        return None
    text = str(loader.construct_scalar(node))
    for name, value in loader.values.items():
        text = text.replace(f"${{{name}}}", value)
    return text


_TemplateLoader.add_multi_constructor("!", lambda *_: None)
_TemplateLoader.add_constructor("!Sub", _substituted)
