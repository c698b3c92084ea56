"""Which routes hash, found in the code: from each route's handler along the calls to a `hasher`."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.paths import ROOT

_HASHES = {"hash", "verify"}


class _Name(NamedTuple):
    """A function of the package, as `password.change`."""

    module: str
    function: str


class _Module(NamedTuple):
    name: str
    tree: ast.Module
    imported: dict[str, _Name]  # what `from package.module import name` means here


def hashing_routes() -> dict[tuple[str, str], str]:
    """Return method and path of each route whose handler can come to a hash, with its package."""
    packages = (folder for folder in (ROOT / "functions").iterdir() if folder.is_dir())
    return {route: folder.name for folder in packages for route in _of_package(folder)}


def _of_package(folder: Path) -> Iterator[tuple[str, str]]:
    calls: dict[_Name, set[_Name]] = {}
    handlers: dict[tuple[str, str], _Name] = {}
    hashing: set[_Name] = set()
    for module in map(_read, folder.glob("*.py")):
        for function in (node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)):
            name = _Name(module.name, function.name)
            inside = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
            calls[name] = {called for node in inside if (called := _called(node, module))}
            handlers |= dict.fromkeys(_routes(function), name)
            if any(map(_is_hash, inside)):
                hashing.add(name)
    yield from (route for route, handler in handlers.items() if _reached(handler, calls) & hashing)


def _read(file: Path) -> _Module:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module)
    imported = {
        alias.asname or alias.name: _Name(str(node.module).rpartition(".")[2], alias.name)
        for node in imports
        for alias in node.names
    }
    return _Module(file.stem, tree, imported)


def _routes(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="router"), attr=method), args=[ast.Constant(value=path)]
            ):
                yield method.upper(), str(path)


def _called(node: ast.expr, module: _Module) -> _Name | None:
    match node:
        case ast.Name(id=name):
            return module.imported.get(name, _Name(module.name, name))
        case ast.Attribute(value=ast.Name(id=name), attr=function):
            return _Name(module.imported[name].function if name in module.imported else name, function)
    return None


def _is_hash(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="hasher") | ast.Attribute(attr="hasher"), attr=method):
            return method in _HASHES
    return False


def _reached(start: _Name, calls: dict[_Name, set[_Name]]) -> set[_Name]:
    reached: set[_Name] = set()
    waiting = {start}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= calls.get(name, set()) - reached
    return reached
