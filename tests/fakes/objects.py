"""A bucket in memory, with versions."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from utenza.objects import Head, Missing, Objects, Replaced


class _Version(NamedTuple):
    body: bytes
    id: str
    modified: int
    metadata: dict[str, str]

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class FakeObjects(Objects):
    def __init__(self) -> None:
        self.bucket = "exchange"
        self.versions: dict[str, list[_Version]] = {}

    def send(self, key: str, body: bytes, *, modified: int, **metadata: str) -> None:
        """Write an object as somebody else does, at a time of theirs."""
        versions = self.versions.setdefault(key, [])
        versions.append(_Version(body, f"v{len(versions) + 1}", modified, metadata))

    def head(self, key: str, version: str = "") -> Head:
        found = self._find(key, version)
        return Head(len(found.body), found.etag, found.id, found.modified, found.metadata)

    def get_with_etag(self, key: str) -> tuple[bytes, str]:
        found = self._find(key)
        return found.body, found.etag

    def get_range(self, key: str, start: int, end: int, *, etag: str, version: str = "") -> bytes:
        found = self._find(key, version)
        if found.etag != etag:
            raise Replaced(key)
        return found.body[start:end]

    def download(self, key: str, file: BinaryIO, *, etag: str = "", version: str = "") -> None:
        found = self._find(key, version)
        if etag and found.etag != etag:
            raise Replaced(key)
        file.write(found.body)

    def put(
        self,
        key: str,
        body: bytes | BinaryIO,
        content_type: str = "application/octet-stream",
        metadata: Mapping[str, str] = {},
    ) -> None:
        versions = self.versions.setdefault(key, [])
        content = body if isinstance(body, bytes) else body.read()
        versions.append(_Version(content, f"v{len(versions) + 1}", int(time.time()), dict(metadata)))

    def put_new(self, key: str, body: bytes) -> bool:
        if key in self.versions:
            return False
        self.put(key, body)
        return True

    def put_over(self, key: str, body: bytes, etag: str) -> bool:
        if key not in self.versions or self.head(key).etag != etag:
            return False
        self.put(key, body)
        return True

    def copy(self, key: str, to: str) -> None:
        self.put(to, self._find(key).body)

    def delete(self, key: str) -> None:
        self.versions.pop(key, None)

    def keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in self.versions if key.startswith(prefix))

    def _find(self, key: str, version: str = "") -> _Version:
        versions = [each for each in self.versions.get(key, []) if version in ("", each.id)]
        if not versions:
            raise Missing(key)
        return versions[-1]
