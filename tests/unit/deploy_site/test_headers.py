"""The exact headers of the site: what a page may do, and who may embed the forms."""

import base64
import hashlib
import re

from tests.unit.deploy_site.site_folder import ROOT
from tools.deploy_site.headers import of_template

_API = "https://api.example"
_PAGES = ("index.html", "accesso.html", "registrazione.html", "obiezione.html")


def _first_style() -> str:
    """Return the hash of the only inline style, which all pages share, as a policy names it."""
    pages = [(ROOT / "site" / page).read_text(encoding="utf-8") for page in _PAGES]
    [style] = {style for page in pages for style in re.findall("<style>(.*?)</style>", page, re.DOTALL)}
    assert all(page.count("<style>") == 1 for page in pages)
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def test_the_headers_are_exactly_these() -> None:
    assert of_template(ROOT / "site.yaml", _API) == {
        "Content-Security-Policy": (
            f"default-src 'none'; script-src 'self'; style-src 'self' '{_first_style()}'; img-src 'self'; "
            "connect-src 'self' https://api.example; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        ),
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": (
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
            "microphone=(), midi=(), payment=(), usb=()"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Access-Control-Allow-Origin": "*",
    }


def test_the_nginx_example_in_the_docs_has_the_same_headers() -> None:
    advice = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    advised = dict(re.findall(r'^  add_header (\S+) "(.+)" always;$', advice, re.MULTILINE))
    assert advised == of_template(ROOT / "site.yaml", "https://api.example.it")
