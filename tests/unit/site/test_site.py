"""The files of the reference site: no inline code, every module preloaded, readable colours."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.build_site_rules import rules
from tools.suppliers.compile import read

_SITE = Path("site")
_PAGES = [
    _SITE / name for name in ("index.html", "accesso.html", "registrazione.html", "obiezione.html", "ripristino.html")
]
_THEME = json.loads((_SITE / "theme.json").read_text(encoding="utf-8"))
_BRANDS = {"group": _THEME["group"], **_THEME["suppliers"]}
_IMPORT = re.compile(r'^(?:import|export) .*?from "([^"]+)"', re.MULTILINE | re.DOTALL)


def test_the_password_hint_has_the_rules_of_the_api() -> None:
    assert (_SITE / "utenza/password/rules.js").read_text(encoding="utf-8") == rules()


@pytest.mark.parametrize("page", sorted(_SITE.rglob("*.html")), ids=str)
def test_a_page_has_no_inline_code_and_no_third_party_files(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if page in _PAGES:  # one style, whose hash the policy names (tests/unit/deploy_site/test_headers.py)
        text = re.sub("<style>[^<]+</style>", "", text, count=1)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)


@pytest.mark.parametrize("page", _PAGES, ids=str)
def test_a_page_can_be_read_before_its_style_sheet_arrives(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "stylesheet" not in text.partition("<footer>")[0]
    assert re.search(r'<footer></footer>\s+<link rel="stylesheet" href="page.css">\s+</body>', text)


def test_the_pages_have_one_frame_and_their_heading_is_their_title() -> None:
    assert len({_frame(page.read_text(encoding="utf-8")) for page in _PAGES}) == 1
    for page in _PAGES:
        text = page.read_text(encoding="utf-8")
        assert re.findall("<title>(.*)</title>", text) == re.findall("<h1>(.*)</h1>", text)


def _frame(text: str) -> str:
    """Return a page without what is its own: modules, title, heading and the name of its element."""
    return re.sub(
        r' *<link rel="modulepreload".*\n| *<script type="module" src="utenza/.*|<(title|h1)>.*|utenza-\w+', "", text
    )


@pytest.mark.parametrize("page", _PAGES, ids=str)
def test_a_page_preloads_every_module(page: Path) -> None:
    assert _preloaded(page) == set(_imported(_started(page)))


def _started(page: Path) -> str:
    [module] = re.findall(r'<script type="module" src="(utenza/[^"]+)"', page.read_text(encoding="utf-8"))
    return str(module)


def _preloaded(page: Path) -> set[str]:
    return set(re.findall(r'rel="modulepreload" href="([^"]+)"', page.read_text(encoding="utf-8")))


def _imported(module: str) -> Iterator[str]:
    for name in _IMPORT.findall((_SITE / module).read_text(encoding="utf-8")):
        imported = os.path.normpath(Path(module).parent / name)
        yield imported
        yield from _imported(imported)


def test_what_is_loaded_only_when_it_is_needed_is_there_and_not_preloaded() -> None:
    lazy = {
        os.path.normpath(module.parent / name)
        for module in _SITE.rglob("*.js")
        for name in re.findall(r'import\("([^"$]+)"\)', module.read_text(encoding="utf-8"))
    }
    assert {"site/utenza/registration/reclaim.js", "site/utenza/account/security.js"} <= lazy
    assert all(Path(module).is_file() for module in lazy)
    preloaded = {f"site/{module}" for page in _PAGES for module in _preloaded(page)}
    assert lazy.isdisjoint(preloaded)
    needed = {f"site/{name}" for module in lazy for name in _imported(module.removeprefix("site/"))}
    started = {f"site/{_started(page)}" for page in _PAGES}
    texts = {path.as_posix() for path in (_SITE / "utenza/texts").iterdir()}
    assert {module.as_posix() for module in (_SITE / "utenza").rglob("*.js")} == (
        lazy | preloaded | needed | started | texts
    )


def test_scripts_parse_no_html_and_store_nothing_permanently_but_device_tokens_and_dismissals() -> None:
    storing = set()
    for module in _SITE.rglob("*.js"):
        text = module.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|cookie", text), module
        if "localStorage" in text:
            storing.add(module.relative_to(_SITE).as_posix())
    assert storing == {"utenza/devices.js", "utenza/account/offered.js"}


@pytest.mark.parametrize("language", ["it", "en", "de"])
def test_the_readable_export_and_the_activity_have_a_word_for_everything(language: str) -> None:
    schema = json.loads(Path("docs/export.schema.json").read_text(encoding="utf-8"))
    parts = schema["$defs"]
    texts = (_SITE / f"utenza/texts/{language}.js").read_text(encoding="utf-8")
    labels = _names(texts.split("      labels: {")[1])
    assert {name for part in parts.values() for name in part["properties"]} <= labels
    assert set(schema["properties"]) - {"exported_at"} <= _names(texts.split("      sections: {")[1])
    assert set(parts["ActivityEvent"]["properties"]["kind"]["enum"]) <= _names(texts.split("      kinds: {")[1])


def _names(block: str) -> set[str]:
    """Return the names of a block of texts, up to its closing bracket."""
    return set(re.findall(r"^ +(\w+): ", block.partition("},")[0], re.MULTILINE))


@pytest.mark.parametrize("module", sorted((_SITE / "utenza").rglob("*.js")), ids=str)
def test_no_field_but_the_question_is_corrected_by_phones(module: Path) -> None:
    for field in re.findall(r"textField\(\w+, \{(.*?)\}\)", module.read_text(encoding="utf-8"), re.DOTALL):
        is_free = 'name: "question"' in field or 'type: "tel"' in field or 'name: "phone"' in field
        assert is_free or re.search(r"\.\.\.(VERBATIM|PRINTED_CODE|attributes|settings)", field), field


def test_every_supplier_has_a_brand_and_a_logo() -> None:
    assert set(_THEME["suppliers"]) == {entry.id for entry in read(Path("suppliers/suppliers.toml"))}
    for brand in _BRANDS.values():
        assert (_SITE / brand["logo"]).is_file()


@pytest.mark.parametrize("name", _BRANDS)
def test_the_accents_have_enough_contrast_on_pages_and_buttons(name: str) -> None:
    accent = _BRANDS[name]["accent"]
    styles = (_SITE / "utenza/utenza.css").read_text(encoding="utf-8")
    for ground in ("paper", "wash", "on-accent"):
        found = re.search(rf"--{ground}: (?:var\([\w-]+, )?light-dark\((#\w+), (#\w+)\)", styles)
        assert found
        assert _contrast(accent["light"], found[1]) >= 4.5, (ground, "light")
        assert _contrast(accent["dark"], found[2]) >= 4.5, (ground, "dark")


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours such as #0b5c8a, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
