"""The site in the pipelines: after the API, where the stage wants it, and with no more rights than that takes."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from tests.unit.template.translated import listed
from tools.paths import ROOT
from tools.translate import written

_JOB: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "stage.yml").read_text(encoding="utf-8"))[
    "jobs"
]
_GITLAB: dict[str, Any] = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
_RESOURCES: dict[str, Any] = written(ROOT / "pipeline.yaml")["Resources"]
_SITE = "https://area.example.it"
_BASH = shutil.which("bash")
_MAKE = '#!/bin/sh\necho "$1|$SITE|$ROLE|$URL|${2#ARGS=}$ARGS" >> made\ntest "$(grep -c . made)" != "$FAILS"\n'

# Target, SITE, ROLE, URL and ARGS of each call of make.
_OFF = ["deploy-built||role|{url}|", f"smoke|{_SITE}|{{role}}|u|"]
_ON = ["deploy-built||role|{url}|", "smoke||{role}|u|", f"deploy-site|{_SITE}|role|{{url}}|--wait", _OFF[1]]


def _github(values: dict[str, str], fails: int, folder: Path) -> list[str]:
    """Run the steps that deploy as GitHub does: those whose condition holds, until one fails."""

    def filled(match: re.Match[str]) -> str:
        return values.get(match[1]) or match[2] or ""

    for step in next(iter(_JOB.values()))["steps"]:
        if not step.get("run", "").startswith("make ") or step["run"] == "make setup":
            continue
        assert step.get("if") in {None, "vars.UTENZA_DEPLOYS_SITE == 'true'"}  # none goes on after a failure
        if "if" in step and values.get("UTENZA_DEPLOYS_SITE") != "true":
            continue
        given = {
            name: re.sub(r"\$\{\{ vars\.(\w+)(?: \|\| '([^']*)')? \}\}", filled, value)
            for name, value in step["env"].items()
        }
        if not _runs([step["run"]], given, fails, folder):
            break
    return (folder / "made").read_text().splitlines()


def _gitlab(values: dict[str, str], fails: int, folder: Path) -> list[str]:
    """Run the job's commands as GitLab's runner does, in one shell that ends at the first that fails."""
    script = _GITLAB[".stage"]["script"]
    _runs(script[script.index("make setup") + 2 :], values, fails, folder)
    return (folder / "made").read_text().splitlines()


def _runs(commands: list[str], values: dict[str, str], fails: int, folder: Path) -> bool:
    (folder / "make").write_text(_MAKE)
    (folder / "make").chmod(0o755)
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "FAILS": str(fails)} | values
    shell = [str(_BASH), "-eo", "pipefail", "-c", "\n".join(commands)]
    return subprocess.run(shell, cwd=folder, env=environment, check=False).returncode == 0


@pytest.mark.skipif(_BASH is None, reason="needs bash")
@pytest.mark.parametrize("run", [_github, _gitlab])
@pytest.mark.parametrize(
    ("given", "fails", "expected"),
    [
        ({}, 0, _OFF),
        ({"UTENZA_DEPLOYS_SITE": "false"}, 0, _OFF),
        ({}, 1, _OFF[:1]),
        ({"UTENZA_DEPLOYS_SITE": "true"}, 0, _ON),
        ({"UTENZA_DEPLOYS_SITE": "true"}, 1, _ON[:1]),
        ({"UTENZA_DEPLOYS_SITE": "true"}, 2, _ON[:2]),  # the API does not pass: its pages stay as they are
        ({"UTENZA_DEPLOYS_SITE": "true"}, 3, _ON[:3]),
    ],
)
def test_the_site_follows_the_api_that_passed_and_what_fails_ends_the_stage(
    tmp_path: Path, run: Any, given: dict[str, str], fails: int, expected: list[str]
) -> None:
    values = {"UTENZA_CLOUDFORMATION_ROLE": "role", "UTENZA_URL": "u", "UTENZA_SITE": _SITE} | given
    # A job of GitLab is one shell: what a command does not read is there, too.
    seen = {"role": "role", "url": "u"} if run is _gitlab else {"role": "", "url": ""}
    assert run(values, fails, tmp_path) == [line.format(**seen) for line in expected]


@pytest.mark.skipif(_BASH is None, reason="needs bash")
@pytest.mark.parametrize("run", [_github, _gitlab])
def test_a_site_whose_address_nobody_gave_is_said_and_not_left_out(tmp_path: Path, run: Any) -> None:
    made = run({"UTENZA_DEPLOYS_SITE": "true"}, 3, tmp_path)
    assert made[2].startswith("deploy-site|UTENZA_SITE (empty)|")


def test_a_failed_job_promotes_nothing_and_the_site_is_that_of_the_commit() -> None:
    text = "".join((ROOT / name).read_text() for name in (".gitlab-ci.yml", ".github/workflows/stage.yml"))
    text += (ROOT / ".github" / "workflows" / "release.yml").read_text()
    assert not re.search(r"continue-on-error|always\(\)|failure\(\)|allow_failure: true|\|\| true|ref: ", text)
    [job] = _JOB.values()
    assert job["timeout-minutes"] * 60 < _RESOURCES["PipelineRole"]["Properties"]["MaxSessionDuration"]


def _policy(name: str, role: str) -> list[dict[str, Any]]:
    policy = _RESOURCES[name]
    assert policy["Condition"] == "DeploysSite"
    assert policy["Properties"]["Roles"] == [{"Ref": role}]
    return list(policy["Properties"]["PolicyDocument"]["Statement"])


def test_a_pipeline_may_do_to_the_site_what_its_deployment_does_and_only_where_asked() -> None:
    statements = _policy("SitePolicy", "PipelineRole")
    assert [sorted(listed(each["Action"])) for each in statements] == [
        ["cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks", "cloudformation:GetTemplate"],
        ["cloudformation:CreateStack", "cloudformation:UpdateStack"],
        ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
        ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
    ]
    reads, changes, stores, clears = statements
    places = [each["Fn::Sub"].split(":stack/")[1] for each in changes["Resource"]]
    assert places == ["${StackName}-site/*", "${StackName}-site-${AWS::Region}-edge/*"]  # as deploy_site names them
    assert reads["Resource"] == changes["Resource"]
    role = {"Fn::GetAtt": ["CloudFormationRole", "Arn"]}
    assert changes["Condition"] == {"StringEquals": {"cloudformation:RoleArn": role}}
    buckets = {each["Fn::Sub"].split(":::")[1] for each in stores["Resource"]}
    assert buckets == {"${StackName}-site-bucket-*", "${StackName}-site-bucket-*/*"}  # as CloudFormation names Bucket
    assert stores["Condition"] == {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
    tag = {"aws:ResourceTag/utenza-site": {"Fn::Sub": "${StackName}-site"}}
    assert clears["Condition"] == {"StringEquals": tag}


def test_the_buckets_and_the_distribution_are_those_of_the_sites_stack() -> None:
    site = written(ROOT / "site.yaml")["Resources"]
    assert "BucketName" not in site["Bucket"]["Properties"]
    assert site["Distribution"]["Properties"]["Tags"] == [{"Key": "utenza-site", "Value": {"Ref": "AWS::StackName"}}]


def test_cloudformation_may_make_what_the_site_has_and_no_more_of_cloudfront() -> None:
    """The resource types say which calls they make. Connection groups, staging and VPC origins are none of ours."""
    types = {
        each["Type"]
        for name in ("site.yaml", "stacks/site_edge.yaml")
        for each in written(ROOT / name)["Resources"].values()
    }
    needed: set[str] = set()
    for kind in types:
        handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
        needed |= {call for name, of in handlers.items() if name != "list" for call in of["permissions"]}
    ours = {call for call in needed if call.startswith("cloudfront:")}
    ours -= {call for call in ours if re.search("ConnectionGroup|VpcOrigin|Staging|WithTags", call)}
    ours.add("cloudfront:AllowVendedLogDeliveryForResource")
    makes, anywhere = _policy("SiteResourcesPolicy", "CloudFormationRole")
    assert {*makes["Action"], anywhere["Action"]} == ours
    assert makes["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:*"}
    assert anywhere["Action"] == "cloudfront:CreateOriginAccessControl"  # it knows no resource
    general = _RESOURCES["CloudFormationRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]
    services = {kind.split("::")[1].lower() for kind in types} - {"cloudfront"}
    assert {f"{each}:*" for each in services} <= set(general["Action"])
    assert "us-east-1" in general["Condition"]["StringEquals"]["aws:RequestedRegion"]
