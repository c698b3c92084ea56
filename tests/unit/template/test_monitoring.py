"""Alarms, their runbooks, dashboard, topic and budget: what can fail is watched, and every alarm tells somebody."""

import re
import shlex
from fnmatch import fnmatchcase
from typing import Any, get_args

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from crm_import.runs import Status
from notifications.retries import Reason
from tests.unit.template.deployment import Deployment
from tests.unit.template.monitored import OF_AWS, OWN, Metric, alarmed, namespace, published, shown, widgets
from tests.unit.template.translated import ALARMS, DEPLOYED, FUNCTIONS, MONITORING, RESOURCES, WRITTEN, function
from tools.paths import ROOT
from tools.translate import written
from utenza.http.problems import STATUS

_RUNBOOKS = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
_SECTIONS = {
    re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-"): body
    for title, body in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", _RUNBOOKS, re.MULTILINE | re.DOTALL)
}
_ANCHORS = {name: alarm["AlarmDescription"].rpartition(": docs/runbooks.md#")[2] for name, alarm in ALARMS.items()}
_BY_OWN = {
    "logs tail",
    "s3 ls",
    "deploy list-deployments",
}  # commands of the AWS CLI that are no operation of a service
_TOPIC = {"Fn::If": ["MakesAlarmTopic", {"Ref": "AlarmTopic"}, {"Ref": "AlarmTopicArn"}]}
_PASSED = RESOURCES["Monitoring"]["Properties"]["Parameters"]
_NIGHTLY = {
    "key_rotation": "KeyRotationAlarm",
    "housekeeping": "HousekeepingAlarm",
    "crm_export": "CrmExportAlarm",
}  # one error is one too many


def _id(name: str) -> str:
    return name.title().replace("_", "")


def _of(kind: str) -> dict[str, dict[str, Any]]:
    return {name: entry for name, entry in RESOURCES.items() if entry["Type"] == kind}


def _watched(metric: str, dimension: str, value: Any) -> list[str]:
    return [
        name
        for name, alarm in ALARMS.items()
        if alarm.get("MetricName") == metric and alarm["Dimensions"] == [{"Name": dimension, "Value": value}]
    ]


def test_the_nested_stack_gets_what_it_asks_for_and_no_more() -> None:
    assert set(_PASSED) == set(MONITORING["Parameters"])


def test_every_alarm_has_its_name_and_tells_the_topic_that_there_always_is() -> None:
    assert _PASSED["AlarmTopicArn"] == _TOPIC
    for name, alarm in ALARMS.items():
        prefix = "AWS::StackName" if name in RESOURCES else "Application"
        assert alarm["AlarmName"] == {"Fn::Sub": f"${{{prefix}}}-{name}"}
        for actions in ("AlarmActions", "OKActions"):
            assert alarm.get(actions, [_TOPIC]) in ([_TOPIC], [{"Ref": "AlarmTopic"}])
        assert alarm["AlarmActions"]
    assert _PASSED["Application"] == {"Ref": "AWS::StackName"}


def test_silence_is_an_alarm_where_something_has_to_happen_by_the_clock() -> None:
    treated = {name: alarm["TreatMissingData"] for name, alarm in ALARMS.items()}
    silent = {f"{what}SilentAlarm" for what in ("Canary", "Housekeeping", "CrmExport", "Backup", "BackupCopy")}
    assert {name for name, treatment in treated.items() if treatment == "breaching"} == silent
    kept = {"CanaryFailsAlarm", "BounceRateAlarm", "ComplaintRateAlarm"}  # nothing new is no news
    assert {name for name, treatment in treated.items() if treatment == "ignore"} == kept
    assert set(treated.values()) == {"breaching", "ignore", "notBreaching"}


def test_the_canary_alarms_at_two_failures_in_a_row_and_at_a_quarter_of_an_hour_without_any_run() -> None:
    fails, silent = ALARMS["CanaryFailsAlarm"], ALARMS["CanarySilentAlarm"]
    assert (fails["Period"], fails["EvaluationPeriods"], fails["Statistic"]) == (300, 2, "Maximum")
    assert "DatapointsToAlarm" not in fails  # all of them
    assert (silent["Period"], silent["Threshold"], silent["ComparisonOperator"]) == (900, 1, "LessThanThreshold")
    [often] = function("canary")["Events"].values()
    assert often["Properties"]["ScheduleExpression"] == "rate(5 minutes)"
    assert often["Properties"]["State"] == {"Fn::If": ["RunsCanary", "ENABLED", "DISABLED"]}
    assert "Policies" not in function("canary")
    assert {MONITORING["Resources"][name]["Condition"] for name in ("CanaryFailsAlarm", "CanarySilentAlarm")} == {
        "HasCanary"
    }


