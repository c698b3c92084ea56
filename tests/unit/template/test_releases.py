"""How a release reaches callers: which functions CodeDeploy shifts, what it goes back for, and what it may do."""

import json
import re
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import pytest
from samtranslator.model.preferences.deployment_preference_collection import (  # type: ignore[import-untyped]
    CODEDEPLOY_PREDEFINED_CONFIGURATIONS_LIST,
)

from tests.unit.template.translated import FUNCTIONS, RESOURCES, WRITTEN, listed
from tools.local_stack.deploy import parameters
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
    condition, watched, _ = group["AlarmConfiguration"]["Fn::If"]
    alarms = [each["Name"]["Ref"] for each in watched["Alarms"]]
    assert (condition, watched["Enabled"]) == ("IsOnAws", True)
    assert alarms == ["ReleaseApiAlarm", "ReleaseFunctionsAlarm", f"{_title(name)}ReleaseAlarm"]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert group["ServiceRoleArn"] == {"Fn::GetAtt": ["ReleaseRole", "Arn"]}
    [version] = [
        each["Properties"]["FunctionVersion"]["Fn::GetAtt"]
        for key, each in deployed.items()
        if key == f"{function}Aliaslive"
    ]
    crashed, answered = [
        {one["Name"]: one["Value"] for one in metric["MetricStat"]["Metric"]["Dimensions"]}
        for metric in deployed[alarms[-1]]["Properties"]["Metrics"]
        if "MetricStat" in metric
    ]
    assert crashed == {
        "FunctionName": {"Ref": function},
        "Resource": {"Fn::Sub": f"${{{function}}}:live"},
        "ExecutedVersion": {"Fn::GetAtt": version},  # the version that the alias gets, and no earlier one
    }
    assert answered == {"function": {"Ref": function}, "version": {"Fn::GetAtt": version}}


def _needs(entry: dict[str, Any], names: set[str]) -> set[str]:
    """Return the resources that must be there before this one."""
    text = json.dumps(entry)
    found = set(re.findall(r'"Ref": "(\w+)"|"Fn::GetAtt": \["(\w+)"|\$\{(\w+)[.}]', text))
    return {name for each in found for name in each if name in names} | set(listed(entry.get("DependsOn", [])))


@pytest.mark.parametrize("rollout", ["off", "Canary10Percent5Minutes"])
def test_nothing_waits_for_itself(rollout: str) -> None:
    """cfn-lint sees the template with its defaults, where no alias waits for an alarm or for CodeDeploy's role."""
    deployed = _deployed(rollout)
    needed = {name: _needs(entry, set(deployed)) & set(deployed) for name, entry in deployed.items()}
    order = list(TopologicalSorter(needed).static_order())  # raises CycleError, which names the circle
    assert len(order) == len(deployed)
    if rollout != "off":
        alias, role = order.index("LoginFunctionAliaslive"), order.index("ReleaseRole")
        assert order.index("Api") > alias > max(role, order.index("LoginReleaseAlarm"))


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


def test_one_role_shifts_all_functions_and_sam_adds_none_that_may_more() -> None:
    """What it may do stands in test_permissions.py; by names, which the functions' own begin with (`-…Function-`)."""
    deployed = _deployed("Canary10Percent5Minutes")
    assert "ManagedPolicyArns" not in deployed["ReleaseRole"]["Properties"]
    assert "CodeDeployServiceRole" not in deployed
    assert not [
        name for name in deployed if deployed[name]["Type"] == "AWS::Lambda::Function" and "Function" not in name
    ]
