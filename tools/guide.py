"""`make guide`: prints docs/guida.it.html, the guide for the supplier's people, as a PDF of four A4 pages."""

import argparse
import hashlib
import re
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools import chromium
from tools.paths import ROOT

SOURCE = ROOT / "docs" / "guida.it.html"
PRINTED = SOURCE.with_suffix(".pdf")
PAGES = 4
_FOOTER = """<div style="width: 100%; margin: 0 14mm; font: 7.5pt 'Noto Sans', sans-serif; color: #44505e">
Utenza: guida per chi assiste i clienti
<span style="float: right">Pagina <span class="pageNumber"></span> di <span class="totalPages"></span></span></div>"""
_PAGE = re.compile(rb"/Type\s*/Page\b")


def source_mark(source: Path = SOURCE) -> bytes:
    """Return the last line of a PDF that was printed from this text: a comment, which viewers skip."""
    return b"%% printed from %s\n" % hashlib.sha256(source.read_bytes()).hexdigest().encode()


def pages_of(content: bytes) -> int:
    return len(_PAGE.findall(content))


def printed(program: str, source: Path = SOURCE) -> bytes:
    """Return the guide as a PDF; every picture must have loaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        page = browser.new_page(locale="it")
        page.goto(source.as_uri(), wait_until="load")
        missing = page.evaluate("[...document.images].filter((image) => !image.naturalWidth).map((image) => image.src)")
        if missing:
            raise SystemExit(f"make guide: pictures are missing: {', '.join(missing)}")
        content = page.pdf(
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOTER,
            tagged=True,
        )
        browser.close()
    return content.rstrip(b"\n") + b"\n" + source_mark(source)


def main(arguments: list[str] | None = None) -> int:
    argparse.ArgumentParser(prog="make guide", description=__doc__).parse_args(arguments)
    program = chromium.program()
    if program is None:
        print("make guide: Chromium is missing: see tools/ensure_chromium.sh", file=sys.stderr)
        return 1
    content = printed(program)
    if pages_of(content) != PAGES:
        print(f"make guide: {pages_of(content)} pages, not {PAGES}: nothing was written", file=sys.stderr)
        return 1
    PRINTED.write_bytes(content)
    print(f"{PRINTED.relative_to(ROOT)}: {PAGES} pages, {len(content):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
