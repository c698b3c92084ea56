"""The local site responds like CloudFront: with the declared headers, and with nothing from outside its folder."""

import contextlib
import gzip
import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.deploy_site.site_folder import API, SCRIPT, site
from tools.local_stack.site import serving
from tools.ports import free_ports


class _Response(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[HTTPConnection]:
    [port] = free_ports(1)
    files = site(tmp_path)
    caller = contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=10))
    with serving(port, API, folder=files.folder, suppliers=files.suppliers), caller as connection:
        yield connection


def _get(browser: HTTPConnection, path: str, method: str = "GET", **headers: str) -> _Response:
    browser.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = browser.getresponse()
    received = {name.lower(): value for name, value in response.getheaders() if name != "Date"}
    return _Response(response.status, received, response.read())


def test_the_root_is_index_html(browser: HTTPConnection) -> None:
    response = _get(browser, "/")
    assert (response.status, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert response == _get(browser, "/index.html?from=mail")
    assert "Città" in response.body.decode()


def test_config_json_has_the_address_of_the_running_api(browser: HTTPConnection) -> None:
    assert json.loads(_get(browser, "/config.json").body)["api"] == API


def test_a_supplier_s_picture_lies_beside_suppliers_toml(browser: HTTPConnection) -> None:
    response = _get(browser, "/bills/bill.svg")
    assert (response.status, response.headers["content-type"], response.body) == (200, "image/svg+xml", b"<svg/>")


@pytest.mark.parametrize("path", ["/", "/missing.js", "/utenza/utenza.js", "/%ff"])
def test_every_response_has_the_headers_of_the_template(browser: HTTPConnection, path: str) -> None:
    headers = _get(browser, path).headers
    assert "connect-src 'self' https://api.example;" in headers["content-security-policy"]
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in headers  # there is no TLS


def test_an_unchanged_file_is_304(browser: HTTPConnection) -> None:
    first = _get(browser, "/utenza/utenza.js", Accept_Encoding="gzip")
    for etag in (first.headers["etag"], first.headers["etag"].removeprefix("W/"), f'"x", {first.headers["etag"]}'):
        again = _get(browser, "/utenza/utenza.js", Accept_Encoding="gzip", If_None_Match=etag)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert _get(browser, "/utenza/utenza.js", If_None_Match='"other"').status == 200


def test_a_changed_file_is_sent_at_once(browser: HTTPConnection, tmp_path: Path) -> None:
    etag = _get(browser, "/page.css").headers["etag"]
    (tmp_path / "site" / "page.css").write_text("b{}")
    assert _get(browser, "/page.css", If_None_Match=etag).body == b"b{}"


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.8", "GZIP"])
def test_text_is_compressed_if_the_browser_accepts_it(browser: HTTPConnection, accepted: str) -> None:
    response = _get(browser, "/utenza/utenza.js", Accept_Encoding=accepted)
    assert (response.headers["content-encoding"], response.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert len(response.body) == int(response.headers["content-length"]) < len(SCRIPT) / 4
    assert gzip.decompress(response.body).decode() == SCRIPT


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_text_is_sent_uncompressed_otherwise(browser: HTTPConnection, accepted: str) -> None:
    response = _get(browser, "/utenza/utenza.js", Accept_Encoding=accepted)
    assert "content-encoding" not in response.headers
    assert response.body.decode() == SCRIPT


def test_a_head_is_the_same_without_the_body(browser: HTTPConnection) -> None:
    head, whole = _get(browser, "/page.css", "HEAD"), _get(browser, "/page.css")
    assert head == whole._replace(body=b"")


@pytest.mark.parametrize(
    "path",
    [
        "/missing.html",
        "/utenza",
        "/utenza/",
        "/../secret.txt",
        "/utenza/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/%252e%252e/secret.txt",
        "/./page.css",
        "/utenza//utenza.js",
        "/bills/../page.css",
        "/bills/../../secret.txt",
        "/bills/secret.txt",
        "/page.css%00.html",
        "//secret.txt",
        "/link.txt",
        "/folder/secret.txt",
    ],
)
def test_only_the_site_s_files_are_found_by_their_exact_names(
    browser: HTTPConnection, tmp_path: Path, path: str
) -> None:
    (tmp_path / "site" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "site" / "folder").symlink_to(tmp_path)
    response = _get(browser, path)
    assert (response.status, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Pagina non trovata" in response.body.decode()


def test_an_absolute_path_is_not_found(browser: HTTPConnection, tmp_path: Path) -> None:
    assert _get(browser, f"/{tmp_path}/secret.txt").status == 404


def test_a_broken_suppliers_toml_is_explained(browser: HTTPConnection, tmp_path: Path) -> None:
    (tmp_path / "suppliers.toml").write_text("[[")
    response = _get(browser, "/bills/bill.svg")
    assert (response.status, response.headers["content-type"]) == (500, "text/plain; charset=utf-8")
    assert "suppliers.toml: not TOML" in response.body.decode()
    assert _get(browser, "/page.css").status == 200


@pytest.mark.parametrize("sent", [b"POST / HTTP/1.1\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET /%ff HTTP/1.1\r\n\r\n"])
def test_other_methods_and_garbage_are_refused_in_plain_text(browser: HTTPConnection, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", browser.port), timeout=10) as caller:
        caller.sendall(sent)
        response = b"".join(iter(lambda: caller.recv(4096), b""))
    assert response.startswith((b"HTTP/1.1 400", b"HTTP/1.1 405")) or sent == b"GARBAGE\r\n\r\n"
    assert b"<" not in response
