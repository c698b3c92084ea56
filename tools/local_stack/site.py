"""Serves the site beside the API, from its own origin, with the headers that CloudFront sends after a deployment."""

import gzip
import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from tools.deploy_site import headers
from tools.deploy_site.files import Site, SiteError, SiteFile
from tools.local_stack import background
from tools.paths import ROOT, SUPPLIERS
from tools.suppliers.compile import SuppliersError

_INDEX = "index.html"
_COMPRESSED = ("text/", "application/json", "image/svg+xml")
_COMPRESSION_MINIMUM = 1000  # bytes, as for CloudFront


def serving(
    port: int, api: str, *, folder: Path = ROOT / "site", suppliers: Path = SUPPLIERS
) -> AbstractContextManager[None]:
    """Serve the site in `folder`, whose pages call the API at `api`, on 127.0.0.1:`port` while the block runs."""
    site = _SiteServer(Site(folder, suppliers, api, example=True))
    return background.serving(port, site.respond, "site")


class _SiteServer:
    """Serves the files as they are at each request."""

    def __init__(self, site: Site) -> None:
        self._site = site
        api = urlsplit(site.api)
        declared = headers.of_template(ROOT / "site.yaml", f"{api.scheme}://{api.netloc}")
        self._headers = {name: value for name, value in declared.items() if name != headers.HSTS}  # there is no TLS

    def respond(self, request: Request) -> Response:
        response = self._response(request)
        response.headers.update(self._headers)
        return response

    def _response(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return _text(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD"})
        key = request.path.removeprefix("/") or _INDEX
        if "\N{REPLACEMENT CHARACTER}" in key:  # not UTF-8
            return _text(HTTPStatus.BAD_REQUEST)
        try:
            found = self._site.file(key)
            page = found or self._site.not_found()
        except (SiteError, SuppliersError) as error:
            return _text(HTTPStatus.INTERNAL_SERVER_ERROR, message=str(error))
        except ValueError:  # a path that the file system does not allow
            return _text(HTTPStatus.BAD_REQUEST)
        response = _file(page, request)
        if found is None:
            response.status_code = HTTPStatus.NOT_FOUND
            return response
        return response.make_conditional(request)


def _file(file: SiteFile, request: Request) -> Response:
    response = Response(file.content, content_type=file.content_type)
    response.headers["Cache-Control"] = file.cache_control
    etag = hashlib.md5(file.content, usedforsecurity=False).hexdigest()
    response.set_etag(etag)
    if file.content_type.startswith(_COMPRESSED):
        response.headers["Vary"] = "Accept-Encoding"
        if len(file.content) >= _COMPRESSION_MINIMUM and request.accept_encodings.quality("gzip"):
            response.set_data(gzip.compress(file.content, 6, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            response.set_etag(etag, weak=True)
    return response


def _text(status: HTTPStatus, fields: Mapping[str, str] | None = None, message: str = "") -> Response:
    response = Response(f"{message or status.phrase}\n", status, fields, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
