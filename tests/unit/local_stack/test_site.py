"""The local stack's site answers as CloudFront would: the declared headers, and nothing from outside its folder."""

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


class _Answer(NamedTuple):
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


def _ask(browser: HTTPConnection, path: str, method: str = "GET", **headers: str) -> _Answer:
    browser.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = browser.getresponse()
    return _Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


def test_the_root_is_the_first_page(browser: HTTPConnection) -> None:
    answer = _ask(browser, "/")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer == _ask(browser, "/index.html?from=mail")
    assert "Città" in answer.body.decode()


def test_the_settings_name_the_running_api(browser: HTTPConnection) -> None:
    assert json.loads(_ask(browser, "/config.json").body)["api"] == API


def test_a_suppliers_picture_comes_from_beside_suppliers_toml(browser: HTTPConnection) -> None:
    answer = _ask(browser, "/bills/bill.svg")
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "image/svg+xml", b"<svg/>")


@pytest.mark.parametrize("path", ["/", "/missing.js", "/utenza/utenza.js", "/%ff"])
def test_every_answer_carries_the_headers_of_the_template(browser: HTTPConnection, path: str) -> None:
    headers = _ask(browser, path).headers
    assert "connect-src 'self' https://api.example;" in headers["content-security-policy"]
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in headers  # it is http here


def test_a_browser_that_has_it_is_told_so(browser: HTTPConnection) -> None:
    first = _ask(browser, "/utenza/utenza.js", Accept_Encoding="gzip")
    for etag in (first.headers["etag"], first.headers["etag"].removeprefix("W/"), f'"x", {first.headers["etag"]}'):
        again = _ask(browser, "/utenza/utenza.js", Accept_Encoding="gzip", If_None_Match=etag)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    assert _ask(browser, "/utenza/utenza.js", If_None_Match='"other"').status == 200


def test_what_has_changed_is_sent_at_once(browser: HTTPConnection, tmp_path: Path) -> None:
    etag = _ask(browser, "/page.css").headers["etag"]
    (tmp_path / "site" / "page.css").write_text("b{}")
    assert _ask(browser, "/page.css", If_None_Match=etag).body == b"b{}"


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.8", "GZIP"])
def test_text_is_compressed_for_those_who_accept_it(browser: HTTPConnection, accepted: str) -> None:
    answer = _ask(browser, "/utenza/utenza.js", Accept_Encoding=accepted)
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert len(answer.body) == int(answer.headers["content-length"]) < len(SCRIPT) / 4
    assert gzip.decompress(answer.body).decode() == SCRIPT


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_text_is_sent_as_it_is_to_the_others(browser: HTTPConnection, accepted: str) -> None:
    answer = _ask(browser, "/utenza/utenza.js", Accept_Encoding=accepted)
    assert "content-encoding" not in answer.headers
    assert answer.body.decode() == SCRIPT


def test_a_head_is_the_same_without_the_body(browser: HTTPConnection) -> None:
    head, whole = _ask(browser, "/page.css", "HEAD"), _ask(browser, "/page.css")
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
def test_there_is_nothing_but_the_sites_own_files_under_their_own_names(
    browser: HTTPConnection, tmp_path: Path, path: str
) -> None:
    (tmp_path / "site" / "link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "site" / "folder").symlink_to(tmp_path)
    answer = _ask(browser, path)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Pagina non trovata" in answer.body.decode()


def test_an_absolute_path_of_this_machine_is_no_key(browser: HTTPConnection, tmp_path: Path) -> None:
    assert _ask(browser, f"/{tmp_path}/secret.txt").status == 404


def test_a_broken_suppliers_toml_says_what_is_wrong_with_it(browser: HTTPConnection, tmp_path: Path) -> None:
    (tmp_path / "suppliers.toml").write_text("[[")
    answer = _ask(browser, "/bills/bill.svg")
    assert (answer.status, answer.headers["content-type"]) == (500, "text/plain; charset=utf-8")
    assert "suppliers.toml: not TOML" in answer.body.decode()
    assert _ask(browser, "/page.css").status == 200


@pytest.mark.parametrize("sent", [b"POST / HTTP/1.1\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET /%ff HTTP/1.1\r\n\r\n"])
def test_what_is_no_reading_is_refused_in_plain_words(browser: HTTPConnection, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", browser.port), timeout=10) as caller:
        caller.sendall(sent)
        answer = b"".join(iter(lambda: caller.recv(4096), b""))
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501")) or sent == b"GARBAGE\r\n\r\n"
    assert b"<" not in answer
