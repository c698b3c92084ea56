"""Every role and policy that any template makes: bounded, our own, and of one service."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.template.policies import ROLES, said
from tests.unit.template.translated import DEPLOYED, WRITTEN, listed
from tools.paths import ROOT
from tools.translate import TEMPLATE, translated

TEMPLATES = [TEMPLATE, ROOT / "site.yaml", *sorted((ROOT / "stacks").glob("*.yaml"))]
_OF_AWS = {
    "AmazonAPIGatewayPushToCloudWatchLogs": "the account's one role for the logs of all its APIs, also those of others",
}
_ON_EVERYTHING = {
    "ses:SendEmail": "its identity may be the address or its domain: a condition holds the address",
    "backup:CopyFromBackupVault": "of a recovery point, whose ARN is known to nobody before",
    **dict.fromkeys(
        ("tag:GetResources", "cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets"),
        "AWS Backup asks them, and they have no resources",
    ),
    **dict.fromkeys(
        (
            f"xray:{action}"
            for action in ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets")
        ),
        "X-Ray knows no narrower one",
    ),
}
_SERVICES = {"lambda", "states", "events", "scheduler", "apigateway", "codedeploy"}
_WITHOUT_DATA = {"SuppliersFunctionRole", "CanaryFunctionRole"}
_OF_ALL = {"XRayPolicy": "IsTraced", "VariablesKeyPolicy": "HasKmsKey"}  # all functions have variables
_BOUNDED = {"Fn::If": ["HasBoundary", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}


def _resources(template: Path, *types: str) -> dict[str, dict[str, Any]]:
    every = translated(template)["Resources"].items()
    return {name: entry["Properties"] for name, entry in every if isinstance(entry, dict) and entry["Type"] in types}


def _statements(template: Path) -> Iterator[dict[str, Any]]:
    """Yield what roles and policies of a template allow; not policies of resources, which bind others."""
    for properties in _resources(template, "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy").values():
        documents = [said(policy)["PolicyDocument"] for policy in properties.get("Policies", [])]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            yield from map(said, listed(document["Statement"]))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_boundary_holds_every_role_that_there_is(template: Path) -> None:
    for name, role in _resources(template, "AWS::IAM::Role").items():
        assert role["PermissionsBoundary"] == _BOUNDED, name
    assert not _resources(template, "AWS::IAM::User", "AWS::IAM::AccessKey")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_policies_are_written_here_and_name_what_they_allow(template: Path) -> None:
    for name, role in _resources(template, "AWS::IAM::Role").items():
        for policy in map(str, role.get("ManagedPolicyArns") or []):
            assert "arn:" not in policy or any(policy.endswith(f"{known}'}}") for known in _OF_AWS), name
    for statement in _statements(template):
        actions = listed(statement["Action"])
        assert not [action for action in actions if "*" in action]
        assert "*" not in listed(statement["Resource"]) or set(actions) <= set(_ON_EVERYTHING), actions
        assert not {"NotAction", "NotResource"} & set(statement)


def test_what_is_excepted_is_there() -> None:
    on_everything = {
        action
        for template in TEMPLATES
        for statement in _statements(template)
        if "*" in listed(statement["Resource"])
        for action in listed(statement["Action"])
    }
    assert on_everything == set(_ON_EVERYTHING)
    assert all(known in str(ROLES) for known in _OF_AWS)


def test_one_service_assumes_a_role() -> None:
    for name, role in ROLES.items():
        [statement] = role["AssumeRolePolicyDocument"]["Statement"]
        [service] = listed(statement["Principal"]["Service"])
        assert service.removesuffix(".amazonaws.com") in _SERVICES, name
        assert listed(statement["Action"]) == ["sts:AssumeRole"]


def test_roles_are_traced_and_decrypt_where_parameters_say_so() -> None:
    for name, role in ROLES.items():
        if role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == "lambda.amazonaws.com":
            policies = _OF_ALL | ({} if name in _WITHOUT_DATA else {"DataKeyPolicy": "HasKmsKey"})
            assert role["ManagedPolicyArns"] == [
                {"Fn::If": [condition, {"Ref": policy}, {"Ref": "AWS::NoValue"}]}
                for policy, condition in policies.items()
            ], name
            assert {policy: DEPLOYED[policy]["Condition"] for policy in policies} == policies


@pytest.mark.parametrize(
    ("policy", "services"),
    [("DataKeyPolicy", {"dynamodb", "s3", "secretsmanager", "sqs"}), ("VariablesKeyPolicy", {"lambda"})],
)
def test_functions_may_use_the_key_through_services_alone(policy: str, services: set[str]) -> None:
    [use] = DEPLOYED[policy]["Properties"]["PolicyDocument"]["Statement"]
    assert use["Resource"] == {"Ref": "KmsKeyArn"}
    vias = listed(use["Condition"]["StringEquals"]["kms:ViaService"])
    assert {via["Fn::Sub"].split(".")[0] for via in vias} == services


def test_policies_fit_into_what_iam_takes() -> None:
    """The characters of all policies that a role has of its own may be 10,240, those of a managed one 6,144."""
    for name, role in ROLES.items():
        assert sum(_length(policy["PolicyDocument"]) for policy in role.get("Policies", [])) < 10_240, name
    for name, entry in DEPLOYED.items():
        if entry["Type"] == "AWS::IAM::ManagedPolicy":
            assert _length(entry["Properties"]["PolicyDocument"]) < 6_144, name


def _length(document: Any) -> int:
    """Return about how long a policy is on AWS, where a reference becomes an ARN of 100 characters."""
    whole = re.sub(r"\{'(Ref|Fn::GetAtt)': [^{}]*\}", "'" + "x" * 100 + "'", str(document))
    return len(re.sub(r"\s|\$\{[^}]*\}", "", whole)) + 20 * whole.count("${")


def test_parameters_ask_for_nothing_by_default() -> None:
    for name in ("PermissionsBoundary", "KmsKeyArn"):
        assert WRITTEN["Parameters"][name]["Default"] == ""
