"""A table as it was at a moment, as a new table: DynamoDB's point-in-time recovery."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tools.command_line import Refused
from tools.restore.deployment import POINT, SOURCE, Deployment

_LOOKS_EVERY = 15  # seconds
_BEHIND = timedelta(minutes=5)  # what the latest moment that can be restored is usually behind


def name_for(source: str, moment: datetime) -> str:
    return f"{source[:220]}-at-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def begin(deployment: Deployment, source: str, target: str, moment: datetime) -> bool:
    """Begin to restore a table as it was; False if a table of this name is of this moment, or becomes it, already.

    Refused if it is another table, or if point-in-time recovery is off or does not reach back so far. The new table
    keeps the indexes and the encryption of the source, and nothing else.
    """
    dynamodb = deployment.dynamodb
    try:
        dynamodb.restore_table_to_point_in_time(
            SourceTableName=source, TargetTableName=target, RestoreDateTime=moment.astimezone(UTC)
        )
    except dynamodb.exceptions.TableAlreadyExistsException:
        if deployment.owns(target) or not _is_it(deployment, target, source, moment):
            raise Refused(f"{target} is another table: give another name with --to") from None
        return False
    except dynamodb.exceptions.PointInTimeRecoveryUnavailableException:
        raise Refused(f"{source} has no point-in-time recovery: see the parameter PointInTimeRecovery") from None
    except dynamodb.exceptions.InvalidRestoreTimeException:
        latest = datetime.now(UTC) - _BEHIND
        raise Refused(f"DynamoDB restores up to 35 days back, and until about {latest:%H:%M} UTC") from None
    return True


def wait(deployment: Deployment, table: str) -> Iterator[str]:
    """Yield a line now and then until a table can be read."""
    began = time.monotonic()
    while (state := deployment.dynamodb.describe_table(TableName=table)["Table"]["TableStatus"]) != "ACTIVE":
        yield f"{table}: {state}, for {(time.monotonic() - began) / 60:.0f} minutes"
        time.sleep(_LOOKS_EVERY)


def label(deployment: Deployment, table: str, source: str, moment: datetime) -> None:
    """Note in tags what a table is: so nobody has to remember it, and bills and scans of tags show it."""
    arn = deployment.dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
    tags = _tags(source, moment)
    of_stack = {tag["Key"]: tag["Value"] for tag in deployment.stack.get("Tags", [])}
    deployment.dynamodb.tag_resource(
        ResourceArn=arn,
        Tags=[{"Key": key, "Value": value} for key, value in (of_stack | tags).items() if not key.startswith("aws:")],
    )


def _is_it(deployment: Deployment, table: str, source: str, moment: datetime) -> bool:
    """Tell whether a table is the one that was begun before: by its tags, which come last, or by what DynamoDB says."""
    has, wanted = deployment.tags_of(table), _tags(source, moment)
    if wanted.keys() & has.keys():
        return wanted.items() <= has.items()
    said = deployment.dynamodb.describe_table(TableName=table)["Table"].get("RestoreSummary", {})
    is_of_source = said.get("SourceTableArn", "").endswith(f":table/{source}")
    return is_of_source and bool(abs(said["RestoreDateTime"] - moment) < timedelta(seconds=1))


def _tags(source: str, moment: datetime) -> dict[str, str]:
    return {SOURCE: source, POINT: moment.astimezone(UTC).isoformat(timespec="seconds")}
