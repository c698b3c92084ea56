"""Finds the table to load: in a local stack, or in a deployment in AWS."""

from collections.abc import Mapping
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from crm_import.exchange import Exchange
from crm_import.loading import CLIENT_SETTINGS, Comparer, Loader
from tools.aws import Aws, connect, explain, outputs
from tools.command_line import Refused, existing_stack
from utenza.objects import Objects
from utenza.tables.customer_batches import CustomerBatches
from utenza.tables.registered import RegisteredCustomers

TABLE_OUTPUT = "CustomersTable"
BUCKET_OUTPUT = "ExchangeBucketName"
ACCOUNTS_OUTPUT = "AccountsTable"
STATE_MACHINE_OUTPUT = "ImportStateMachineArn"


class Target(NamedTuple):
    """The Customers table of an AWS account or of a local stack.

    `bucket` is the exchange bucket, empty where there is none: then only deltas are loaded, without guard and history.
    `accounts` is the table of accounts, which says who is registered; empty where it is not known.
    """

    aws: Aws
    table: str
    bucket: str = ""
    accounts: str = ""
    parameters: Mapping[str, str] = {}
    state_machine: str = ""
    stack: str = ""


def find_table(table: str, *, stack: str, endpoint: str, region: str, bucket: str = "") -> Target:
    """Return table and bucket by their names or, without a table, by the stack's outputs; raises Refused.

    Empty `endpoint` and `region` mean AWS's own endpoints and the configured region.
    """
    try:
        aws = connect(endpoint, region)
        found = Target(aws, table, bucket, stack=stack) if table else _of_stack(aws, stack)
        name = found.table
        description = aws.client("dynamodb").describe_table(TableName=name)["Table"]
    except EndpointConnectionError as error:
        raise Refused(f"{explain(error)}. Is `make run` running? For AWS add --aws") from None
    except (BotoCoreError, ClientError) as error:
        raise Refused(f"{endpoint or 'AWS'}: {explain(error)}") from None
    if [key["AttributeName"] for key in description["KeySchema"]] != ["pk"]:
        raise Refused(f"{name} is not a Customers table: its key is not pk")
    return found


def _of_stack(aws: Aws, stack: str) -> Target:
    found = existing_stack(aws, stack)
    known = outputs(found)
    name = known.get(TABLE_OUTPUT, "")
    if not name:
        raise Refused(f"the stack {stack} has no output {TABLE_OUTPUT}: give --table")
    parameters = {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])}
    return Target(
        aws,
        name,
        known.get(BUCKET_OUTPUT, ""),
        known.get(ACCOUNTS_OUTPUT, ""),
        parameters,
        known.get(STATE_MACHINE_OUTPUT, ""),
        stack,
    )


def connect_loader(target: Target, *, writes: bool) -> Loader:
    """Return a loader with a new client: processes must not share connections."""
    return Loader(connect_batches(target), writes=writes)


def connect_batches(target: Target) -> CustomerBatches:
    return CustomerBatches(target.aws.client("dynamodb", **CLIENT_SETTINGS), target.table)


def connect_comparer(target: Target) -> Comparer:
    """Return a comparer with a new client."""
    return Comparer(connect_batches(target))


def connect_registered(target: Target) -> RegisteredCustomers | None:
    """Return who is registered, None where the table of accounts is not known."""
    return RegisteredCustomers(target.aws.client("dynamodb"), target.accounts) if target.accounts else None


def connect_exchange(target: Target) -> Exchange:
    return Exchange(Objects(target.aws.client("s3"), target.bucket))
