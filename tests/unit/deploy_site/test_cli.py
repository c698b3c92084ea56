"""`make deploy-site` by its command line: every failure is one line, and a dry run changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, WaiterError
from moto import mock_aws

from tests.unit.deploy_site.cloud import Cloud
from tests.unit.deploy_site.site_folder import ROOT, site
from tools.deploy_site import cli, sync

_API = "https://api.example/prod"
_SITE = "https://d1.cloudfront.net"
_FIREWALL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/utenza-site/1"
_OUTPUTS = {
    "ApiUrl": _API,  # the same stack plays the API's, too
    "SiteUrl": _SITE,
    "BucketName": "site",
    "DistributionId": "E1",
    "DistributionDomain": "d1.cloudfront.net",
}


class _Account:
    """The clients of one account; it is its own CloudFront."""

    place = "AWS, eu-south-1"

    def __init__(self, s3: Any) -> None:
        self.stack = Cloud("CREATE_COMPLETE", template=(ROOT / "site.yaml").read_text(encoding="utf-8"))
        self.stack.outputs = dict(_OUTPUTS)
        self.stack.parameters = {"ApiOrigin": "https://api.example", "AllowedOrigins": ""}
        self.edge = Cloud(template=(ROOT / "stacks" / "site_edge.yaml").read_text(encoding="utf-8"))
        self.s3 = s3
        self.invalidated: list[str] = []
        self.waited: list[str] = []
        self.is_late = False

    def client(self, service: str, **_: Any) -> Any:
        return {"cloudformation": self.stack, "s3": self.s3, "cloudfront": self}[service]

    def create_invalidation(self, **call: Any) -> dict[str, Any]:
        self.invalidated.append(call["DistributionId"])
        return {"Invalidation": {"Id": "I1"}}

    def get_waiter(self, what: str) -> Any:
        if self.is_late:
            raise WaiterError(what, "Max attempts exceeded", {})
        return SimpleNamespace(wait=lambda **call: self.waited.append(f"{what} {call['DistributionId']} {call['Id']}"))

    def stored(self) -> set[str]:
        return {entry["Key"] for entry in self.s3.list_objects_v2(Bucket="site").get("Contents", [])}


class _Region:
    """The same account in us-east-1."""

    def __init__(self, account: _Account) -> None:
        self._account = account

    def client(self, service: str, **_: Any) -> Any:
        return {"cloudformation": self._account.edge}[service]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-south-1")
        s3.create_bucket(Bucket="site", CreateBucketConfiguration={"LocationConstraint": "eu-south-1"})
        made = _Account(s3)
        there = _Region(made)
        monkeypatch.setattr(cli, "connect", lambda endpoint, region: there if region == "us-east-1" else made)
        yield made


def _run(folder: Path, *arguments: str) -> int:
    whole = site(folder)
    return cli.main(["--site", str(whole.folder), "--suppliers", str(whole.suppliers), *arguments])


def test_a_run_uploads_invalidates_once_and_prints_the_address(
    account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path) == 0
    assert account.stored() == site(tmp_path).names()
    assert account.invalidated == ["E1"]
    said = capsys.readouterr().out
    assert "The stack utenza-site is up to date." in said
    assert "Files uploaded: 9, removed: 0, unchanged: 0; CloudFront caches cleared." in said
    assert f"The site is at {_SITE}\n" in said
    assert said.endswith(f"`make deploy` with AllowedOrigins={_SITE}\n")


def test_a_repeated_run_changes_nothing(account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(tmp_path)
    assert _run(tmp_path) == 0
    assert account.invalidated == ["E1"]
    assert "Files uploaded: 0, removed: 0, unchanged: 9.\n" in capsys.readouterr().out


def test_a_dry_run_shows_the_plan_and_changes_nothing(
    account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, "--dry-run", "--domain", "area.example.it") == 0
    assert (account.stored(), account.invalidated, account.stack.calls) == (set(), [], [])
    said = capsys.readouterr().out
    assert "The stack utenza-site would be updated." in said
    assert "utenza/texts/it.js (18 bytes) would be uploaded" in said
    assert "nothing was changed" in said


def test_a_pipeline_deploys_the_site_of_a_stage_with_a_role_and_waits_for_the_caches(
    account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account.edge.course = ["CREATE_COMPLETE", "UPDATE_COMPLETE"]
    account.edge.outputs = {"WebAclArn": _FIREWALL}
    assert (
        _run(tmp_path, "--stage", "staging", "--role", "arn:r", "--at", f"{_SITE}/", "--wait", "--firewall", "on") == 0
    )
    assert account.stack.roles == ["arn:r"]
    assert account.edge.roles == ["arn:r", "arn:r"]
    assert (account.invalidated, account.waited) == (["E1"], ["invalidation_completed E1 I1"])
    assert "-> utenza-staging-site (AWS, eu-south-1)" in capsys.readouterr().out


def test_a_run_that_could_not_wait_for_the_caches_is_finished_by_the_next(account: _Account, tmp_path: Path) -> None:
    account.is_late = True
    assert _run(tmp_path, "--wait") == 1
    account.is_late = False
    assert _run(tmp_path, "--wait") == 0
    assert len(account.invalidated) == 2


@pytest.mark.parametrize("address", ["https://other.example", "UTENZA_SITE (empty)"])
def test_no_file_changes_where_the_site_is_at_another_address(
    account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert _run(tmp_path, "--at", address) == 1
    assert f"the site is at {_SITE}, not at {address}" in capsys.readouterr().err
    assert (account.stored(), account.invalidated) == (set(), [])


def test_ignored_files_are_named(account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site(tmp_path).folder / "notes.docx").touch()
    _run(tmp_path)
    assert "notes.docx is not deployed" in capsys.readouterr().out
    assert "notes.docx" not in account.stored()


def test_only_given_options_are_set(account: _Account, tmp_path: Path) -> None:
    _run(tmp_path, "--price-class", "All", "--certificate", "")
    [(_, parameters)] = account.stack.calls
    values = {entry["ParameterKey"]: entry.get("ParameterValue") for entry in parameters}
    assert values == {"ApiOrigin": "https://api.example", "PriceClass": "PriceClass_All", "CertificateArn": ""}


def test_a_domain_prints_its_target(account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account.stack.outputs["SiteUrl"] = "https://area.example.it"
    _run(tmp_path)
    assert "Point its domain at d1.cloudfront.net" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--site", "nowhere"], "nowhere/index.html is missing"),
        (["--api", "api.example"], "is not the address of an API"),
        (["--suppliers", "nowhere.toml"], "nowhere.toml: No such file"),
        (["--domain", "area.example.it"], "AWS: An error occurred (ValidationError)"),
    ],
)
def test_every_failure_is_one_line(
    account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    account.stack.refusal = "rule DomainAndCertificate failed"
    assert _run(tmp_path, *arguments) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert account.stored() == set()


def test_a_broken_config_json_is_found_before_anything_changes(
    account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = site(tmp_path)
    (whole.folder / "config.json").write_text("[")
    given = ["--site", str(whole.folder), "--suppliers", str(whole.suppliers), "--domain", "area.example.it"]
    assert cli.main(given) == 1
    assert "config.json is not a JSON object" in capsys.readouterr().err
    assert account.stack.calls == []


def test_an_interrupted_run_says_how_to_continue(
    account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "apply", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    assert _run(tmp_path) == 130
    assert "Run the same command again" in capsys.readouterr().err


def test_a_firewall_is_made_before_the_site_refers_to_it_and_learns_of_the_distribution_after(
    account: _Account, tmp_path: Path
) -> None:
    account.edge.course = ["CREATE_COMPLETE", "UPDATE_COMPLETE"]
    account.edge.outputs = {"WebAclArn": _FIREWALL}
    assert _run(tmp_path, "--firewall", "on", "--log-days", "14") == 0
    [(_, before), (_, after)] = account.edge.calls
    assert _given(before) == {"SiteStack": "utenza-site-eu-south-1", "Firewall": "on"}
    values = {"SiteStack": "utenza-site-eu-south-1", "Firewall": "on", "LogDays": "14", "DistributionId": "E1"}
    assert _given(after) == values
    [(_, parameters)] = account.stack.calls
    assert _given(parameters)["WebAclArn"] == _FIREWALL


def test_a_firewall_goes_after_the_site_has_let_go_of_it(account: _Account, tmp_path: Path) -> None:
    account.edge.status, account.edge.outputs = "UPDATE_COMPLETE", {"WebAclArn": _FIREWALL}
    account.edge.parameters = {"SiteStack": "utenza-site-eu-south-1", "Firewall": "on", "DistributionId": "E1"}
    account.stack.parameters["WebAclArn"] = _FIREWALL
    account.stack.refusal = "not today"
    assert _run(tmp_path, "--firewall", "off") == 1
    [(_, parameters)] = account.stack.calls
    assert _given(parameters)["WebAclArn"] == ""
    assert account.edge.calls == []  # the site still refers to it
    account.stack.refusal = ""
    assert _run(tmp_path, "--firewall", "off") == 0
    [(_, parameters)] = account.edge.calls
    assert _given(parameters)["Firewall"] == "off"


def test_a_firewall_that_is_there_stays(account: _Account, tmp_path: Path) -> None:
    account.edge.status, account.edge.outputs = "UPDATE_COMPLETE", {"WebAclArn": _FIREWALL}
    account.edge.parameters = {"SiteStack": "utenza-site-eu-south-1", "Firewall": "on", "DistributionId": "E1"}
    account.stack.parameters["WebAclArn"] = _FIREWALL
    assert _run(tmp_path) == 0
    assert (account.stack.calls, account.edge.calls) == ([], [])


@pytest.mark.parametrize("arguments", [[], ["--firewall", "off"], ["--log-days", "0"]])
def test_no_second_stack_is_made_for_nothing(account: _Account, tmp_path: Path, arguments: list[str]) -> None:
    assert _run(tmp_path, *arguments) == 0
    assert account.edge.calls == []


@pytest.mark.parametrize(("arguments", "status"), [([], 0), (["--firewall", "off"], 1), (["--log-days", "14"], 1)])
def test_who_may_not_look_into_us_east_1_need_not_unless_something_is_asked_of_it(
    account: _Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "forbidden"}}, "DescribeStacks")

    monkeypatch.setattr(account.edge, "describe_stacks", refuse)
    assert _run(tmp_path, *arguments) == status


def test_a_dry_run_names_the_second_stack(
    account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, "--dry-run", "--log-days", "14") == 0
    assert "The stack utenza-site-eu-south-1-edge in us-east-1 would be created" in capsys.readouterr().out
    assert (account.stack.calls, account.edge.calls) == ([], [])


def test_the_local_stack_has_no_firewall(account: _Account, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, "--endpoint", "http://127.0.0.1:4566", "--firewall", "on") == 1
    assert "--firewall and --log-days are for AWS alone" in capsys.readouterr().err
    assert account.edge.calls == []


def _given(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {entry["ParameterKey"]: entry.get("ParameterValue") for entry in parameters}