def test_whatever_runs_by_the_clock_tells_when_it_does_not() -> None:
    scheduled = {
        name
        for name in FUNCTIONS
        if any(event["Type"].startswith("Schedule") for event in function(name).get("Events", {}).values())
    }
    for name in scheduled - {"canary"}:
        reference = {"Ref": f"{_id(name)}Function"}
        assert _watched("Invocations", "FunctionName", reference) == [f"{_id(name)}SilentAlarm"]
        alarm = ALARMS[f"{_id(name)}SilentAlarm"]
        assert alarm["Period"] * alarm["EvaluationPeriods"] == 26 * 3600  # a day, and room for what begins late


def test_backups_that_fail_are_not_copied_or_not_made_raise_alarms() -> None:
    named = written(ROOT / "stacks" / "backup.yaml")["Resources"]["Vault"]["Properties"]["BackupVaultName"]
    vault = {"Fn::Sub": named["Fn::Sub"].replace("Application", "AWS::StackName")}
    assert _PASSED["BackupVault"] == {"Fn::If": ["IsBackedUp", vault, ""]}
    assert _PASSED["BackupCopyVaultArn"] == {"Ref": "BackupCopyVaultArn"}
    arn = {"Fn::Sub": "${BackupCopyVaultArn}::::::"}
    to = {"Fn::Select": [6, {"Fn::Split": [":", arn]}]}  # copies count for the vault that they go to
    for name, metric, of, condition in (
        ("BackupSilentAlarm", "NumberOfBackupJobsCompleted", vault, "IsBackedUp"),
        ("BackupFailsAlarm", "NumberOfBackupJobsFailed", vault, "IsBackedUp"),
        ("BackupExpiredAlarm", "NumberOfBackupJobsExpired", vault, "IsBackedUp"),
        ("BackupAbortedAlarm", "NumberOfBackupJobsAborted", vault, "IsBackedUp"),
        ("BackupCopySilentAlarm", "NumberOfCopyJobsCompleted", to, "IsCopied"),
        ("BackupCopyFailsAlarm", "NumberOfCopyJobsFailed", to, "IsCopied"),
    ):
        assert _watched(metric, "BackupVaultName", of) == [name]
        assert MONITORING["Resources"][name]["Condition"] == condition
    conditions = Deployment(MONITORING, {"BackupVault": "", "BackupCopyVaultArn": "arn"})
    assert not conditions.has("BackupCopySilentAlarm")  # else it would stand where no backup is wanted


