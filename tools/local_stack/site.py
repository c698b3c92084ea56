"""Serves the site beside the API, from an origin of its own, as CloudFront serves what `make deploy-site` uploads."""

import gzip
import hashlib
import sys
from contextlib import AbstractContextManager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tools.deploy_site import headers
from tools.deploy_site.files import Site, SiteError, SiteFile
from tools.local_stack import background
from tools.paths import ROOT
from tools.suppliers.compile import SuppliersError

_ROOT_OBJECT = "index.html"
_COMPRESSED = ("text/", "application/json", "image/svg+xml")
_WORTH_COMPRESSING = 1000  # bytes, as for CloudFront


def serving(
    port: int, api: str, *, folder: Path = ROOT / "site", suppliers: Path = ROOT / "suppliers/suppliers.toml"
) -> AbstractContextManager[None]:
    """Serve the site in `folder`, whose pages call the API at `api`, on 127.0.0.1:`port` while the block runs."""
    server = _Server(port, Site(folder, suppliers, api, example=True))
    return background.running(server, "site")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, site: Site) -> None:
        super().__init__(("127.0.0.1", port), _Reader)
        self.site = site
        api = urlsplit(site.api)
        declared = headers.of_template(ROOT / "site.yaml", f"{api.scheme}://{api.netloc}")
        self.headers = {name: value for name, value in declared.items() if name != headers.HSTS}  # this is no TLS

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's own signature
        """Say nothing of browsers that went away before their answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Reader(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 75  # seconds that a silent connection is kept
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        try:
            key = unquote(urlsplit(self.path).path.removeprefix("/"), errors="strict") or _ROOT_OBJECT
            found = self.server.site.file(key)
            page = found or self.server.site.not_found()
        except ValueError:  # an address that is none, or not in UTF-8
            self.send_error(HTTPStatus.BAD_REQUEST)
        except (SiteError, SuppliersError) as error:
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        else:
            self._send(page, HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)

    def do_HEAD(self) -> None:
        self.do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer in plain words, with the headers of all the others."""
        self.close_connection = True
        text = message or HTTPStatus(code).phrase
        self._send(SiteFile("", f"{text}\n".encode(), "text/plain; charset=utf-8", "no-store"), code)

    def _send(self, file: SiteFile, status: int) -> None:
        content, about = file.content, {"Content-Type": file.content_type, "Cache-Control": file.cache_control}
        about["ETag"] = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        if file.content_type.startswith(_COMPRESSED):
            about["Vary"] = "Accept-Encoding"
            if len(content) >= _WORTH_COMPRESSING and self._takes_gzip():
                content = gzip.compress(content, 6, mtime=0)
                about |= {"Content-Encoding": "gzip", "ETag": f"W/{about['ETag']}"}
        if status == HTTPStatus.OK and self._has(about["ETag"]):
            self._answer(HTTPStatus.NOT_MODIFIED, about, b"")
        else:
            self._answer(status, {**about, "Content-Length": str(len(content))}, content)

    def _answer(self, status: int, about: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in {**about, **self.server.headers}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _takes_gzip(self) -> bool:
        offers = [offer.replace(" ", "").lower() for offer in self.headers.get("Accept-Encoding", "").split(",")]
        return any(offer.split(";")[0] == "gzip" and not offer.endswith((";q=0", ";q=0.0")) for offer in offers)

    def _has(self, etag: str) -> bool:
        """Tell whether the browser has this very file, compressed or not."""
        kept = [tag.strip().removeprefix("W/") for tag in self.headers.get("If-None-Match", "").split(",")]
        return etag.removeprefix("W/") in kept

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's own signature
        """Keep no log."""
