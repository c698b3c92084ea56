"""The pipelines, and what they may do in AWS: files for GitHub Actions and GitLab, and pipeline.yaml."""

import json
import re
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from tests.unit.template.translated import listed
from tools.deploy_stage import stages
from tools.paths import ROOT
from tools.translate import translated_with, written

_WORKFLOWS = ROOT / ".github" / "workflows"
_RELEASE: dict[str, Any] = yaml.safe_load((_WORKFLOWS / "release.yml").read_text(encoding="utf-8"))
_STAGE: dict[str, Any] = yaml.safe_load((_WORKFLOWS / "stage.yml").read_text(encoding="utf-8"))
_GITLAB: dict[str, Any] = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
_PIPELINE: dict[str, Any] = written(ROOT / "pipeline.yaml")
_RESOURCES: dict[str, Any] = _PIPELINE["Resources"]
_PINNED = re.compile(r"uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\n")
_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def _jobs() -> dict[str, dict[str, Any]]:
    return {f"{name} {job}": of for name, flow in _flows() for job, of in flow["jobs"].items()}


def _flows() -> list[tuple[str, dict[str, Any]]]:
    return [(path.name, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(_WORKFLOWS.glob("*.yml"))]


def _commands(job: dict[str, Any]) -> list[str]:
    return [line for step in job.get("steps", []) for line in step.get("run", "").splitlines()]


def test_every_action_is_pinned_by_its_commit() -> None:
    for path in _WORKFLOWS.glob("*.yml"):
        used = [f"{line.strip()}\n" for line in path.read_text(encoding="utf-8").splitlines() if "uses: " in line]
        foreign = [line.removeprefix("- ") for line in used if "uses: ./" not in line]
        assert all(_PINNED.fullmatch(line) for line in foreign), path


def test_jobs_have_no_more_permissions_than_they_need() -> None:
    for _, flow in _flows():
        assert flow["permissions"] == {}
    for name, job in _jobs().items():
        asks_aws = "uses" in job or "environment" in job
        assert job["permissions"] == {"contents": "read"} | ({"id-token": "write"} if asks_aws else {}), name
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_no_secret_and_no_key_is_used_and_no_expression_stands_in_a_command() -> None:
    for path in (*_WORKFLOWS.glob("*.yml"), ROOT / ".gitlab-ci.yml"):
        text = path.read_text(encoding="utf-8").lower()
        assert "secrets." not in text
        assert "access_key" not in text
        assert "access-key" not in text
    for name, job in _jobs().items():
        assert not [line for line in _commands(job) if "${{" in line], name


def test_nothing_runs_in_a_fork_that_did_not_ask_for_it() -> None:
    roots = [job for job in _RELEASE["jobs"].values() if "needs" not in job]
    assert len(roots) == 1
    assert "vars.UTENZA_DEPLOYS == 'true'" in roots[0]["if"]
    [rule] = _GITLAB["workflow"]["rules"]
    assert rule["if"].startswith('$UTENZA_DEPLOYS == "true" && ')


def test_github_takes_one_tested_build_through_the_stages_in_their_order() -> None:
    jobs = _RELEASE["jobs"]
    assert {name: listed(job.get("needs", [])) for name, job in jobs.items()} == {
        "test": [],
        "build": ["test"],
        "dev": ["build"],
        "staging": ["build", "dev"],
        "prod": ["build", "staging"],
    }
    assert [command for job in jobs.values() for command in _commands(job) if "make build" in command] == ["make build"]
    for stage in ("dev", "staging", "prod"):
        assert jobs[stage]["uses"] == "./.github/workflows/stage.yml"
        assert jobs[stage]["with"] == {"stage": stage, "digest": "${{ needs.build.outputs.digest }}"}
        assert "parameter_overrides" in stages()[stage]
    [deploy] = _STAGE["jobs"].values()
    assert deploy["environment"]["name"] == "${{ inputs.stage }}"  # prod's has reviewers
    assert deploy["concurrency"] == {
        "group": "utenza-${{ inputs.stage }}",
        "cancel-in-progress": False,
        "queue": "max",  # or one that comes late cancels a newer one that waits
    }
    commands = _commands(deploy)
    assert "sha256sum --check" in commands[0]
    assert commands[-4:] == ["make deploy-built", "make smoke", "make deploy-site", "make smoke"]


def test_each_deployment_says_which_release_it_is() -> None:
    """So that none whose tests or approval took longer follows a newer one (tools/release_order.py)."""
    [step] = [each for each in _STAGE["jobs"]["deploy"]["steps"] if each.get("run") == "make deploy-built"]
    assert step["env"]["RELEASE"] == "${{ github.run_number }}"
    assert step["env"]["GOES_BACK"] == "${{ vars.UTENZA_GOES_BACK }}"
    commands = _GITLAB[".stage"]["script"]
    number = commands.index('export RELEASE="$CI_PIPELINE_IID" GOES_BACK="$UTENZA_GOES_BACK"')
    assert number < commands.index("make deploy-built")


def test_gitlab_does_the_same_and_prod_is_started_by_hand() -> None:
    assert _GITLAB["stages"] == ["test", "build", "dev", "staging", "prod"]
    for stage in ("dev", "staging", "prod"):
        job = _GITLAB[stage]
        assert (job["extends"], job["stage"], job["environment"]["name"]) == (".stage", stage, stage)
        assert job["resource_group"] == f"utenza-{stage}"
        assert job["variables"] == {"STAGE": stage}
    assert _GITLAB["prod"]["rules"] == [{"when": "manual", "allow_failure": False}]
    assert _GITLAB["staging"]["needs"] == ["build", "dev"]
    assert _GITLAB["prod"]["needs"] == ["build", "staging"]
    commands = [each for each in _GITLAB[".stage"]["script"] if isinstance(each, str)]
    assert commands == _GITLAB[".stage"]["script"]  # a colon would make a map of a command
    order = [
        next(n for n, each in enumerate(commands) if text in each) for text in ("--check", "deploy-built", "smoke")
    ]
    assert order == sorted(order)
    # GitLab gives a job the name of a variable that is not set (gitlab-org/gitlab#350747); the role has to be.
    passed = {name for name, value in _GITLAB[".stage"]["variables"].items() if value.startswith("$UTENZA_")}
    assert passed == {"AWS_ROLE_ARN"}


def test_both_pipelines_read_the_variables_that_are_documented() -> None:
    documented = set(re.findall(r"`(UTENZA_[A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    github = "".join(path.read_text(encoding="utf-8") for path in _WORKFLOWS.glob("*.yml"))
    gitlab = (ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"UTENZA_[A-Z_]+", github)) == documented
    assert set(re.findall(r"UTENZA_[A-Z_]+", gitlab)) == documented | {"UTENZA_TOKEN"}  # which the job asks for itself


def test_every_command_of_a_pipeline_is_a_target_of_the_makefile() -> None:
    github = [line for job in _jobs().values() for line in _commands(job)]
    gitlab = [line for job in _GITLAB.values() if isinstance(job, dict) for line in job.get("script", [])]
    for commands in (github, gitlab):
        called = {match for line in commands for match in re.findall(r"\bmake ([a-z-]+)", line)}
        assert {"build", "setup", "deploy-built", "deploy-site", "smoke"} == called
        assert called <= _TARGETS
        assert ".ci/run" in commands


def test_the_role_trusts_one_subject_without_wildcards() -> None:
    trust = _RESOURCES["PipelineRole"]["Properties"]["AssumeRolePolicyDocument"]["Fn::Sub"]
    values = {"AWS::Partition": "aws", "AWS::AccountId": "1", "ProviderHost": "gitlab.com", "Subject": "repo:a/b:x"}
    [statement] = json.loads(re.sub(r"\$\{([A-Za-z:]+)\}", lambda match: values[match[1]], trust))["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {"gitlab.com:aud": "sts.amazonaws.com", "gitlab.com:sub": "repo:a/b:x"}
    }
    assert statement["Principal"] == {"Federated": "arn:aws:iam::1:oidc-provider/gitlab.com"}


@pytest.mark.parametrize(
    ("subject", "is_allowed"),
    [
        ("repo:example/utenza:environment:prod", True),
        ("project_path:example/group/utenza:ref_type:branch:ref:main", True),
        ("repo:example/utenza:*", False),
        ("repo:example/*:environment:prod", False),
        ("repo:example/utenza:pull_request", False),
        ("*", False),
    ],
)
def test_a_subject_names_a_repository_and_an_environment_or_a_branch(subject: str, is_allowed: bool) -> None:  # noqa: FBT001
    pattern = _PIPELINE["Parameters"]["Subject"]["AllowedPattern"]
    assert (re.fullmatch(pattern, subject) is not None) == is_allowed


def _statements(role: str) -> list[dict[str, Any]]:
    policies = _RESOURCES[role]["Properties"]["Policies"]
    return [each for policy in policies for each in policy["PolicyDocument"]["Statement"]]


def test_a_pipeline_is_not_within_what_it_may_change() -> None:
    """CloudFormation's role may change roles whose names begin with the name of the stage's stack."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    [(own, stage)] = re.findall(r"--stack-name (\S+) --template-file pipeline.yaml[^`]* StackName=(\S+)", text)
    assert own == f"pipeline-{stage}"
    assert not [each for each in stages().values() if own.startswith(f"{each['stack_name']}-")]


def test_the_pipeline_can_start_a_deployment_and_change_nothing_by_itself() -> None:
    services = {action.partition(":")[0] for each in _statements("PipelineRole") for action in listed(each["Action"])}
    assert services == {"cloudformation", "s3", "iam"}
    [passes] = [each for each in _statements("PipelineRole") if each["Action"] == "iam:PassRole"]
    assert passes["Resource"] == {"Fn::GetAtt": ["CloudFormationRole", "Arn"]}
    for each in _statements("PipelineRole"):
        assert not [action for action in listed(each["Action"]) if "*" in action]
    changes = [each for each in _statements("PipelineRole") if "cloudformation:CreateChangeSet" in each["Action"]]
    stack, transform = changes  # a stack's own role would be used, whoever asks: not here
    assert stack["Condition"] == {
        "StringEquals": {"cloudformation:RoleArn": {"Fn::GetAtt": ["CloudFormationRole", "Arn"]}}
    }
    assert transform["Resource"]["Fn::Sub"].endswith(":aws:transform/Serverless-2016-10-31")


def test_no_artefact_of_a_release_expires_while_it_is_deployed() -> None:
    """Code that did not change is not uploaded again, however old, and a rollback reads it (UPDATE_ROLLBACK_FAILED)."""
    bucket = _RESOURCES["Artefacts"]["Properties"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    for rule in bucket["LifecycleConfiguration"]["Rules"]:
        assert not [key for key in rule if key.startswith(("Expiration", "Transition"))]


def test_what_cloudformation_makes_is_bounded_and_it_cannot_change_the_bounds() -> None:
    statements = _statements("CloudFormationRole")
    makes = [each for each in statements if "iam:CreateRole" in each["Action"] and each["Effect"] == "Allow"]
    assert [each["Condition"] for each in makes] == [{"StringEquals": {"iam:PermissionsBoundary": {"Ref": "Boundary"}}}]
    assert {"iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"} <= set(makes[0]["Action"])
    denied = [each["Action"] for each in statements if each["Effect"] == "Deny"]
    assert denied == ["iam:*", "iam:DeleteRolePermissionsBoundary"]
    allowed = {action for each in statements if each["Effect"] == "Allow" for action in listed(each["Action"])}
    assert not {action for action in allowed if action.startswith(("iam:", "sts:", "organizations:")) and "*" in action}
    bounds = _RESOURCES["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    assert not [action for action in bounds[0]["Action"] if action.startswith(("iam:", "sts:", "*"))]


def _roles() -> dict[str, dict[str, Any]]:
    """Return the roles of a full deployment, and the policies that they take part in."""
    found = {}
    for of in (translated_with(Rollout="AllAtOnce"), *map(written, sorted((ROOT / "stacks").glob("*.yaml")))):
        for name, entry in of["Resources"].items():
            if entry["Type"] in {"AWS::IAM::Role", "AWS::IAM::Policy"} or name in {"XRayPolicy", "DataKeyPolicy"}:
                found[name] = entry["Properties"]
    return found


def _actions(of: Any) -> set[str]:
    """Return what all statements within allow, also those under a condition."""
    match of:
        case {"Effect": "Allow", "Action": actions, "Resource": _}:  # without one it says who takes a role
            return set(listed(actions))
        case dict() | list():
            return {each for value in (of.values() if isinstance(of, dict) else of) for each in _actions(value)}
    return set()


def _denied(actions: set[str], allowed: set[str]) -> set[str]:
    patterns = [re.compile(re.escape(action).replace(r"\*", ".*")) for action in allowed]
    return {action for action in actions if not any(pattern.fullmatch(action) for pattern in patterns)}


def test_whatever_a_role_does_is_within_the_bounds() -> None:
    roles, bounds = _roles(), _actions(_RESOURCES["Boundary"])
    assert {"LoginFunctionRole", "ReleaseRole", "Role", "XRayPolicy", "DataKeyPolicy"} <= set(roles)  # Role: of backups
    assert {name: missing for name, of in roles.items() if (missing := _denied(_actions(of), bounds))} == {}


@pytest.mark.parametrize("kind", ["AWS::IAM::Role", "AWS::IAM::ManagedPolicy"])
def test_cloudformation_may_do_what_roles_and_policies_need(kind: str) -> None:
    """Their resource types say which calls they make; groups, users and unbound roles are none of ours."""
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
    calls = {each for name, of in handlers.items() if name != "list" for each in of["permissions"]}
    ours = {each for each in calls if not re.search("Group|User", each)} - {"iam:DeleteRolePermissionsBoundary"}
    assert _denied(ours, _actions(_RESOURCES["CloudFormationRole"])) == set()
