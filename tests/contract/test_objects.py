from collections.abc import Callable
from io import BytesIO
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.fakes.objects import FakeObjects
from utenza.errors import Stopped
from utenza.objects import Missing, Objects, Replaced

_BUCKET = "utenza-exchange"


@pytest.fixture
def objects(kind: str) -> Any:
    if kind == "fake":
        yield FakeObjects()
        return
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
        s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-south-1"})
        s3.put_bucket_versioning(Bucket=_BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield Objects(s3, _BUCKET)


def test_an_object_is_read_whole_in_parts_and_to_a_file(objects: Objects) -> None:
    objects.put("runs/a", b"0123456789", "text/csv", {"as-of": "1800000000"})
    head, file = objects.head("runs/a"), BytesIO()
    assert head.metadata == {"as-of": "1800000000"}
    objects.download("runs/a", file, etag=head.etag, version=head.version)
    assert (head.size, objects.get("runs/a"), file.getvalue()) == (10, b"0123456789", b"0123456789")
    assert objects.get_range("runs/a", 2, 5, etag=head.etag, version=head.version) == b"234"


def test_a_version_stays_what_it_was_when_the_key_is_written_again(objects: Objects) -> None:
    objects.put("incoming/a", b"first")
    head = objects.head("incoming/a")
    objects.put("incoming/a", BytesIO(b"second"))
    assert objects.get("incoming/a") == b"second"
    assert objects.get_range("incoming/a", 0, 5, etag=head.etag, version=head.version) == b"first"
    assert objects.head("incoming/a", head.version).etag == head.etag


def test_another_object_than_the_one_that_is_meant_is_not_read(objects: Objects) -> None:
    objects.put("incoming/a", b"first")
    etag = objects.head("incoming/a").etag
    objects.put("incoming/a", b"second")
    with pytest.raises(Replaced):
        objects.get_range("incoming/a", 0, 3, etag=etag)


@pytest.mark.parametrize(
    "read",
    [
        lambda objects: objects.get("none"),
        lambda objects: objects.head("none"),
        lambda objects: objects.download("none", BytesIO()),
        lambda objects: objects.copy("none", "other"),
    ],
)
def test_what_there_is_not_is_missing(objects: Objects, read: Callable[[Objects], object]) -> None:
    with pytest.raises(Missing):
        read(objects)


def test_a_lease_is_taken_by_one_alone(objects: Objects) -> None:
    assert objects.put_new("lease", b"mine")
    assert not objects.put_new("lease", b"yours")
    content, etag = objects.get_with_etag("lease")
    assert content == b"mine"
    assert objects.put_over("lease", b"free", etag)
    assert not objects.put_over("lease", b"yours", etag)
    assert not objects.put_over("none", b"yours", etag)
    assert objects.get("lease") == b"free"


def test_keys_are_listed_sorted_and_deleted_ones_are_not(objects: Objects) -> None:
    for key in ("a/2", "a/1", "b/1", "a/3"):
        objects.put(key, b"")
    objects.copy("a/1", "a/4")
    objects.delete("a/3")
    objects.delete("none")
    assert list(objects.keys("a/")) == ["a/1", "a/2", "a/4"]


def test_an_error_of_s3_says_its_code_alone() -> None:
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-south-1", aws_access_key_id="x", aws_secret_access_key="x")
        with pytest.raises(Stopped, match=r"^GetObject: NoSuchBucket$"):
            Objects(s3, "utenza-nowhere").get("a")


def test_a_part_is_a_part_also_where_the_server_answers_with_the_whole() -> None:
    class Whole:
        def get_object(self, **_: Any) -> dict[str, Any]:
            return {"Body": BytesIO(b"0123456789"), "ETag": "e"}

    assert Objects(Whole(), _BUCKET).get_range("a", 2, 5, etag="e", version="v") == b"234"
