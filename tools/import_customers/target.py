"""Finds out which table to load: of the local stack, or of a deployment in AWS."""

import json
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tools.import_customers.batches import Answer, Batches, Client, Silent, Stopped, reaches

LOCAL_ADDRESSES = Path(".local/addresses.json")
LOCAL_REGION = "eu-south-1"
LOCAL_KEY = "test"  # what a local stack takes
TABLE_OUTPUT = "CustomersTable"
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
    client: Client
    table: str
    place: str


def find(wish: Wish, workers: int) -> Target:
    """Return the table, seen to be there; raises NoTarget."""
    endpoint = wish.endpoint or ("" if wish.aws else local_endpoint(LOCAL_ADDRESSES))
    knows_all = is_local(endpoint) and wish.table and reaches(endpoint)
    try:
        target, description = _said(wish, endpoint) if knows_all else _looked_up(wish, endpoint, workers)
    except Silent:
        raise NoTarget(f"{endpoint or 'AWS'} does not answer. Is `make run` up? For AWS say --aws") from None
    except Stopped as error:
        raise NoTarget(f"{endpoint or 'AWS'}: {error}") from None
    if [key["AttributeName"] for key in description["Table"]["KeySchema"]] != ["pk"]:
        raise NoTarget(f"{target.table} is not a Customers table: its key is not pk")
    return target


def local_endpoint(addresses: Path) -> str:
    """Return the address of the local stack, empty when none was started here."""
    try:
        endpoint = json.loads(addresses.read_text(encoding="utf-8")).get("endpoint", "")
    except (OSError, ValueError, AttributeError):
        return ""
    return endpoint if isinstance(endpoint, str) else ""


def is_local(endpoint: str) -> bool:
    """Tell whether it is a local stack's, which takes keys and a region that we know."""
    return urlsplit(endpoint).hostname in _LOCAL_HOSTS


def explain(error: Exception) -> str:
    """Return what AWS or the network said, in one line."""
    return " ".join(str(error).split())


def _said(wish: Wish, endpoint: str) -> tuple[Target, Answer]:
    """Return the table that the command line says, in a local stack: nothing is left to look up."""
    region = {"AWS_REGION": wish.region or LOCAL_REGION, "AWS_ENDPOINT_URL": endpoint}
    client = Batches({"AWS_ACCESS_KEY_ID": LOCAL_KEY, "AWS_SECRET_ACCESS_KEY": LOCAL_KEY} | region)
    return Target(client, wish.table, endpoint), client.describe_table(TableName=wish.table)


def _looked_up(wish: Wish, endpoint: str, workers: int) -> tuple[Target, Answer]:
    from tools.import_customers.account import Account  # noqa: PLC0415 - says why itself

    account = Account(endpoint, wish.region)
    table = wish.table or account.output(wish.stack, TABLE_OUTPUT)
    if not table:
        raise NoTarget(f"the stack {wish.stack} has no output {TABLE_OUTPUT}: say --table")
    client, description = account.table(table, workers)
    return Target(client, table, endpoint or f"AWS, {account.region}"), description
