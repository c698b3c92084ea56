"""The bucket gets what has changed and loses what is gone, nothing else, and an interrupted run is finished later."""

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


class _Edge:
    """A CloudFront that remembers what it was told to forget."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def create_invalidation(self, **call: Any) -> None:
        self.told.append(call)


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-south-1")
        client.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-south-1"})
        yield client


def _deploy(storage: Any, whole: Site) -> sync.Plan:
    planned = sync.plan(storage, _BUCKET, whole)
    sync.apply(storage, _BUCKET, planned, lambda _: None)
    if planned.does_something:
        sync.finish(storage, _BUCKET, _Edge(), "E1")
    return planned


def _keys(storage: Any) -> set[str]:
    return {entry["Key"] for entry in storage.list_objects_v2(Bucket=_BUCKET).get("Contents", [])}


def test_every_file_arrives_as_what_it_is(storage: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(storage, whole)
    assert _keys(storage) == whole.names()
    found = storage.get_object(Bucket=_BUCKET, Key="utenza/texts/it.js")
    assert found["ContentType"] == "text/javascript; charset=utf-8"
    assert found["CacheControl"] == "public, max-age=0, s-maxage=31536000, must-revalidate"
    assert found["Body"].read() == b"export default {};"


def test_pages_go_last_and_what_lies_deeper_first(storage: Any, tmp_path: Path) -> None:
    keys = [file.key for file in sync.plan(storage, _BUCKET, site(tmp_path)).uploads]
    assert keys[0] == "utenza/texts/it.js"
    assert keys.index("utenza/utenza.js") < keys.index("page.css") < keys.index("404.html")
    assert keys[-3:] == ["404.html", "accesso.html", "index.html"]


def test_repeating_it_does_nothing(storage: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(storage, whole)
    again = _deploy(storage, whole)
    assert (again.does_something, again.unchanged) == (False, len(whole.names()))


def test_what_has_changed_is_uploaded_and_what_is_gone_removed(storage: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(storage, whole)
    (whole.folder / "page.css").write_text("b{}")
    (whole.folder / "accesso.html").unlink()
    planned = _deploy(storage, whole)
    assert ([file.key for file in planned.uploads], planned.removals) == (["page.css"], ["accesso.html"])
    assert _keys(storage) == whole.names()


def test_another_address_of_the_api_changes_the_settings_alone(storage: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(storage, whole)
    planned = sync.plan(storage, _BUCKET, whole._replace(api="https://other.example"))
    assert [file.key for file in planned.uploads] == ["config.json"]


def test_what_somebody_else_put_there_stays(storage: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    storage.put_object(Bucket=_BUCKET, Key="contract.pdf", Body=b"")
    _deploy(storage, whole)
    assert _deploy(storage, whole).removals == []
    assert "contract.pdf" in _keys(storage)


def test_a_file_that_somebody_else_changed_becomes_the_sites_again(storage: Any, tmp_path: Path) -> None:
    whole = site(tmp_path)
    _deploy(storage, whole)
    storage.put_object(Bucket=_BUCKET, Key="index.html", Body=b"")
    assert [file.key for file in _deploy(storage, whole).uploads] == ["index.html"]


def test_cloudfront_is_told_once_of_everything(storage: Any) -> None:
    edge = _Edge()
    sync.finish(storage, _BUCKET, edge, "E1")
    [call] = edge.told
    assert (call["DistributionId"], call["InvalidationBatch"]["Paths"]["Items"]) == ("E1", ["/*"])


def test_a_run_that_was_cut_off_before_cloudfront_was_told_is_finished_by_the_next(
    storage: Any, tmp_path: Path
) -> None:
    whole = site(tmp_path)
    sync.apply(storage, _BUCKET, sync.plan(storage, _BUCKET, whole), lambda _: None)
    again = _deploy(storage, whole)
    assert (again.uploads, again.removals, again.does_something) == ([], [], True)
    assert not _deploy(storage, whole).does_something


def test_before_there_is_a_bucket_everything_is_new(storage: Any, tmp_path: Path) -> None:
    assert len(sync.plan(storage, "", site(tmp_path)).uploads) == len(site(tmp_path).names())
