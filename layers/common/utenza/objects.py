"""One bucket of S3: whole objects, parts of them, and writes that hold only while an object is as it was read."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from utenza.errors import Stopped

_BLOCK = 1 << 20  # bytes
_OTHER = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


class Missing(Exception):
    """There is no such object, or no longer this version of it."""


class Replaced(Exception):
    """The object is another than the one that was meant."""


class Head(NamedTuple):
    """What S3 says of an object: `modified` in seconds since 1970, `metadata` as its sender wrote it."""

    size: int
    etag: str
    version: str
    modified: int
    metadata: dict[str, str]


class Objects:
    """The objects of one bucket. All methods raise Stopped when S3 or the network fails."""

    def __init__(self, client: Any, bucket: str) -> None:  # noqa: ANN401 - the stubs of boto3 are not in the layer
        self._client = client
        self.bucket = bucket

    def head(self, key: str, version: str = "") -> Head:
        """Return what is known of an object; raises Missing."""
        found = self._call("head_object", Key=key, **_version(version))
        modified = int(found["LastModified"].timestamp())
        return Head(
            found["ContentLength"], found["ETag"], found.get("VersionId", ""), modified, found.get("Metadata", {})
        )

    def get(self, key: str) -> bytes:
        """Return a whole object; raises Missing."""
        return self.get_with_etag(key)[0]

    def get_with_etag(self, key: str) -> tuple[bytes, str]:
        """Return a whole object and its ETag, for `put_over`; raises Missing."""
        found = self._call("get_object", Key=key)
        return self._read(found), found["ETag"]

    def get_range(self, key: str, start: int, end: int, *, etag: str, version: str = "") -> bytes:
        """Return the bytes from `start` up to, not with, `end`, of this object alone; raises Missing and Replaced."""
        span = f"bytes={start}-{end - 1}"
        found = self._call("get_object", Key=key, Range=span, IfMatch=etag, **_version(version))
        body = self._read(found)
        return body if "ContentRange" in found else body[start:end]  # a server may answer with the whole; emulators do

    def download(self, key: str, file: BinaryIO, *, etag: str = "", version: str = "") -> None:
        """Write an object to a file, in constant memory; raises Missing and Replaced."""
        match = {"IfMatch": etag} if etag else {}
        body = self._call("get_object", Key=key, **match, **_version(version))["Body"]
        try:
            while block := body.read(_BLOCK):
                file.write(block)
        except BotoCoreError as error:
            raise Stopped(f"GetObject: {type(error).__name__}") from None

    def put(
        self,
        key: str,
        body: bytes | BinaryIO,
        content_type: str = "application/octet-stream",
        metadata: Mapping[str, str] = {},
    ) -> None:
        self._call("put_object", Key=key, Body=body, ContentType=content_type, Metadata=metadata)

    def put_new(self, key: str, body: bytes) -> bool:
        """Write an object unless there is one; tell whether there was none."""
        return self._put_if(key, body, IfNoneMatch="*")

    def put_over(self, key: str, body: bytes, etag: str) -> bool:
        """Write an object over the one with this ETag; tell whether it was still that one."""
        return self._put_if(key, body, IfMatch=etag)

    def copy(self, key: str, to: str) -> None:
        """Copy an object within the bucket; raises Missing."""
        self._call("copy_object", Key=to, CopySource={"Bucket": self.bucket, "Key": key})

    def delete(self, key: str) -> None:
        self._call("delete_object", Key=key)

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with `prefix`, sorted."""
        more: dict[str, str] = {}
        while True:
            page = self._call("list_objects_v2", Prefix=prefix, **more)
            yield from (entry["Key"] for entry in page.get("Contents", []))
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _put_if(self, key: str, body: bytes, **condition: str) -> bool:
        try:
            self._call("put_object", Key=key, Body=body, **condition)
        except (Replaced, Missing):
            return False
        return True

    def _read(self, found: Any) -> bytes:  # noqa: ANN401 - boto3's
        try:
            return bytes(found["Body"].read())
        except BotoCoreError as error:
            raise Stopped(f"GetObject: {type(error).__name__}") from None

    def _call(self, operation: str, **parameters: Any) -> Any:  # noqa: ANN401 - boto3's
        try:
            return getattr(self._client, operation)(Bucket=self.bucket, **parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _MISSING:
                raise Missing(parameters["Key"]) from None
            if code in _OTHER:
                raise Replaced(parameters["Key"]) from None
            raise Stopped(f"{error.operation_name}: {code}") from None
        except BotoCoreError as error:
            raise Stopped(" ".join(str(error).split())) from None


def _version(version: str) -> dict[str, str]:
    return {"VersionId": version} if version else {}
