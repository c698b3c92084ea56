"""What the functions and the layer read back from where another version may have put it: found in their code."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from tools.paths import ROOT
from utenza.http.requests import RequestModel, ResponseModel

_ROOTS = (ROOT / "layers" / "common", ROOT / "functions")
_READS = {"model_validate", "model_validate_json"}
_OF_A_VERSION = {
    "utenza.suppliers",
    "utenza.settings",
    "utenza.http.messages",
    "crm_import.mapping",
    "notifications.emails",
    "discovery.schemas",
}
"""Modules whose models are read from the layer, the environment or their own answers: each version has its own."""


def records() -> dict[str, Any]:
    """Return the NamedTuples that are read from items and messages (`tables.reading.reader`), by their names."""
    found = {}
    for module, _ in _modules():
        for value in vars(module).values():
            if getattr(value, "__qualname__", "") == "reader.<locals>.read":
                kind = inspect.getclosurevars(value).nonlocals["adapter"]._type  # noqa: SLF001 - nothing else has it
                found[f"{kind.__module__}.{kind.__qualname__}"] = kind
    return found


def models() -> dict[str, type[BaseModel]]:
    """Return the pydantic models that are read from JSON which outlives a call, by their names."""
    found = {}
    for module, tree in _modules():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=read)) if read in _READS:
                    kind = getattr(module, name, None)
                    if kind and isinstance(kind, type) and _is_shared(kind):
                        found[f"{kind.__module__}.{kind.__qualname__}"] = kind
    return found


def _is_shared(kind: type) -> bool:
    is_ours = issubclass(kind, BaseModel) and not issubclass(kind, (RequestModel, ResponseModel))
    return is_ours and kind.__module__ not in _OF_A_VERSION


def _modules() -> Iterator[tuple[ModuleType, ast.Module]]:
    for root in _ROOTS:
        for path in sorted(root.rglob("*.py")):
            if _is_code(path):
                parts = path.relative_to(root).with_suffix("").parts
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                yield importlib.import_module(name), ast.parse(path.read_text(encoding="utf-8"))


def _is_code(path: Path) -> bool:
    """Tell what is no tool of the layer's build, such as `layers/common/check_binaries.py`."""
    return "utenza" in path.parts or "functions" in path.relative_to(ROOT).parts
