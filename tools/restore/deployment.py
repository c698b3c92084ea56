"""The deployment that something is brought back into, and the table that it comes from."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from tools.aws import Aws, outputs
from tools.command_line import Refused, existing_stack, operator
from tools.restore.since import Since, read
from utenza.dynamodb import DynamoDb
from utenza.tables.changes import Changes
from utenza.tables.lifetimes import MONTH


class Kind(NamedTuple):
    """A table of the stack: its output and its resource; `is_marked`: its stream tells people of new items."""

    output: str
    resource: str
    is_marked: bool = False


KINDS = {
    "accounts": Kind("AccountsTable", "Accounts", is_marked=True),
    "activity": Kind("ActivityTable", "Activity", is_marked=True),
    "changes": Kind("ChangesTable", "Changes"),
    "customers": Kind("CustomersTable", "Customers"),
    "signing-keys": Kind("SigningKeysTable", "SigningKeys"),
}
POINT, SOURCE = "utenza:point-in-time", "utenza:restored-from"  # tags of a restored table


class Deployment:
    """What boto3 raises is passed on."""

    def __init__(self, aws: Aws, stack: dict[str, Any]) -> None:
        self.aws = aws
        self.stack = stack
        self.dynamodb = aws.client(
            "dynamodb", max_pool_connections=20, retries={"mode": "standard", "total_max_attempts": 10}
        )
        self.db = DynamoDb(self.dynamodb)
        self._outputs = outputs(stack)

    def table(self, kind: str) -> str:
        """Return the stack's table of a kind; Refused if the stack has none."""
        try:
            return self._outputs[KINDS[kind].output]
        except KeyError:
            raise Refused(f"The stack has no output {KINDS[kind].output}: it is no deployment of Utenza") from None

    def owns(self, table: str) -> bool:
        """Tell whether a table is one of the stack's own."""
        return table in self._outputs.values()

    @cached_property
    def operator(self) -> str:
        return operator(self.aws)

    def activity_since(self, now: int) -> int:
        """Return the moment that the table Activity reaches back to, in seconds since 1970."""
        set_to = {each["ParameterKey"]: each["ParameterValue"] for each in self.stack.get("Parameters", ())}
        return now - int(set_to.get("ActivityMonths", 12)) * MONTH

    def since(self, supplier: str, moment: int, *, without_changes: bool, now: int) -> Since:
        """Return what happened since a moment; Refused if not all of it is known, unless `without_changes`."""
        found = read(Changes(self.db, self.table("changes")), supplier, moment, now=now)
        if not found.is_known and not without_changes:
            raise Refused(
                f"The table Changes does not have all that happened to {supplier} since, so nobody knows which "
                "accounts were closed. Bring that table back first, or give --without-changes"
            )
        return found

    def tags_of(self, table: str) -> dict[str, str]:
        arn = self.dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
        found = self.dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
        return {tag["Key"]: tag["Value"] for tag in found}

    def point_of(self, table: str, said: str, *, now: int) -> int:
        """Return the moment that a table is of, in seconds since 1970: as `said`, or as `begin` has noted in a tag.

        Of both the earlier one: too early a moment leaves an account out, too late a one brings back what was closed.
        """
        moments = [int(time_of(each).timestamp()) for each in (said, self.tags_of(table).get(POINT, "")) if each]
        if not moments:
            raise Refused(f"{table} does not say which moment it is of: give --since, such as 2026-11-27T05:30:00Z")
        if max(moments) > now:
            raise Refused(f"{said} is still to come: times are in UTC unless they name a zone")
        return min(moments)


def find_deployment(aws: Aws, stack: str, *, changes: str = "") -> Deployment:
    """Return the deployment of a stack, or what is left of one: its table Changes; Refused if there is none."""
    if changes:
        return Deployment(aws, {"Outputs": [{"OutputKey": KINDS["changes"].output, "OutputValue": changes}]})
    return Deployment(aws, existing_stack(aws, stack))


def time_of(text: str) -> datetime:
    """Return a moment out of a text of ISO 8601, in UTC if it names no zone; Refused if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text} is no moment: write it as 2026-11-27T05:30:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
