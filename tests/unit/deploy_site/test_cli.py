"""`make deploy-site` from its command line on: one line whatever stands in the way, and a dry run does nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.unit.deploy_site.cloud import Cloud
from tests.unit.deploy_site.site_folder import ROOT, site
from tools.deploy_site import cli, sync

_API = "https://api.example/prod"
_SITE = "https://d1.cloudfront.net"
_OUTPUTS = {
    "ApiUrl": _API,  # the same stack plays the API's, too
    "SiteUrl": _SITE,
    "BucketName": "site",
    "DistributionId": "E1",
    "DistributionDomain": "d1.cloudfront.net",
}


class _World:
    """The clients of one account; it is its own CloudFront."""

    region_name = "eu-south-1"

    def __init__(self, storage: Any) -> None:
        self.stack = Cloud("CREATE_COMPLETE", template=(ROOT / "site.yaml").read_text(encoding="utf-8"))
        self.stack.outputs = dict(_OUTPUTS)
        self.stack.parameters = {"ApiOrigin": "https://api.example", "AllowedOrigins": ""}
        self.storage = storage
        self.told: list[str] = []

    def client(self, service: str, **_: Any) -> Any:
        return {"cloudformation": self.stack, "s3": self.storage, "cloudfront": self}[service]

    def create_invalidation(self, **call: Any) -> None:
        self.told.append(call["DistributionId"])

    def stored(self) -> set[str]:
        return {entry["Key"] for entry in self.storage.list_objects_v2(Bucket="site").get("Contents", [])}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[_World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        storage = boto3.client("s3", region_name="eu-south-1")
        storage.create_bucket(Bucket="site", CreateBucketConfiguration={"LocationConstraint": "eu-south-1"})
        made = _World(storage)
        monkeypatch.setattr(cli, "session_for", lambda endpoint, region: made)
        yield made


def _run(folder: Path, *arguments: str) -> int:
    whole = site(folder)
    return cli.main(["--site", str(whole.folder), "--suppliers", str(whole.suppliers), *arguments])


def test_a_run_uploads_tells_cloudfront_once_and_says_where_the_site_is(
    world: _World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path) == 0
    assert world.stored() == site(tmp_path).names()
    assert world.told == ["E1"]
    said = capsys.readouterr().out
    assert "The stack utenza-site is as it should be." in said
    assert "Files uploaded: 9, removed: 0, unchanged: 0; CloudFront was told." in said
    assert f"The site is at {_SITE}\n" in said
    assert said.endswith(f"`make deploy` with AllowedOrigins={_SITE}\n")


def test_repeating_it_changes_nothing(world: _World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(tmp_path)
    assert _run(tmp_path) == 0
    assert world.told == ["E1"]
    assert "Files uploaded: 0, removed: 0, unchanged: 9.\n" in capsys.readouterr().out


def test_a_dry_run_shows_everything_and_changes_nothing(
    world: _World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, "--dry-run", "--domain", "area.example.it") == 0
    assert (world.stored(), world.told, world.stack.calls) == (set(), [], [])
    said = capsys.readouterr().out
    assert "The stack utenza-site would be updated." in said
    assert "utenza/texts/it.js (18 bytes) would be uploaded" in said
    assert "nothing was changed" in said


def test_what_is_left_out_is_named(world: _World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site(tmp_path).folder / "notes.docx").touch()
    _run(tmp_path)
    assert "notes.docx is left out" in capsys.readouterr().out
    assert "notes.docx" not in world.stored()


def test_only_what_is_said_is_set(world: _World, tmp_path: Path) -> None:
    _run(tmp_path, "--price-class", "All", "--certificate", "")
    [(_, parameters)] = world.stack.calls
    values = {entry["ParameterKey"]: entry.get("ParameterValue") for entry in parameters}
    assert values == {"ApiOrigin": "https://api.example", "PriceClass": "PriceClass_All", "CertificateArn": ""}


def test_a_domain_of_its_own_says_what_it_must_point_at(
    world: _World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world.stack.outputs["SiteUrl"] = "https://area.example.it"
    _run(tmp_path)
    assert "Its domain must point at d1.cloudfront.net" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--site", "nowhere"], "nowhere/index.html is missing"),
        (["--api", "api.example"], "is not the address of an API"),
        (["--suppliers", "nowhere.toml"], "nowhere.toml: No such file"),
        (["--domain", "area.example.it"], "AWS: An error occurred (ValidationError)"),
    ],
)
def test_what_stands_in_the_way_is_one_line(
    world: _World, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    world.stack.refusal = "rule DomainAndCertificate failed"
    assert _run(tmp_path, *arguments) == 1
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert world.stored() == set()


def test_broken_settings_are_seen_before_anything_is_changed(
    world: _World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = site(tmp_path)
    (whole.folder / "config.json").write_text("[")
    given = ["--site", str(whole.folder), "--suppliers", str(whole.suppliers), "--domain", "area.example.it"]
    assert cli.main(given) == 1
    assert "config.json is no JSON object" in capsys.readouterr().err
    assert world.stack.calls == []


def test_an_interrupted_run_says_that_it_can_be_repeated(
    world: _World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "apply", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert _run(tmp_path) == 130
    assert "Run the same command again" in capsys.readouterr().err
