"""Finds out which table to load: of the local stack, or of a deployment in AWS."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from tools.import_customers.batches import Batches, reaches

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LOCAL_ADDRESSES = Path(".local/addresses.json")
LOCAL_REGION = "eu-south-1"
TABLE_OUTPUT = "CustomersTable"
_QUICK = Config(retries={"total_max_attempts": 2}, connect_timeout=5)  # says soon that nobody is there
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


class NoTarget(Exception):
    """There is no table to load; the text says why in one line."""


class Wish(NamedTuple):
    """What the command line says; empty where it says nothing."""

    table: str
    stack: str
    endpoint: str
    region: str
    aws: bool


class Target(NamedTuple):
    client: "DynamoDBClient | Batches"
    table: str
    place: str


def find(wish: Wish, workers: int) -> Target:
    """Return the table, seen to be there; raises NoTarget."""
    endpoint = wish.endpoint or ("" if wish.aws else local_endpoint(LOCAL_ADDRESSES))
    address = endpoint or None
    try:
        session = session_for(endpoint, wish.region)
        table = wish.table or _table_of(session, address, wish.stack)
        quick = session.client("dynamodb", endpoint_url=address, config=_QUICK)
        keys = quick.describe_table(TableName=table)["Table"]["KeySchema"]
        client = _client(session, quick.meta.endpoint_url, workers)
    except EndpointConnectionError:
        raise NoTarget(f"{endpoint or 'AWS'} does not answer. Is `make run` up? For AWS say --aws") from None
    except (BotoCoreError, ClientError) as error:
        raise NoTarget(f"{endpoint or 'AWS'}: {explain(error)}") from None
    if [key["AttributeName"] for key in keys] != ["pk"]:
        raise NoTarget(f"{table} is not a Customers table: its key is not pk")
    return Target(client, table, endpoint or f"AWS, {session.region_name}")


def local_endpoint(addresses: Path) -> str:
    """Return the address of the local stack, empty when none was started here."""
    try:
        endpoint = json.loads(addresses.read_text(encoding="utf-8")).get("endpoint", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return endpoint if isinstance(endpoint, str) else ""


def explain(error: Exception) -> str:
    """Return what AWS or the network said, in one line."""
    return " ".join(str(error).split())


def _client(session: boto3.Session, endpoint: str, workers: int) -> "DynamoDBClient | Batches":
    """Return what loads the table: our own client, or boto3's where a proxy stands between."""
    if reaches(endpoint):
        return Batches(session, endpoint)
    patient = Config(retries={"mode": "adaptive", "max_attempts": 8}, max_pool_connections=workers)
    return session.client("dynamodb", endpoint_url=endpoint, config=patient)


def session_for(endpoint: str, region: str) -> boto3.Session:
    """Return a session of the caller's own account, or of what a local stack takes for one."""
    if urlsplit(endpoint).hostname in _LOCAL_HOSTS:
        return boto3.Session("test", "test", region_name=region or LOCAL_REGION)  # what a local stack takes
    return boto3.Session(region_name=region or None)


def _table_of(session: boto3.Session, endpoint: str | None, stack: str) -> str:
    client = session.client("cloudformation", endpoint_url=endpoint, config=_QUICK)
    [description] = client.describe_stacks(StackName=stack)["Stacks"]
    for output in description.get("Outputs", []):
        if output["OutputKey"] == TABLE_OUTPUT:
            return str(output["OutputValue"])
    raise NoTarget(f"the stack {stack} has no output {TABLE_OUTPUT}: say --table")
