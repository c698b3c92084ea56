"""Brings the files into the bucket: what is new or has changed, and out of it what the site no longer has.

Every object that comes from here carries a mark with the fingerprint of what it is. Objects without it are somebody
else's and are never touched, unless the site has a file of that name.
"""

import hashlib
import uuid
from collections.abc import Callable
from typing import NamedTuple

from tools.deploy_site.files import Site, SiteFile
from tools.deploy_site.formation import Client

MARK = "utenza-site"
# There from the first upload until CloudFront has been told: a run that was cut off in between is finished by the next.
UNFINISHED = ".deploying"


class Plan(NamedTuple):
    """`uploads` in the order that they go in; `unfinished` says that an earlier run did not come to its end."""

    uploads: list[SiteFile]
    removals: list[str]
    unchanged: int
    unfinished: bool = False

    @property
    def does_something(self) -> bool:
        return bool(self.uploads or self.removals or self.unfinished)


def plan(client: Client, bucket: str, site: Site) -> Plan:
    """Compare a bucket with the site, changing nothing; "" is a bucket still to be made."""
    marks = _marks(client, bucket) if bucket else {}
    unfinished = marks.pop(UNFINISHED, None) is not None
    files = [file for key in sorted(site.names()) if (file := site.file(key))]
    changed = [file for file in files if marks.get(file.key) != _fingerprint(file)]
    ours = {key for key, mark in marks.items() if mark}
    gone = sorted(ours - {file.key for file in files})
    return Plan(sorted(changed, key=_turn), gone, len(files) - len(changed), unfinished)


def apply(client: Client, bucket: str, planned: Plan, say: Callable[[str], None]) -> None:
    """Do what was planned, but for telling CloudFront; `finish` is the end of it."""
    if planned.uploads or planned.removals:
        client.put_object(Bucket=bucket, Key=UNFINISHED, Body=b"")
    for file in planned.uploads:
        say(f"  {file.key} ({len(file.content):,} bytes)")
        client.put_object(
            Bucket=bucket,
            Key=file.key,
            Body=file.content,
            ContentType=file.content_type,
            CacheControl=file.cache_control,
            Metadata={MARK: _fingerprint(file)},
        )
    for key in planned.removals:
        say(f"  {key} removed")
        client.delete_object(Bucket=bucket, Key=key)


def finish(storage: Client, bucket: str, edge: Client, distribution: str) -> None:
    """Have CloudFront forget what it keeps."""
    paths = {"Quantity": 1, "Items": ["/*"]}
    batch = {"Paths": paths, "CallerReference": str(uuid.uuid4())}
    edge.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    storage.delete_object(Bucket=bucket, Key=UNFINISHED)


def _marks(client: Client, bucket: str) -> dict[str, str]:
    """Return the mark of every object, "" for those of others."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return {key: client.head_object(Bucket=bucket, Key=key)["Metadata"].get(MARK, "") for key in keys}


def _fingerprint(file: SiteFile) -> str:
    about = f"{file.content_type}\n{file.cache_control}\n".encode()
    return hashlib.sha256(about + file.content).hexdigest()


def _turn(file: SiteFile) -> tuple[int, int, str]:
    """Pages last, and before them what lies deeper first: nothing should refer to what is not there yet."""
    return (file.key.endswith(".html"), -file.key.count("/"), file.key)
