"""A deployment on moto with two accounts, a table of its accounts as they were, and the command line that restores."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from notifications.changes import Change, notifications_of
from tests.unit.accounts_tool.conftest import MARIO, SUPPLIER
from tools import command_line
from tools.restore.cli import main
from tools.restore.deployment import KINDS
from tools.translate import written
from utenza.dynamodb import DynamoDb, unmarshal
from utenza.tables.accounts import Accounts
from utenza.tables.activity import Activity
from utenza.tables.agreements import Acceptance
from utenza.tables.changes import ChangeKind, Changes, NewChange
from utenza.tables.closures import Closures

POINT = int(time.time()) - 3600  # the tool has a clock: what it brings back must not have expired
AT = datetime.fromtimestamp(POINT, UTC).isoformat()
ANNA = MARIO._replace(
    account_id="b" * 32,
    customer_code="00100200302",
    step_token_id="token-2",
    user_id="anna@example.it",
    email_key="anna@example.it",
    accepted=(Acceptance("privacy", "1", POINT - 900),),
)
KEPT = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode", "StreamSpecification")


def _template() -> dict[str, Any]:
    tables = {kind.resource: written()["Resources"][kind.resource] for kind in KINDS.values()}
    resources = {
        name: {
            "Type": table["Type"],
            "Properties": {key: table["Properties"][key] for key in KEPT if key in table["Properties"]},
        }
        for name, table in tables.items()
    }
    found = {kind.output: {"Value": {"Ref": kind.resource}} for kind in KINDS.values()}
    return {"Resources": resources, "Outputs": found}


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


class Ruin(NamedTuple):
    """The tables of a deployment by kind, one of its accounts as they were at `POINT`, and the tool."""

    client: Any
    tables: dict[str, str]
    older: str
    run_main: Callable[[list[str]], Outcome]

    @property
    def db(self) -> DynamoDb:
        return DynamoDb(self.client)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.db, self.tables["accounts"])

    @property
    def closures(self) -> Closures:
        return Closures(self.db, self.tables["accounts"])

    @property
    def activity(self) -> Activity:
        return Activity(self.db, self.tables["activity"])

    def changed(self, kind: ChangeKind, account_id: str) -> None:
        changes = Changes(self.db, self.tables["changes"])
        changes.record(SUPPLIER, f"{kind} {account_id}", NewChange(kind, account_id, POINT + 60), now=POINT + 60)

    def run(self, *arguments: str) -> Outcome:
        return self.run_main([*arguments, "--aws", "--region", "eu-south-1"])

    def compare(self, *arguments: str) -> dict[str, int]:
        """Compare, and return how many accounts there are of each state."""
        outcome = self.run("compare", "--from", self.older, *arguments)
        assert outcome.status == 0, outcome
        counts = [line.split() for line in outcome.out.splitlines() if line[:9].strip().isdigit()]
        return {" ".join(words[1:3] if words[2] == "since" else words[1:2]): int(words[0]) for words in counts[:-1]}

    def copy(self, *arguments: str) -> Outcome:
        return self.run("copy", "--from", self.older, "--reason", "ticket 4711", "--yes", *arguments)

    def items(self, of: str = "accounts") -> dict[str, dict[str, Any]]:
        found = map(unmarshal, self.client.scan(TableName=self.tables[of])["Items"])
        return {item["pk"] + str(item.get("sk", "")): item for item in found}

    def lose(self, *parts: str, of: str = "accounts") -> None:
        """Delete the items whose key has one of these parts; all without any."""
        for item in self.client.scan(TableName=self.tables[of])["Items"]:
            if not parts or any(part in item["pk"]["S"] for part in parts):
                key = {name: item[name] for name in ("pk", "sk") if name in item}
                self.client.delete_item(TableName=self.tables[of], Key=key)

    def told(self, before: dict[str, dict[str, Any]]) -> list[str]:
        """Return the notifications of all that has changed in the accounts since, as the stream would call for them."""
        return [
            notification.kind
            for key, item in self.items().items()
            if item != before.get(key)
            for notification in notifications_of(Change("e", 1, before.get(key), item))
        ]


@cache
def _client(service: str) -> Any:
    make: Any = boto3.client
    return make(service, region_name="eu-south-1")


class _Clients:
    """Stands in for `tools.aws.Aws`: a client takes longer to make than all that a test does with it."""

    place, is_local = "AWS, eu-south-1", False

    def client(self, service: str, **_: object) -> Any:
        return _client(service)


_CLIENTS = _Clients()


@pytest.fixture
def ruin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Ruin]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr(command_line, "connect", lambda *_: _CLIENTS)

    def run_main(arguments: list[str]) -> Outcome:
        capsys.readouterr()
        status = main(arguments)
        return Outcome(status, *capsys.readouterr())

    with mock_aws():
        cloudformation = _CLIENTS.client("cloudformation")
        tags = [{"Key": "team", "Value": "area"}]
        cloudformation.create_stack(StackName="utenza", TemplateBody=json.dumps(_template()), Tags=tags)
        [stack] = cloudformation.describe_stacks(StackName="utenza")["Stacks"]
        found = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        tables = {name: found[kind.output] for name, kind in KINDS.items()}
        ruin = Ruin(_CLIENTS.client("dynamodb"), tables, "accounts-older", run_main)
        ruin.changed("CustomerRegistered", MARIO.account_id)
        for registration in (MARIO, ANNA):
            ruin.accounts.register(registration, now=POINT - 900)
        assert ruin.run("begin", "--at", AT, "--to", ruin.older, "--yes").status == 0
        yield ruin
