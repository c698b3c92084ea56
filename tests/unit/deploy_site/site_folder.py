"""A small site with every kind of file, for tests to serve and to upload."""

import re
from pathlib import Path

from tools.deploy_site.files import Site

ROOT = Path(__file__).parents[3]
API = "https://api.example/prod"
SCRIPT = "export const seconds = 60;\n" * 100  # long enough for compression
_FILES = {
    "index.html": "<!doctype html><title>Città</title>",
    "accesso.html": "<!doctype html><title>Accesso</title>",
    "page.css": "p{}",
    "config.json": '{"api": "http://127.0.0.1:8000", "more": 1}',
    "utenza/utenza.js": SCRIPT,
    "utenza/texts/it.js": "export default {};",
    "logos/a.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
}


def site(folder: Path) -> Site:
    """Write a site whose first supplier has a picture, and return it."""
    for name, text in _FILES.items():
        path = folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    suppliers = (ROOT / "suppliers/suppliers.toml").read_text(encoding="utf-8")
    without = re.sub(r"^code_picture = .*\n", "", suppliers, flags=re.MULTILINE)
    pictured = without.replace("code_label", 'code_picture = "bill.svg"\ncode_label', 1)
    (folder / "suppliers.toml").write_text(pictured, encoding="utf-8")
    (folder / "bill.svg").write_text("<svg/>", encoding="utf-8")
    (folder / "secret.txt").write_text("secret", encoding="utf-8")
    return Site(folder / "site", folder / "suppliers.toml", API)
