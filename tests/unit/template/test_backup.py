"""Backups: which tables, for how long, and a role that makes them and can do nothing else."""

from typing import Any

from tests.unit.template.translated import RESOURCES, WRITTEN, listed
from tools.paths import ROOT
from tools.translate import written

_STACK: dict[str, Any] = written(ROOT / "stacks" / "backup.yaml")
_PASSED = RESOURCES["Backup"]["Properties"]["Parameters"]
_TABLES = {"Customers", "Accounts", "Activity", "Changes", "SigningKeys"}
_EVERYTHING = {  # actions that know no resource, and the copy of a backup whose ARN nobody knows before
    *("backup:CopyFromBackupVault", "tag:GetResources"),
    *("cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets"),
}


def _properties(name: str) -> Any:
    return _STACK["Resources"][name]["Properties"]


def test_backups_are_off_until_somebody_says_how_long_they_are_kept() -> None:
    assert WRITTEN["Parameters"]["BackupDays"]["Default"] == 0
    assert RESOURCES["Backup"]["Condition"] == "IsBackedUp"
    conditions = WRITTEN["Conditions"]
    assert conditions["IsBackedUp"] == {
        "Fn::And": [{"Condition": "IsOnAws"}, {"Fn::Not": [{"Fn::Equals": [{"Ref": "BackupDays"}, 0]}]}]
    }


def test_what_outlives_the_stack_and_the_roles_of_its_keys_are_backed_up() -> None:
    retained = {
        name
        for name, entry in RESOURCES.items()
        if entry["Type"] == "AWS::DynamoDB::Table" and entry.get("DeletionPolicy", "").startswith("Retain")
    }
    assert retained | {"SigningKeys"} == _TABLES
    *tables, bucket = _properties("Selection")["BackupSelection"]["Resources"]
    assert {table["Ref"] for table in tables} == _TABLES
    assert bucket == {"Fn::If": ["HasBucket", {"Ref": "ExchangeBucket"}, {"Ref": "AWS::NoValue"}]}
    assert {name: _PASSED[name] for name in _TABLES} == {name: {"Fn::GetAtt": [name, "Arn"]} for name in _TABLES}
    assert set(_PASSED) == set(_STACK["Parameters"])


def test_each_night_is_kept_as_long_here_as_elsewhere() -> None:
    [rule] = _properties("Plan")["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": {"Ref": "Days"}}
    condition, [copy], otherwise = rule["CopyActions"]["Fn::If"]
    assert (condition, otherwise) == ("IsCopied", {"Ref": "AWS::NoValue"})
    assert copy == {"DestinationBackupVaultArn": {"Ref": "CopyVaultArn"}, "Lifecycle": rule["Lifecycle"]}
    assert rule["ScheduleExpression"].startswith("cron(45 0 * * ")
    assert _STACK["Resources"]["Vault"]["DeletionPolicy"] == "Retain"


def test_the_role_is_aws_backups_alone_and_reaches_nothing_else() -> None:
    [trust] = _properties("Role")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "backup.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    tables, bucket = _properties("Role")["Policies"]
    statements = [*tables["PolicyDocument"]["Statement"], *bucket["Fn::If"][1]["PolicyDocument"]["Statement"]]
    plain = [each["Fn::If"][1] if "Fn::If" in each else each for each in statements]
    for statement in plain:
        actions = set(listed(statement["Action"]))
        assert not [action for action in actions if "*" in action]
        assert (statement["Resource"] == "*") == (actions <= _EVERYTHING)
    granted = {action for statement in plain for action in listed(statement["Action"])}
    of_tables = {action for action in granted if action.startswith("dynamodb:")}
    reading = {"GetItem", "Scan", "Query", "BatchGetItem", "RestoreTableFromBackup", "ExportTableToPointInTime"}
    assert not of_tables & {f"dynamodb:{name}" for name in reading}
    assert not [action for action in granted if "Restore" in action]


def test_the_role_uses_the_tables_key_as_aws_own_policy_for_backups_does() -> None:
    statements = _properties("Role")["Policies"][0]["PolicyDocument"]["Statement"]
    [use] = [each["Fn::If"][1] for each in statements if each.get("Fn::If", [""])[0] == "HasDataKey"]
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= set(use["Action"])
