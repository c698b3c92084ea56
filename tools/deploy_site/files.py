"""What the site consists of: its folder, the suppliers' pictures, and the address of the API in `config.json`.

Whoever serves it looks names up here instead of joining paths: what was not found in the folder cannot be asked for.
"""

import json
from pathlib import Path
from typing import NamedTuple

from tools.suppliers.compile import read

CONFIG = "config.json"
NOT_FOUND = "404.html"
_EXAMPLE = "example"
_BILLS = "bills/"  # where the pages look for a supplier's picture
# The edge keeps them until it is told otherwise; browsers ask it every time, and mostly hear "not modified".
_REVALIDATED = "public, max-age=0, s-maxage=31536000, must-revalidate"
_KEPT = "public, max-age=86400"
_KINDS = {
    ".html": ("text/html; charset=utf-8", _REVALIDATED),
    ".css": ("text/css; charset=utf-8", _REVALIDATED),
    ".js": ("text/javascript; charset=utf-8", _REVALIDATED),
    ".json": ("application/json", _REVALIDATED),
    ".txt": ("text/plain; charset=utf-8", _REVALIDATED),
    ".svg": ("image/svg+xml", _KEPT),
    ".png": ("image/png", _KEPT),
    ".jpg": ("image/jpeg", _KEPT),
    ".webp": ("image/webp", _KEPT),
    ".ico": ("image/x-icon", _KEPT),
    ".woff2": ("font/woff2", _KEPT),
}
_NOT_FOUND_PAGE = """<!doctype html>
<html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pagina non trovata</title></head>
<body><h1>Pagina non trovata</h1><p><a href="/">Pagina iniziale</a></p>
<p lang="en">Page not found · <span lang="de">Seite nicht gefunden</span></p></body></html>
"""


class SiteError(Exception):
    """What is wrong with the folder, in one line."""


class SiteFile(NamedTuple):
    """`key` is its path below the site's address, without a slash at its beginning."""

    key: str
    content: bytes
    content_type: str
    cache_control: str


class Site(NamedTuple):
    """The folder of the pages, suppliers.toml with its pictures beside it, and the API's address.

    The `example` of a page that embeds the forms is for developers: it does not go to where customers are.
    """

    folder: Path
    suppliers: Path
    api: str
    example: bool = False

    def names(self) -> set[str]:
        """Return the keys of all files; raises SuppliersError."""
        return {*self._own(), *self._pictures(), CONFIG, NOT_FOUND}

    def file(self, key: str) -> SiteFile | None:
        """Return a file as it is now, None when the site has none of that key; raises SiteError, SuppliersError."""
        pictures = self._pictures() if key.startswith(_BILLS) else {}
        path = pictures.get(key) or self._own().get(key)
        if key == CONFIG:
            return _described(key, self._config(path))
        if key == NOT_FOUND:
            return self.not_found()
        return _described(key, path.read_bytes()) if path else None

    def not_found(self) -> SiteFile:
        """Return what is answered for a key that the site does not have: its own page, or a plain one."""
        path = self._own().get(NOT_FOUND)
        return _described(NOT_FOUND, path.read_bytes() if path else _NOT_FOUND_PAGE.encode())

    def left_out(self) -> list[str]:
        """Return what lies in the folder and is no file of a web page, or leads out of the folder."""
        files = [path for path in self.folder.rglob("*") if path.is_symlink() or path.is_file()]
        names = {self._key(path) for path in files if not self._hidden(path)}
        return sorted(names - set(self._own()))

    def _own(self) -> dict[str, Path]:
        home = self.folder.resolve()
        files = [path for path in self.folder.rglob("*") if path.suffix in _KINDS and path.is_file()]
        inside = [path for path in files if path.resolve().is_relative_to(home)]  # a link may lead anywhere
        return {self._key(path): path for path in inside if not self._hidden(path)}

    def _pictures(self) -> dict[str, Path]:
        names = {entry.code_picture for entry in read(self.suppliers)} - {""}
        return {f"{_BILLS}{name}": self.suppliers.parent / name for name in names}

    def _config(self, path: Path | None) -> bytes:
        """Return the site's own settings with the API's address in place of theirs."""
        try:
            own = {**json.loads(path.read_bytes())} if path else {}
        except (ValueError, TypeError):
            raise SiteError(f"{path} is no JSON object") from None
        return (json.dumps({**own, "api": self.api}, ensure_ascii=False) + "\n").encode()

    def _key(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _hidden(self, path: Path) -> bool:
        parts = path.relative_to(self.folder).parts
        return any(part.startswith(".") for part in parts) or (parts[0] == _EXAMPLE and not self.example)


def _described(key: str, content: bytes) -> SiteFile:
    return SiteFile(key, content, *_KINDS[Path(key).suffix])
