"""The documentation: every relative link leads to a file and heading that exist, and the map in the README is true."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

_ROOT = Path(__file__).parents[3]
_PAGES = sorted(
    [
        *(_ROOT / name for name in ("README.md", "README.it.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
        *(_ROOT / "docs").rglob("*.md"),
    ]
)
_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_LINK_TEXT = re.compile(r"\[([^\]]*)\]\([^)\s]+\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
_MAP_DEPTH = 2  # spaces of indentation per folder of the map


def _links(page: Path) -> list[str]:
    """Return the targets of a page's links, without those inside code."""
    text = _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))
    return [target for target in _LINK.findall(text) if not _SCHEME.match(target)]


def _anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page; it numbers repeated headings: -1, -2."""
    seen: Counter[str] = Counter()
    anchors = set()
    for heading in _HEADING.findall(_FENCE.sub("", page.read_text(encoding="utf-8"))):
        text = _LINK_TEXT.sub(r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        anchors.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return anchors


def _dead(page: Path) -> Iterator[str]:
    for link in _links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / unquote(path)).resolve() if path else page
        if not target.exists() or not target.is_relative_to(_ROOT):
            yield f"{link}: no such file"
        elif anchor and anchor not in _anchors(target):
            yield f"{link}: no such heading"


def _map() -> Iterator[str]:
    """Yield the paths that start the lines of the README's map, each below the folder that it is indented under."""
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## The map\n+```\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert section
    folders: list[str] = []
    for line in section[1].splitlines():
        depth = (len(line) - len(line.lstrip())) // _MAP_DEPTH
        names = re.split(r"\s{2,}|(?<=/)\s", line.strip(), maxsplit=1)[0].split()
        folders = [*folders[:depth], names[0]]
        for name in names:
            assert _PATH.fullmatch(name), line
            yield "".join([*folders[:depth], name])


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert list(_dead(page)) == []


def test_every_path_on_the_map_exists() -> None:
    paths = list(_map())
    assert len(paths) > 20
    assert [path for path in paths if not (_ROOT / path).exists()] == []


def test_every_function_and_package_is_on_the_map() -> None:
    named = {path.rstrip("/") for path in _map()}
    functions = {str(app.parent.relative_to(_ROOT)) for app in (_ROOT / "functions").glob("*/app.py")}
    packages = {str(init.parent.relative_to(_ROOT)) for init in (_ROOT / "layers/common/utenza").glob("*/__init__.py")}
    assert functions | packages <= named
