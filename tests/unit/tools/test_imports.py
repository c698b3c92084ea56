"""The imports of tools/: no circles, and no function and no layer imports a tool."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ROOT / "tools").rglob("*.py")
}


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports anywhere, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def dependencies() -> dict[str, set[str]]:
    """Return the tools' modules that each module of tools/ imports; packages count by their own module."""
    return {
        name: {each for each in imported(path) if each in MODULES and each not in {name, "tools"}}
        for name, path in MODULES.items()
    }


def by_tool(graph: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Return which tool (a module or package directly in tools/) imports which others."""
    tools: dict[str, set[str]] = {}
    for name, others in graph.items():
        tool = ".".join(name.split(".")[:2])
        tools.setdefault(tool, set()).update(".".join(other.split(".")[:2]) for other in others)
    return {tool: others - {tool} for tool, others in tools.items()}


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the names on a circle of the graph, empty if it has none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_tools_import_one_another_without_circles() -> None:
    graph = by_tool(dependencies())
    assert {"tools.aws", "tools.paths", "tools.suppliers"} <= set(graph["tools.deploy_site"])
    assert circle(graph) == []


def test_modules_of_tools_import_one_another_without_circles() -> None:
    assert circle(dependencies()) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})


def test_shared_modules_import_no_tool_that_uses_them() -> None:
    graph = by_tool(dependencies())
    assert graph["tools.paths"] == set()
    assert graph["tools.aws"] == {"tools.paths"}


@pytest.mark.parametrize("folder", ["functions", "layers"])
def test_deployed_code_imports_no_tool(folder: str) -> None:
    paths = list((ROOT / folder).rglob("*.py"))
    assert paths
    assert not [path for path in paths if any(name.split(".")[0] == "tools" for name in imported(path))]
