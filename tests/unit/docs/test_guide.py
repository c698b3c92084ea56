"""docs/guida.it.html, the guide for the call centre: it quotes only texts that customers can read, and is printed."""

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest

from tools import chromium, guide
from tools.accounts.cli import _COMMANDS
from tools.paths import ROOT

_SOURCE = guide.SOURCE.read_text(encoding="utf-8")
_MESSAGES = (
    ROOT / "layers" / "common" / "utenza" / "http" / "messages" / "it.toml",
    ROOT / "functions" / "notifications" / "texts" / "it.toml",
)
_SCREENS = ROOT / "site" / "utenza" / "texts" / "it.js"


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for entry in inside for text in _strings(entry)]


def _texts() -> list[str]:
    """Return everything that customers read in Italian, in one line each."""
    messages = [text for file in _MESSAGES for text in _strings(tomllib.loads(file.read_text(encoding="utf-8")))]
    return [*messages, *re.findall(r'"((?:[^"\\]|\\.)*)"', _SCREENS.read_text(encoding="utf-8"))]


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def _quoted() -> list[str]:
    return [_plain(quote) for quote in re.findall(r"<q>(.*?)</q>", _SOURCE, re.DOTALL)]


def test_every_quoted_text_is_one_that_customers_read() -> None:
    texts, quoted = _texts(), _quoted()
    assert len(quoted) > 50
    assert [quote for quote in quoted if not any(quote in text for text in texts)] == []


def test_a_short_quotation_is_a_whole_label() -> None:
    """Else a word such as «Chiudi» would be found in any sentence."""
    texts = set(_texts())
    assert [quote for quote in _quoted() if quote.count(" ") < 2 and quote not in texts] == []


def test_every_command_of_the_second_level_exists() -> None:
    named = {_plain(code) for code in re.findall(r"<code>(.*?)</code>", _SOURCE, re.DOTALL)}
    assert {"find", "close", "freeze", "unfreeze", "unlink", "delegates"} <= named <= set(_COMMANDS)


def test_every_picture_exists_and_says_what_it_shows() -> None:
    pictures = re.findall(r'<img (?:class="[^"]*" )?src="([^"]+)" alt="([^"]+)"', _SOURCE)
    assert len(pictures) == _SOURCE.count("<img ") == 6
    assert [name for name, _ in pictures if not (guide.SOURCE.parent / name).exists()] == []


@pytest.mark.parametrize(
    "case",
    [
        *("una bolletta è stata rubata", "l'indirizzo e-mail è sbagliato", "il codice non arriva"),
        *(
            "cambia l'intestatario",
            "ha dimenticato la password",
            "l'accesso è bloccato",
            "chiudere l'accesso",
            "(delega)",
        ),
    ],
)
def test_every_case_has_its_card(case: str) -> None:
    assert re.search(rf"<h3>…[^<]*{re.escape(case)}", _SOURCE)


def test_the_printed_guide_is_of_this_text_and_has_four_pages() -> None:
    content = guide.PRINTED.read_bytes()
    assert content.endswith(guide.source_mark()), "run `make guide`"
    assert guide.pages_of(content) == _SOURCE.count("<section>") == guide.PAGES
    assert len(content) < 1_000_000


def test_without_a_browser_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chromium, "program", lambda: None)
    assert guide.main([]) == 1
    assert "Chromium is missing" in capsys.readouterr().err


def test_a_guide_of_more_pages_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guide, "PRINTED", tmp_path / "guida.it.pdf")
    monkeypatch.setattr(chromium, "program", lambda: "chromium")
    monkeypatch.setattr(guide, "printed", lambda _program: b"<< /Type /Pages >>" + b"<< /Type /Page >>" * 5)
    assert guide.main([]) == 1
    assert "5 pages, not 4" in capsys.readouterr().err
    assert not (tmp_path / "guida.it.pdf").exists()
