"""How a release reaches callers: which functions CodeDeploy shifts, what it goes back for, and what it may do."""

import copy
from functools import cache
from typing import Any

import pytest
from samtranslator.model.preferences.deployment_preference_collection import (  # type: ignore[import-untyped]
    CODEDEPLOY_PREDEFINED_CONFIGURATIONS_LIST,
)

from tests.unit.template.translated import FUNCTIONS, RESOURCES, WRITTEN
from tools.local_stack.deploy import parameters
from tools.paths import ROOT
from tools.translate import translated_with

# Everything that answers a caller who waits. Streams, queues, schedules and the import are tried again by themselves.
_SHIFTED = {
    "verify",
    "credentials",
    "login",
    "recovery",
    "reclaim",
    "account",
    "suppliers",
    "discovery",
    "authorizer",
    "crm",
}


@cache
def _deployed(rollout: str) -> dict[str, Any]:
    deployed: dict[str, Any] = translated_with(Rollout=rollout)["Resources"]
    return deployed


def _title(name: str) -> str:
    return name.title().replace("_", "")


def test_what_answers_callers_is_shifted_and_nothing_else() -> None:
    aliases = {name: each for name, each in _deployed("Canary10Percent5Minutes").items() if "Alias" in each["Type"]}
    lambdas = {name: each for name, each in aliases.items() if each["Type"] == "AWS::Lambda::Alias"}
    assert set(lambdas) == {f"{_title(name)}FunctionAliaslive" for name in FUNCTIONS}
    shifted = {name for name, each in lambdas.items() if "UpdatePolicy" in each}
    assert shifted == {f"{_title(name)}FunctionAliaslive" for name in _SHIFTED}
    answers = {name for name in FUNCTIONS if any(event["Type"] == "Api" for event in _events(name).values())}
    assert answers | {"authorizer"} == _SHIFTED  # the authorizer answers other APIs


def _events(name: str) -> dict[str, Any]:
    events: dict[str, Any] = RESOURCES[f"{_title(name)}Function"]["Properties"].get("Events", {})
    return events


@pytest.mark.parametrize("name", sorted(_SHIFTED))
def test_a_release_goes_back_for_its_own_new_version_and_for_the_whole_api(name: str) -> None:
    deployed, function = _deployed("Canary10Percent5Minutes"), f"{_title(name)}Function"
    group = deployed[f"{function}DeploymentGroup"]["Properties"]
    alarms = [each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]]
    assert alarms == ["ReleaseApiAlarm", f"{_title(name)}ReleaseAlarm"]
    assert group["AlarmConfiguration"]["Enabled"]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert group["ServiceRoleArn"] == {"Fn::GetAtt": ["ReleaseRole", "Arn"]}
    [version] = [
        each["Properties"]["FunctionVersion"]["Fn::GetAtt"]
        for key, each in deployed.items()
        if key == f"{function}Aliaslive"
    ]
    crashed, answered = [
        {one["Name"]: one["Value"] for one in metric["MetricStat"]["Metric"]["Dimensions"]}
        for metric in deployed[alarms[1]]["Properties"]["Metrics"]
        if "MetricStat" in metric
    ]
    assert crashed == {
        "FunctionName": {"Ref": function},
        "Resource": {"Fn::Sub": f"${{{function}}}:live"},
        "ExecutedVersion": {"Fn::GetAtt": version},  # the version that the alias gets, and no earlier one
    }
    assert answered == {"function": {"Ref": function}, "version": {"Fn::GetAtt": version}}


def test_no_alarm_of_a_release_waits_for_an_alias_that_waits_for_it() -> None:
    """An alias is updated after its alarms; cfn-lint would find the circle as well, but not say why."""
    deployed = _deployed("Canary10Percent5Minutes")
    for name in ("ReleaseApiAlarm", *(f"{_title(each)}ReleaseAlarm" for each in _SHIFTED)):
        assert "Alias" not in str(deployed[name]["Properties"]["Metrics"])


@pytest.mark.parametrize(
    "rollout", [each for each in WRITTEN["Parameters"]["Rollout"]["AllowedValues"] if each != "off"]
)
def test_codedeploy_knows_each_way_to_shift(rollout: str) -> None:
    assert rollout in CODEDEPLOY_PREDEFINED_CONFIGURATIONS_LIST
    assert WRITTEN["Mappings"]["Rollouts"][rollout] == {"UsesCodeDeploy": "true"}


def test_off_makes_nothing_of_codedeploy_and_is_what_the_local_stack_asks_for() -> None:
    """The emulator translates with the defaults, and has no CodeDeploy; AWS translates with what it is given."""
    assert WRITTEN["Parameters"]["Rollout"]["Default"] == "off"
    deployed = _deployed("off")
    assert not [name for name, each in deployed.items() if "CodeDeploy" in each["Type"]]
    assert not [name for name, each in deployed.items() if "UpdatePolicy" in each]
    assert parameters("http://api", "http://endpoint", "http://site")["Rollout"] == "off"


def test_a_first_guided_deployment_proposes_a_canary() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "Architecture=$(ARCHITECTURE) Rollout=Canary10Percent5Minutes" in makefile


def test_codedeploy_may_shift_these_functions_and_look_at_alarms() -> None:
    deployed = _deployed("Canary10Percent5Minutes")
    role = copy.deepcopy(deployed["ReleaseRole"]["Properties"])
    assert "ManagedPolicyArns" not in role
    assert [each["Principal"] for each in role["AssumeRolePolicyDocument"]["Statement"]] == [
        {"Service": "codedeploy.amazonaws.com"}
    ]
    [policy] = role["Policies"]
    lambdas, alarms = policy["PolicyDocument"]["Statement"]
    assert set(lambdas["Action"]) == {"lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"}
    functions = {each["Fn::GetAtt"][0] for each in lambdas["Resource"] if "Fn::GetAtt" in each}
    assert functions == {f"{_title(name)}Function" for name in _SHIFTED}
    qualified = {each["Fn::Sub"] for each in lambdas["Resource"] if "Fn::Sub" in each}
    assert qualified == {f"${{{name}.Arn}}:*" for name in functions}
    assert alarms["Action"] == "cloudwatch:DescribeAlarms"
    # SAM made no role of its own beside it, which would have more.
    assert "CodeDeployServiceRole" not in deployed
