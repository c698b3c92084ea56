"""A bucket that is read and not written to, for a dry run."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from utenza.objects import Head, Objects


class WithoutWrites(Objects):
    """Reads what the other objects are, and forgets what is written."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.bucket = objects.bucket

    def head(self, key: str, version: str = "") -> Head:
        return self._objects.head(key, version)

    def get_with_etag(self, key: str) -> tuple[bytes, str]:
        return self._objects.get_with_etag(key)

    def download(self, key: str, file: BinaryIO, *, etag: str = "", version: str = "") -> None:
        self._objects.download(key, file, etag=etag, version=version)

    def keys(self, prefix: str) -> Iterator[str]:
        return self._objects.keys(prefix)

    def put(
        self,
        key: str,
        body: bytes | BinaryIO,
        content_type: str = "application/octet-stream",
        metadata: Mapping[str, str] = {},
    ) -> None:
        pass

    def copy(self, key: str, to: str) -> None:
        pass

    def delete(self, key: str) -> None:
        pass

    def _put_if(self, key: str, body: bytes, **condition: str) -> bool:  # noqa: ARG002 - as its base has them
        return True
