"""An older release does not follow a newer one, unless somebody says so."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tools import deploy_stage
from tools.release_order import OlderReleaseError, begin


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="artefacts")
        yield client


def test_releases_go_forward_again_and_back_only_if_asked(s3: Any) -> None:
    begin(s3, "artefacts", "utenza", 9)
    begin(s3, "artefacts", "utenza", 10)
    begin(s3, "artefacts", "utenza", 10)  # the same job, once more
    begin(s3, "artefacts", "utenza-dev", 9)  # another stage
    with pytest.raises(OlderReleaseError, match="utenza has release 10, and 9 is older"):
        begin(s3, "artefacts", "utenza", 9)
    begin(s3, "artefacts", "utenza", 9, goes_back=True)
    begin(s3, "artefacts", "utenza", 10)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"RELEASE": "42"}, 0),
        ({"RELEASE": "41"}, 2),
        ({"RELEASE": "41", "GOES_BACK": "40"}, 2),  # forgotten since
        ({"RELEASE": "41", "GOES_BACK": "41"}, 0),
        ({"RELEASE": "x"}, 2),
        ({}, 0),  # by hand
    ],
)
def test_nothing_is_deployed_over_a_newer_release(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], status: int
) -> None:
    begin(s3, "artefacts", "utenza-dev", 42)
    (tmp_path / "architecture").write_text("arm64")
    (tmp_path / "template.yaml").touch()
    ran: list[Any] = []

    def run(call: Any, **_: Any) -> Any:
        ran.append(call)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(deploy_stage, "BUILD", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(deploy_stage, "connect", lambda: SimpleNamespace(client=lambda _: s3))
    for name in ("RELEASE", "GOES_BACK", "PARAMETERS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert deploy_stage.main(["dev", "--bucket", "artefacts"]) == status
    assert len(ran) == (status == 0)
