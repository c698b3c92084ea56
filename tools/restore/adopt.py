"""Tables that are there become those of a new stack: CloudFormation's resource import, before the first deployment.

The stack begins with the tables alone, under the names that template.yaml gives its resources; `make deploy` with the
same name of the stack then adds all the rest to it.
"""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from tools.aws import Aws, find_stack
from tools.command_line import Refused
from tools.restore.deployment import KINDS
from tools.restore.settings import renew_stream
from tools.translate import written

_LOOKS_EVERY = 2  # seconds


def template_of(kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return a template with these tables alone, as the template has them, under its parameters and conditions."""
    whole = written()
    resources = {KINDS[kind].resource: dict(whole["Resources"][KINDS[kind].resource]) for kind in kinds}
    for resource in resources.values():
        resource |= {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}  # what an import asks for
    parameters = {
        name: {key: value for key, value in parameter.items() if key != "Description"}
        for name, parameter in whole["Parameters"].items()
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": whole["Description"],
        "Parameters": parameters,
        "Conditions": whole["Conditions"],
        "Resources": resources,
    }


def adopt(aws: Aws, stack: str, tables: Mapping[str, str], parameters: Mapping[str, str]) -> Iterator[str]:
    """Make a stack of these tables, by their kinds; yield what happens. Refused if there is a stack of this name.

    Raises botocore's errors.
    """
    cloudformation = aws.client("cloudformation")
    _make_room(cloudformation, stack)
    change_set = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="adopt-tables",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(template_of(tables), separators=(",", ":")),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        ResourcesToImport=[
            {
                "ResourceType": "AWS::DynamoDB::Table",
                "LogicalResourceId": KINDS[kind].resource,
                "ResourceIdentifier": {"TableName": table},
            }
            for kind, table in tables.items()
        ],
    )["Id"]
    _until(lambda: cloudformation.describe_change_set(ChangeSetName=change_set), "Status", "CREATE_COMPLETE")
    yield f"Change set adopt-tables: {len(tables)} tables, of which no stack has any"
    dynamodb = aws.client("dynamodb")
    for kind, table in tables.items():  # not before it is known that no stack reads these streams
        if renew_stream(dynamodb, table, kind):
            yield f"{table} has a new stream: nothing that happened before is told again"
    cloudformation.execute_change_set(ChangeSetName=change_set)
    _until(lambda: find_stack(cloudformation, stack) or {}, "StackStatus", "IMPORT_COMPLETE")
    yield f"The stack {stack} has the tables. Now deploy it: make deploy, with this name and the same parameters"


def _make_room(cloudformation: Any, stack: str) -> None:  # noqa: ANN401 - boto3's clients
    """Take away what an import that was refused has left: a stack that has never had a resource. Refused for others."""
    found = find_stack(cloudformation, stack)
    if found is None:
        return
    if found["StackStatus"] != "REVIEW_IN_PROGRESS":
        raise Refused(
            f"There is a stack {stack} already ({found['StackStatus']}). If it has tables of its own, `copy` brings "
            "items back into them; after IMPORT_COMPLETE go on with make deploy; after a failed import delete it first"
        )
    cloudformation.delete_stack(StackName=stack)
    while find_stack(cloudformation, stack) is not None:
        time.sleep(_LOOKS_EVERY)


def _until(describe: Any, name: str, wanted: str) -> None:  # noqa: ANN401 - boto3's answers
    while (state := (found := describe()).get(name)) != wanted:
        if not str(state).endswith("_IN_PROGRESS") and state != "CREATE_PENDING":
            raise Refused(f"CloudFormation: {state}, {found.get('StatusReason') or found.get('StackStatusReason')}")
        time.sleep(_LOOKS_EVERY)