def test_no_silence_tells_before_there_was_time_for_a_first_run() -> None:
    silent = {name: alarm for name, alarm in ALARMS.items() if alarm["TreatMissingData"] == "breaching"}
    assert {name for name in ALARMS if name.endswith("SilentAlarm")} == set(silent)
    for name, alarm in silent.items():
        window = alarm["Period"] * alarm["EvaluationPeriods"]
        assert alarm["WarmUpConfiguration"] == {"WarmUpPeriodDurationInMinutes": window // 60}, name
        assert window <= 2880 * 60  # the longest that CloudWatch lets an alarm warm up


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_raises_alarms_when_it_fails_is_throttled_or_logs_failures(name: str) -> None:
    reference = {"Ref": f"{_id(name)}Function"}
    assert _watched("Errors", "FunctionName", reference) == [_NIGHTLY.get(name, f"{_id(name)}ErrorsAlarm")]
    assert _watched("Throttles", "FunctionName", reference) == [f"{_id(name)}ThrottlesAlarm"]
    logged = MONITORING["Resources"][f"{_id(name)}FailedFilter"]["Properties"]
    group = RESOURCES[f"{_id(name)}Log"]["Properties"]["LogGroupName"]["Fn::Sub"]
    assert logged["LogGroupName"]["Fn::Sub"] == group.replace("AWS::StackName", "Application")
    assert logged["FilterPattern"] == '{ $.message = "failed" }'
    condition = RESOURCES[f"{_id(name)}Function"].get("Condition")
    for what in (
        *_watched("Errors", "FunctionName", reference),
        f"{_id(name)}ThrottlesAlarm",
        f"{_id(name)}FailedFilter",
    ):
        assert MONITORING["Resources"][what].get("Condition") == condition


def test_what_is_tried_again_raises_an_alarm_only_when_it_goes_on() -> None:
    for name, alarm in ALARMS.items():
        if str(alarm.get("MetricName")) in {
            "Errors",
            "Throttles",
            "ReadThrottleEvents",
            "WriteThrottleEvents",
            "5XXError",
        }:
            twice = (alarm["EvaluationPeriods"], alarm.get("DatapointsToAlarm")) == (3, 2)
            assert twice != (name in _NIGHTLY.values()), name


def test_percentiles_are_judged_with_few_calls_too() -> None:
    """CloudWatch wants a thousand in a period to judge 99 of 100; a small supplier has some ten."""
    judged = [alarm for alarm in ALARMS.values() if "ExtendedStatistic" in alarm]
    assert judged
    assert {alarm.get("EvaluateLowSampleCountPercentile", "evaluate") for alarm in judged} == {"evaluate"}


def test_every_stream_queue_and_table_is_watched() -> None:
    for name in FUNCTIONS:
        if any(event["Type"] == "DynamoDB" for event in function(name).get("Events", {}).values()):
            assert _watched("IteratorAge", "FunctionName", {"Ref": f"{_id(name)}Function"}), name
    dead = {
        queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for queue in _of("AWS::SQS::Queue").values()
        if "RedrivePolicy" in queue["Properties"]
    }
    for name, queue in _of("AWS::SQS::Queue").items():
        reference = {"Fn::GetAtt": [name, "QueueName"]}
        works_off = "RedrivePolicy" in queue["Properties"]
        metric = "ApproximateAgeOfOldestMessage" if works_off else "ApproximateNumberOfMessagesVisible"
        [alarm] = _watched(metric, "QueueName", reference)
        assert MONITORING["Resources"][alarm].get("Condition") == queue.get("Condition")
        assert works_off or name in dead or name.startswith("Dead")
    for name in _of("AWS::DynamoDB::Table"):
        assert _watched("ReadThrottleEvents", "TableName", {"Ref": name}) == [f"{name}ReadsThrottledAlarm"]
        assert _watched("WriteThrottleEvents", "TableName", {"Ref": name}) == [f"{name}WritesThrottledAlarm"]


def test_every_index_is_watched() -> None:
    for table, entry in _of("AWS::DynamoDB::Table").items():
        for index in entry["Properties"].get("GlobalSecondaryIndexes", []):
            dimensions = [
                {"Name": "TableName", "Value": {"Ref": table}},
                {"Name": "GlobalSecondaryIndexName", "Value": index["IndexName"]},
            ]
            watched = {alarm["MetricName"] for alarm in ALARMS.values() if alarm.get("Dimensions") == dimensions}
            assert watched == {"ReadThrottleEvents", "WriteThrottleEvents"}, index


@pytest.mark.parametrize(
    ("alarm", "watched"),
    [
        ("ApiFailsAlarm", Metric("AWS/ApiGateway", "5XXError", frozenset({"ApiName", "Stage"}))),
        ("ApiLatencyAlarm", Metric("AWS/ApiGateway", "Latency", frozenset({"ApiName", "Stage"}))),
        ("HashDurationAlarm", Metric(OWN, "HashDuration", frozenset())),
        ("UnavailableAlarm", Metric(OWN, "Refused", frozenset({"reason"}))),
        ("BounceRateAlarm", Metric("AWS/SES", "Reputation.BounceRate", frozenset())),
        ("ComplaintRateAlarm", Metric("AWS/SES", "Reputation.ComplaintRate", frozenset())),
        ("KmsQuotaAlarm", Metric("AWS/Usage", "CallCount", frozenset({"Service", "Type", "Resource", "Class"}))),
        ("LambdaConcurrencyAlarm", Metric("AWS/Lambda", "ClaimedAccountConcurrency", frozenset())),
        ("DynamoDbRefusesAlarm", Metric("AWS/DynamoDB", "UserErrors", frozenset())),
        ("GatewayThrottledAlarm", Metric(OWN, "GatewayThrottled", frozenset())),
    ],
)
def test_quotas_mails_and_the_api_as_a_whole_are_watched(alarm: str, watched: Metric) -> None:
    assert (alarm, watched) in set(alarmed())


def test_every_metric_that_is_watched_or_shown_is_published_by_us_or_aws_with_those_dimensions() -> None:
    there = published() | OF_AWS
    assert [(name, metric) for name, metric in alarmed() if metric not in there] == []
    assert [metric for metric in shown() if metric not in there] == []
    assert Metric(OWN, "EmailsSent", frozenset({"kind"})) in set(shown())  # else nothing was read


def test_the_values_of_our_dimensions_are_those_that_are_published() -> None:
    """An alarm on a value that nobody publishes is silent for ever."""
    deployed = {
        event["Properties"]["Path"]
        for name in FUNCTIONS
        for event in function(name).get("Events", {}).values()
        if event["Type"] == "Api"
    }
    values = {
        "reason": {*STATUS, *get_args(Reason.__value__)},
        "outcome": {*STATUS, "succeeded", *get_args(Status)},
        "route": deployed,
        "budget": {"subject", "deployment"},
    }
    watched = [
        dimension
        for alarm in ALARMS.values()
        for of in (
            alarm,
            *(query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query),
        )
        if "Namespace" in of and namespace(of["Namespace"]) == OWN
        for dimension in of.get("Dimensions", [])
        if isinstance(dimension["Value"], str)  # a function and its version have theirs by references
    ]
    assert len(watched) >= 8
    assert [each for each in watched if each["Value"] not in values[each["Name"]]] == []


def test_log_filters_look_for_fields_that_the_access_log_has() -> None:
    pattern = MONITORING["Resources"]["GatewayThrottledFilter"]["Properties"]["FilterPattern"]
    logged = RESOURCES["Api"]["Properties"]["AccessLogSetting"]["Fn::If"][1]["Format"]
    assert {*re.findall(r"\$\.(\w+)", pattern)} <= {*re.findall(r'"(\w+)":', logged)}
    assert {*re.findall(r'"(\w+)"', pattern)} <= set(RESOURCES["Api"]["Properties"]["GatewayResponses"])


def test_an_alarm_on_expressions_is_for_aws_alone() -> None:
    entries = RESOURCES | MONITORING["Resources"]
    assert {entries[name].get("Condition") for name, alarm in ALARMS.items() if "Metrics" in alarm} == {"IsOnAws"}
    for alarm in ALARMS.values():
        assert sum("MetricStat" in query for query in alarm.get("Metrics", [])) <= 10  # what CloudWatch allows
        assert sum(query.get("ReturnData", True) for query in alarm.get("Metrics", [{}])) == 1


def _needed(logical_id: str, found: set[str]) -> set[str]:
    """Return all resources that must be there before this one."""
    text = str(DEPLOYED[logical_id])
    for name in set(DEPLOYED) - found:
        if re.search(rf"'Ref': '{name}'|'Fn::GetAtt': \['{name}'|\${{{name}[.}}]|'DependsOn': [^:]*'{name}'", text):
            found.add(name)
            _needed(name, found)
    return found


@pytest.mark.parametrize("name", ["ReleaseApiAlarm", "ReleaseFunctionsAlarm"])
def test_what_calls_a_deployment_back_waits_for_no_alias(name: str) -> None:
    """Else a function's alias, which shifts traffic while these are quiet, would wait for itself."""
    needed = _needed(name, set())
    assert not {each for each in needed if DEPLOYED[each]["Type"] in {"AWS::Lambda::Alias", "AWS::ApiGateway::RestApi"}}
    assert "Monitoring" not in needed
    assert ALARMS[name].get("Period", 60) == 60


def test_the_stacks_own_topic_is_encrypted_by_a_key_that_cloudwatch_may_use() -> None:
    made = {"AlarmTopic", "AlarmTopicKey", "AlarmTopicPolicy"}
    assert {RESOURCES[name]["Condition"] for name in made} == {"MakesAlarmTopic"}
    assert RESOURCES["AlarmTopic"]["Properties"]["KmsMasterKeyId"] == {"Ref": "AlarmTopicKey"}
    _, use = RESOURCES["AlarmTopicKey"]["Properties"]["KeyPolicy"]["Statement"]
    assert use["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    [publish] = RESOURCES["AlarmTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert publish["Principal"] == use["Principal"]
    assert publish["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert publish["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    subscription = RESOURCES["AlarmSubscription"]
    assert (subscription["Condition"], subscription["Properties"]["Protocol"]) == ("AsksOperators", "email")


def test_the_budget_is_in_no_template_of_a_region_that_has_none() -> None:
    """CloudFormation refuses a whole template for a type that it does not know, even where a condition is false."""
    types = {entry["Type"] for entry in (*RESOURCES.values(), *MONITORING["Resources"].values())}
    assert "AWS::Budgets::Budget" not in types
    budget = written(ROOT / "budget.yaml")
    assert [entry["Type"] for entry in budget["Resources"].values()] == ["AWS::Budgets::Budget"]
    for each in budget["Resources"]["Budget"]["Properties"]["NotificationsWithSubscribers"]:
        assert each["Subscribers"] == [{"SubscriptionType": "EMAIL", "Address": {"Ref": "OperatorsEmail"}}]


def test_the_dashboard_fits_and_its_alarms_are_there() -> None:
    taken = set[tuple[int, int]]()
    for widget in widgets():
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken
        assert widget["x"] + widget["width"] <= 24
        taken |= cells
        for alarm in widget["properties"].get("alarms", []):
            name = alarm.rpartition("-")[2]
            assert (
                "Condition" not in MONITORING["Resources"][name]
            )  # CloudWatch shows an error for one that is not there


def test_the_dashboard_searches_for_names_that_contain_the_stacks() -> None:
    """In quotes a search finds what has exactly that name: no function, queue, table or log group is called STACK."""
    searched = [
        entry["expression"].partition("}")[2]
        for widget in widgets()
        for metric in widget["properties"].get("metrics", [])
        for entry in metric
        if isinstance(entry, dict) and "SEARCH('{AWS/" in entry.get("expression", "")
    ]
    assert len(searched) == 7
    for terms in searched:
        assert re.search(r" Application'", terms), terms


def test_traces_are_of_the_api_the_functions_and_the_imports() -> None:
    assert DEPLOYED["ApiStage"]["Properties"]["TracingEnabled"] == {"Ref": "Tracing"}
    assert DEPLOYED["CrmImport"]["Properties"]["TracingConfiguration"]["Enabled"]["Fn::If"][0] == "IsTraced"
    assert RESOURCES["ImportTracingPolicy"]["Properties"]["Roles"] == [{"Ref": "CrmImportRole"}]
    assert DEPLOYED["CrmImportRole"]["Type"] == "AWS::IAM::Role"
    assert WRITTEN["Globals"]["Function"]["Tracing"] == {"Fn::If": ["IsTraced", "Active", "PassThrough"]}


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_leads_to_its_section(name: str) -> None:
    assert ALARMS[name]["AlarmDescription"].endswith(f": docs/runbooks.md#{_ANCHORS[name]}")
    assert _ANCHORS[name] in _SECTIONS


@pytest.mark.parametrize("anchor", _SECTIONS)
def test_every_section_names_its_alarms_and_begins_with_three_commands_that_there_are(anchor: str) -> None:
    head, commands = re.findall(r"\A(.*?)^```sh\n(.*?)^```", _SECTIONS[anchor], re.MULTILINE | re.DOTALL)[0]
    said = re.search(r"\*\*Alarms:\*\*.*?(?:\n\n|\Z)", head, re.DOTALL)
    assert said
    patterns = re.findall(r"`([\w*]+Alarm)`", said[0])
    assert {name for name in ALARMS if any(fnmatchcase(name, each) for each in patterns)} == {
        name for name, leads in _ANCHORS.items() if leads == anchor
    }
    assert all(any(fnmatchcase(name, each) for name in ALARMS) for each in patterns)
    lines = commands.splitlines()
    assert len(lines) >= 3
    for line in lines:
        assert _exists(shlex.split(line, comments=True)), line


def _exists(words: list[str]) -> bool:
    """Tell whether a command is one of the AWS CLI, with options that the operation has, or one of ours."""
    match words:
        case ["aws", service, operation, *rest] if f"{service} {operation}" not in _BY_OWN:
            model = Loader().load_service_model(service, "service-2")
            operations = {xform_name(name, "-"): each for name, each in model["operations"].items()}
            members = model["shapes"][operations[operation]["input"]["shape"]]["members"]
            options = {f"--{xform_name(member, '-')}" for member in members} | {"--query", "--output", "--max-items"}
            return {word for word in rest if word.startswith("--")} <= options
        case ["aws", service, operation, *_]:
            return f"{service} {operation}" in _BY_OWN
        case ["make", target, *_]:
            return f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
        case [".venv/bin/python", "-m", module, *_]:
            return (ROOT / module.replace(".", "/") / "__main__.py").exists()
    return False
