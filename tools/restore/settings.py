"""What DynamoDB does not restore with a table, set as the template has it: for one that becomes the stack's."""

from collections.abc import Iterator
from typing import Any

from tools.restore.deployment import KINDS
from tools.translate import written


def properties_of(kind: str) -> dict[str, Any]:
    """Return the properties of a table as the template has them."""
    properties: dict[str, Any] = written()["Resources"][KINDS[kind].resource]["Properties"]
    return properties


def restore_settings(dynamodb: Any, table: str, kind: str) -> Iterator[str]:  # noqa: ANN401 - boto3's clients
    """Set stream, time to live, point-in-time recovery and deletion protection where they are not; yield what was set.

    Raises botocore's errors. It may be done again at any time.
    """
    properties = properties_of(kind)
    found = dynamodb.describe_table(TableName=table)["Table"]
    stream = properties.get("StreamSpecification")
    if stream and not found.get("StreamSpecification", {}).get("StreamEnabled"):
        dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": True, **stream})
        _wait(dynamodb, table)
        yield f"stream {stream['StreamViewType']}"
    lifetime = properties.get("TimeToLiveSpecification")
    if lifetime and _is_off(dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]):
        specification = {"AttributeName": lifetime["AttributeName"], "Enabled": True}
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)
        yield f"time to live, {lifetime['AttributeName']}"
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    if backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") != "ENABLED":
        on = {"PointInTimeRecoveryEnabled": True}
        dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=on)
        yield "point-in-time recovery"
    if "DeletionProtectionEnabled" in properties and not found.get("DeletionProtectionEnabled"):
        dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True)
        _wait(dynamodb, table)
        yield "deletion protection"


def renew_stream(dynamodb: Any, table: str, kind: str) -> bool:  # noqa: ANN401 - boto3's clients
    """Give a table another stream, if the template has one for it; tell whether it has.

    The one that it has remembers the changes of a day. A new stack would read them from the beginning and tell of all
    of them once more: its notes of what was delivered begin with it.
    """
    stream = properties_of(kind).get("StreamSpecification")
    if not stream:
        return False
    if dynamodb.describe_table(TableName=table)["Table"].get("StreamSpecification", {}).get("StreamEnabled"):
        dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": False})
        _wait(dynamodb, table)
    dynamodb.update_table(TableName=table, StreamSpecification={"StreamEnabled": True, **stream})
    _wait(dynamodb, table)
    return True


def _is_off(described: dict[str, Any]) -> bool:
    return described.get("TimeToLiveStatus", "DISABLED") in {"DISABLED", "DISABLING"}


def _wait(dynamodb: Any, table: str) -> None:  # noqa: ANN401 - boto3's clients
    dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 2, "MaxAttempts": 300})
