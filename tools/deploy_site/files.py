"""The files of the site: its folder, the suppliers' pictures, and `config.json` with the API's address.

Servers look keys up here and never join paths, so a request cannot reach a file outside the folder.
"""

import json
from pathlib import Path
from typing import NamedTuple

from tools.suppliers.compile import read

CONFIG = "config.json"
NOT_FOUND = "404.html"
_EXAMPLE = "example"
_BILLS = "bills/"  # where the pages look for a supplier's picture
# CloudFront caches them until an invalidation; browsers revalidate each time, mostly with "not modified".
_REVALIDATED = "public, max-age=0, s-maxage=31536000, must-revalidate"
_CACHED = "public, max-age=86400"
_TYPES = {
    ".html": ("text/html; charset=utf-8", _REVALIDATED),
    ".css": ("text/css; charset=utf-8", _REVALIDATED),
    ".js": ("text/javascript; charset=utf-8", _REVALIDATED),
    ".json": ("application/json", _REVALIDATED),
    ".txt": ("text/plain; charset=utf-8", _REVALIDATED),
    ".svg": ("image/svg+xml", _CACHED),
    ".png": ("image/png", _CACHED),
    ".jpg": ("image/jpeg", _CACHED),
    ".webp": ("image/webp", _CACHED),
    ".ico": ("image/x-icon", _CACHED),
    ".woff2": ("font/woff2", _CACHED),
}
_NOT_FOUND_PAGE = """<!doctype html>
<html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pagina non trovata</title></head>
<body><h1>Pagina non trovata</h1><p><a href="/">Pagina iniziale</a></p>
<p lang="en">Page not found · <span lang="de">Seite nicht gefunden</span></p></body></html>
"""


class SiteError(Exception):
    """The folder is not a site that can be deployed; the message is one line."""


class SiteFile(NamedTuple):
    """`key` is the path below the site's address, without the leading slash."""

    key: str
    content: bytes
    content_type: str
    cache_control: str


class Site(NamedTuple):
    """The folder of the pages, suppliers.toml with its pictures beside it, and the API's address.

    `example` says whether the folder `example/` belongs to the site: it is for developers and is not deployed.
    """

    folder: Path
    suppliers: Path
    api: str
    example: bool = False

    def names(self) -> set[str]:
        """Return the keys of all files; raises SuppliersError."""
        return {*self._own(), *self._pictures(), CONFIG, NOT_FOUND}

    def file(self, key: str) -> SiteFile | None:
        """Return the file as it is now, None if there is none; raises SiteError and SuppliersError."""
        pictures = self._pictures() if key.startswith(_BILLS) else {}
        path = pictures.get(key) or self._own().get(key)
        if key == CONFIG:
            return _site_file(key, self._config(path))
        if key == NOT_FOUND:
            return self.not_found()
        return _site_file(key, path.read_bytes()) if path else None

    def not_found(self) -> SiteFile:
        """Return the page for unknown keys: the site's own 404.html, or a plain one."""
        path = self._own().get(NOT_FOUND)
        return _site_file(NOT_FOUND, path.read_bytes() if path else _NOT_FOUND_PAGE.encode())

    def ignored(self) -> list[str]:
        """Return the names in the folder that are not deployed: other file types, and links out of the folder."""
        files = [path for path in self.folder.rglob("*") if path.is_symlink() or path.is_file()]
        names = {self._key(path) for path in files if not self._hidden(path)}
        return sorted(names - set(self._own()))

    def _own(self) -> dict[str, Path]:
        root = self.folder.resolve()
        files = [path for path in self.folder.rglob("*") if path.suffix in _TYPES and path.is_file()]
        inside = [path for path in files if path.resolve().is_relative_to(root)]  # a link may lead anywhere
        return {self._key(path): path for path in inside if not self._hidden(path)}

    def _pictures(self) -> dict[str, Path]:
        names = {entry.code_picture for entry in read(self.suppliers)} - {""}
        return {f"{_BILLS}{name}": self.suppliers.parent / name for name in names}

    def _config(self, path: Path | None) -> bytes:
        """Return the folder's config.json with the API's address put in."""
        try:
            own = {**json.loads(path.read_bytes())} if path else {}
        except (ValueError, TypeError):
            raise SiteError(f"{path} is not a JSON object") from None
        return (json.dumps({**own, "api": self.api}, ensure_ascii=False) + "\n").encode()

    def _key(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _hidden(self, path: Path) -> bool:
        parts = path.relative_to(self.folder).parts
        return any(part.startswith(".") for part in parts) or (parts[0] == _EXAMPLE and not self.example)


def _site_file(key: str, content: bytes) -> SiteFile:
    return SiteFile(key, content, *_TYPES[Path(key).suffix])
