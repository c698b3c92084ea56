"""Uploads and removals: changed and removed files only, and the next run finishes an interrupted one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.unit.deploy_site.site_folder import site
from tools.deploy_site import sync
from tools.deploy_site.files import Site

_BUCKET = "site"


class _CloudFront:
    """A fake that records invalidations."""

    def __init__(self) -> None:
        self.invalidations: list[dict[str, Any]] = []

    def create_invalidation(self, **call: Any) -> None:
        self.invalidations.append(call)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-south-1")
        client.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-south-1"})
        yield client


def _deploy(s3: Any, whole: Site) -> sync.Plan:
    planned = sync.plan(s3, _BUCKET, whole)
    sync.apply(s3, _BUCKET, planned, lambda _: None)
    if planned.has_work:
        sync.finish(s3, _BUCKET, _CloudFront(), "E1")
    return planned


def _keys(s3: Any) -> set[str]:
    return {entry["Key"] for entry in s3.list_objects_v2(Bucket=_BUCKET).get("Contents", [])}


def test_files_are_uploaded_with_type_and_caching(s3: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(s3, whole)
    assert _keys(s3) == whole.names()
    found = s3.get_object(Bucket=_BUCKET, Key="utenza/texts/it.js")
    assert found["ContentType"] == "text/javascript; charset=utf-8"
    assert found["CacheControl"] == "public, max-age=0, s-maxage=31536000, must-revalidate"
    assert found["Body"].read() == b"export default {};"


def test_deeper_files_are_uploaded_first_and_pages_last(s3: Any, tmp_path: Path) -> None:
    keys = [file.key for file in sync.plan(s3, _BUCKET, site(tmp_path)).uploads]
    assert keys[0] == "utenza/texts/it.js"
    assert keys.index("utenza/utenza.js") < keys.index("page.css") < keys.index("404.html")
    assert keys[-3:] == ["404.html", "accesso.html", "index.html"]


def test_a_repeated_run_does_nothing(s3: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(s3, whole)
    again = _deploy(s3, whole)
    assert (again.has_work, again.unchanged) == (False, len(whole.names()))


def test_changed_files_are_uploaded_and_deleted_ones_removed(s3: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(s3, whole)
    (whole.folder / "page.css").write_text("b{}")
    (whole.folder / "accesso.html").unlink()
    planned = _deploy(s3, whole)
    assert ([file.key for file in planned.uploads], planned.removals) == (["page.css"], ["accesso.html"])
    assert _keys(s3) == whole.names()


def test_a_new_api_address_changes_config_json_only(s3: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(s3, whole)
    planned = sync.plan(s3, _BUCKET, whole._replace(api="https://other.example"))
    assert [file.key for file in planned.uploads] == ["config.json"]


def test_objects_of_others_stay(s3: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    s3.put_object(Bucket=_BUCKET, Key="contract.pdf", Body=b"")
    _deploy(s3, whole)
    assert _deploy(s3, whole).removals == []
    assert "contract.pdf" in _keys(s3)


def test_a_file_that_others_have_overwritten_is_uploaded_again(s3: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(s3, whole)
    s3.put_object(Bucket=_BUCKET, Key="index.html", Body=b"")
    assert [file.key for file in _deploy(s3, whole).uploads] == ["index.html"]


def test_one_invalidation_covers_everything(s3: Any) -> None:
    cloudfront = _CloudFront()
    sync.finish(s3, _BUCKET, cloudfront, "E1")
    [call] = cloudfront.invalidations
    assert (call["DistributionId"], call["InvalidationBatch"]["Paths"]["Items"]) == ("E1", ["/*"])


def test_the_next_run_finishes_one_that_stopped_before_the_invalidation(s3: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    sync.apply(s3, _BUCKET, sync.plan(s3, _BUCKET, whole), lambda _: None)
    again = _deploy(s3, whole)
    assert (again.uploads, again.removals, again.has_work) == ([], [], True)
    assert not _deploy(s3, whole).has_work


def test_without_a_bucket_every_file_is_new(s3: Any, tmp_path: Path) -> None:
    assert len(sync.plan(s3, "", site(tmp_path)).uploads) == len(site(tmp_path).names())
