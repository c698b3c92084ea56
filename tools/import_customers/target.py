"""Finds the table to load: in a local stack, or in a deployment in AWS."""

from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from crm_import.loading import CLIENT_SETTINGS, Loader
from tools.aws import Aws, connect, explain, find_stack, outputs
from utenza.tables.customer_batches import CustomerBatches

TABLE_OUTPUT = "CustomersTable"


class NoTarget(Exception):
    """There is no table to load; the message is one line."""


class Target(NamedTuple):
    """The Customers table `table` of an AWS account or of a local stack."""

    aws: Aws
    table: str


def find_table(table: str, *, stack: str, endpoint: str, region: str) -> Target:
    """Return the table by its name or, if that is empty, by the stack's output; raises NoTarget.

    Empty `endpoint` and `region` mean AWS's own endpoints and the configured region.
    """
    try:
        aws = connect(endpoint, region)
        name = table or _output(aws, stack)
        description = aws.client("dynamodb").describe_table(TableName=name)["Table"]
    except EndpointConnectionError as error:
        raise NoTarget(f"{explain(error)}. Is `make run` running? For AWS add --aws") from None
    except (BotoCoreError, ClientError) as error:
        raise NoTarget(f"{endpoint or 'AWS'}: {explain(error)}") from None
    if [key["AttributeName"] for key in description["KeySchema"]] != ["pk"]:
        raise NoTarget(f"{name} is not a Customers table: its key is not pk")
    return Target(aws, name)


def _output(aws: Aws, stack: str) -> str:
    found = find_stack(aws.client("cloudformation"), stack)
    if found is None:
        raise NoTarget(f"{aws.place}: there is no stack {stack}: give --stack or --table")
    name = outputs(found).get(TABLE_OUTPUT, "")
    if not name:
        raise NoTarget(f"the stack {stack} has no output {TABLE_OUTPUT}: give --table")
    return name


def connect_loader(target: Target, *, writes: bool) -> Loader:
    """Return a loader with a new client: processes must not share connections."""
    return Loader(connect_batches(target), writes=writes)


def connect_batches(target: Target) -> CustomerBatches:
    return CustomerBatches(target.aws.client("dynamodb", **CLIENT_SETTINGS), target.table)
