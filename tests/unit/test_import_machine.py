"""The state machine of the import: what the template says of it, and that every state tries again or gives up."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]

from crm_import import app, exchange
from crm_import.guard import Limits
from crm_import.schemas import Step
from tests.unit.template.policies import allowed, role_of, said, statements_of
from tests.unit.template.translated import ALARMS
from tools.import_customers.limits import _PARAMETERS

_ROOT = Path(__file__).parents[2]
_TEMPLATE: dict[str, Any] = decode(str(_ROOT / "template.yaml"))[0]
_RESOURCES = _TEMPLATE["Resources"]
_MACHINE = _RESOURCES["CrmImport"]["Properties"]
_DEFINITION: dict[str, Any] = json.loads((_ROOT / _MACHINE["DefinitionUri"]).read_text(encoding="utf-8"))


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from _states(state["ItemProcessor"])


_STATES = dict(_states(_DEFINITION))
_TASKS = {name: state for name, state in _STATES.items() if state["Type"] == "Task"}
_MAPS = {name: state for name, state in _STATES.items() if state["Type"] == "Map"}


def test_every_state_leads_to_one_that_there_is() -> None:
    for machine in (_DEFINITION, *(state["ItemProcessor"] for state in _MAPS.values())):
        names = set(machine["States"])
        led = {machine["StartAt"]}
        for state in machine["States"].values():
            led |= {state[key] for key in ("Next", "Default") if key in state}
            led |= {each["Next"] for key in ("Choices", "Catch") for each in state.get(key, [])}
            ends = state.get("End") or state["Type"] in {"Succeed", "Fail"}
            assert bool(ends) != bool({"Next", "Default"} & set(state))
        assert led == names


@pytest.mark.parametrize("name", _TASKS)
def test_every_task_calls_the_function_and_tries_again(name: str) -> None:
    task = _TASKS[name]
    assert task["Resource"] == "arn:aws:states:::lambda:invoke"
    assert task["Parameters"]["FunctionName"] == "${Function}"
    assert task["Parameters"]["Payload"]["step"] in get_args(Step)
    assert max(each["MaxAttempts"] for each in task["Retry"]) >= 4


def test_all_steps_are_called() -> None:
    called = {task["Parameters"]["Payload"]["step"] for task in _TASKS.values()}
    assert called == set(get_args(Step))


def test_what_fails_is_reported() -> None:
    top = {name for name, state in _DEFINITION["States"].items() if state["Type"] in {"Task", "Map"}}
    caught = {name for name in top if _STATES[name].get("Catch")}
    assert top - caught == {"NotSurveyed", "NotEnded", "GiveUp"}
    for name in caught:
        [catcher] = _STATES[name]["Catch"]
        reports = "NotSurveyed" if name == "Survey" else "GiveUp"
        assert (catcher["ErrorEquals"], catcher["Next"], catcher["ResultPath"]) == (
            ["States.ALL"],
            reports,
            "$.failure",
        )


def test_parts_are_done_by_distributed_maps_over_lists_in_the_bucket() -> None:
    assert set(_MAPS) == {"Apply", "Cease"}
    for state in _MAPS.values():
        assert state["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
        assert state["ItemReader"]["Parameters"]["Bucket"] == "${Bucket}"
        assert not {"ToleratedFailureCount", "ToleratedFailurePercentage"} & set(state)  # no part is lost


def test_an_execution_and_its_last_parts_end_before_another_may_take_its_lease() -> None:
    assert _RESOURCES["CrmImportFunction"]["Properties"]["Timeout"] == app.LINGERING
    assert _DEFINITION["TimeoutSeconds"] + app.LINGERING < exchange.LEASE_SECONDS


def test_the_machine_has_what_it_names_and_may_do_no_more() -> None:
    assert _MACHINE["Type"] == "STANDARD"
    substituted = _MACHINE["DefinitionSubstitutions"]
    assert substituted == {"Function": {"Ref": "CrmImportFunction.Alias"}, "Bucket": {"Ref": "ExchangeBucket"}}
    actions = {action for action, _ in allowed("CrmImportRole")}
    assert actions == {
        *("lambda:InvokeFunction", "s3:GetObject", "kms:Decrypt"),
        *("states:StartExecution", "states:DescribeExecution", "states:StopExecution"),
    }


def test_files_that_are_sent_begin_it() -> None:
    sent = _MACHINE["Events"]["Sent"]
    pattern = sent["Properties"]["Pattern"]
    assert (sent["Type"], pattern["source"], pattern["detail-type"]) == (
        "EventBridgeRule",
        ["aws.s3"],
        ["Object Created"],
    )
    assert pattern["detail"]["bucket"] == {"name": [{"Ref": "ExchangeBucket"}]}
    assert pattern["detail"]["object"] == {"key": [{"prefix": "incoming/"}]}  # of a wrong folder, or empty: they fail


def test_executions_that_no_state_of_theirs_can_report_begin_one_that_does() -> None:
    """Those that fail have reported it themselves."""
    pattern = _MACHINE["Events"]["NotEnded"]["Properties"]["Pattern"]
    [machine] = pattern["detail"]["stateMachineArn"]
    assert machine["Fn::Sub"].endswith(":stateMachine:${AWS::StackName}-import")
    assert _MACHINE["Name"] == {"Fn::Sub": "${AWS::StackName}-import"}
    assert (pattern["source"], pattern["detail"]["status"]) == (["aws.states"], ["TIMED_OUT", "ABORTED"])
    rule, *_ = _DEFINITION["States"][_DEFINITION["StartAt"]]["Choices"]
    assert {"Variable": "$.source", "StringEquals": pattern["source"][0]} in rule["And"]


def test_failed_and_held_imports_raise_an_alarm() -> None:
    alarms = {
        (str(ALARMS[name]["Namespace"]), ALARMS[name]["MetricName"], ALARMS[name]["Threshold"])
        for name in ("ImportFailedAlarm", "ImportTimedOutAlarm", "ImportHeldAlarm")
    }
    assert alarms == {
        ("AWS/States", "ExecutionsFailed", 0),
        ("AWS/States", "ExecutionsTimedOut", 0),
        (str({"Fn::Sub": "Utenza/${Application}"}), "Imports", 0),
    }
    held = ALARMS["ImportHeldAlarm"]["Dimensions"]
    assert held == [{"Name": "outcome", "Value": "held"}]


def test_the_guard_has_the_same_defaults_in_the_template_and_on_the_command_line() -> None:
    assert set(_PARAMETERS) == set(Limits._fields)
    for field, parameter in _PARAMETERS.items():
        assert _TEMPLATE["Parameters"][parameter]["Default"] == Limits._field_defaults[field]


def test_the_import_knows_of_accounts_only_whether_they_are_there() -> None:
    own = statements_of(role_of("crm_import"))
    of_accounts = [entry for entry in own if entry.get("Resource") == {"Fn::GetAtt": ["Accounts", "Arn"]}]
    batch, scan = of_accounts
    assert batch["Condition"]["ForAllValues:StringEquals"] == {"dynamodb:Attributes": ["pk"]}
    assert scan["Condition"] == {"StringEquals": {"dynamodb:Select": "COUNT"}}


def test_who_approves_sees_no_record_of_a_customer() -> None:
    statements = _RESOURCES["ImportApproversPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    read = [entry["Resource"] for entry in map(said, statements) if entry["Action"] == "s3:GetObject"]
    assert [[each["Fn::Sub"].partition("/")[2] for each in some] for some in read] == [
        ["runs/*/run.json", "reports/*.txt", "reports/*.json"]  # and no .rejects.csv
    ]


def test_a_file_that_waits_for_another_one_is_no_alarm() -> None:
    [busy] = [retry for retry in _TASKS["Survey"]["Retry"] if retry["ErrorEquals"] == ["Busy"]]
    alarm = ALARMS["CrmImportErrorsAlarm"]
    assert alarm["Threshold"] >= 3 * alarm["Period"] / busy["IntervalSeconds"]  # to Lambda each try is an error
