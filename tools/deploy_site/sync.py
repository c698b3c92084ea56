"""Uploads the files that are new or have changed to the bucket, and removes those that the site no longer has.

Every uploaded object carries a fingerprint in its metadata. Objects without one belong to others and stay, unless the
site has a file of that name.
"""

import hashlib
import uuid
from collections.abc import Callable
from typing import NamedTuple

from tools.deploy_site.files import Site, SiteFile
from tools.deploy_site.stack import Client

METADATA = "utenza-site"
# This object exists from the first upload until the invalidation, so that the next run finishes an interrupted one.
UNFINISHED = ".deploying"


class Plan(NamedTuple):
    """`uploads` are in the order of their upload; `unfinished` says that an earlier run was interrupted."""

    uploads: list[SiteFile]
    removals: list[str]
    unchanged: int
    unfinished: bool = False

    @property
    def has_work(self) -> bool:
        return bool(self.uploads or self.removals or self.unfinished)


def plan(client: Client, bucket: str, site: Site) -> Plan:
    """Compare the bucket with the site; an empty bucket name means that the bucket does not exist yet."""
    fingerprints = _fingerprints(client, bucket) if bucket else {}
    unfinished = fingerprints.pop(UNFINISHED, None) is not None
    files = [file for key in sorted(site.names()) if (file := site.file(key))]
    changed = [file for file in files if fingerprints.get(file.key) != _fingerprint(file)]
    ours = {key for key, fingerprint in fingerprints.items() if fingerprint}
    gone = sorted(ours - {file.key for file in files})
    return Plan(sorted(changed, key=_upload_order), gone, len(files) - len(changed), unfinished)


def apply(client: Client, bucket: str, planned: Plan, say: Callable[[str], None]) -> None:
    """Upload and remove what was planned; call `finish` afterwards."""
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
            Metadata={METADATA: _fingerprint(file)},
        )
    for key in planned.removals:
        say(f"  {key} removed")
        client.delete_object(Bucket=bucket, Key=key)


def finish(storage: Client, bucket: str, cloudfront: Client, distribution: str, *, wait: bool = False) -> None:
    """Invalidate CloudFront's caches, wait for that if asked to, and mark the deployment as finished."""
    paths = {"Quantity": 1, "Items": ["/*"]}
    batch = {"Paths": paths, "CallerReference": str(uuid.uuid4())}
    begun = cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)
    if wait:
        done = cloudfront.get_waiter("invalidation_completed")
        done.wait(DistributionId=distribution, Id=begun["Invalidation"]["Id"])
    storage.delete_object(Bucket=bucket, Key=UNFINISHED)


def _fingerprints(client: Client, bucket: str) -> dict[str, str]:
    """Return the fingerprint of every object by key, empty for objects that others have uploaded."""
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return {key: client.head_object(Bucket=bucket, Key=key)["Metadata"].get(METADATA, "") for key in keys}


def _fingerprint(file: SiteFile) -> str:
    about = f"{file.content_type}\n{file.cache_control}\n".encode()
    return hashlib.sha256(about + file.content).hexdigest()


def _upload_order(file: SiteFile) -> tuple[int, int, str]:
    """Sort deeper files first and pages last, so that no file refers to one that is not there yet."""
    return (file.key.endswith(".html"), -file.key.count("/"), file.key)
