"""A deployment on moto with one account, and the command line that looks after it."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3
import pytest
from moto import mock_aws

from tools.accounts.cli import main
from utenza.customers.record import Customer
from utenza.dynamodb import DynamoDb, put
from utenza.tables.accounts import Accounts
from utenza.tables.activity import Activity
from utenza.tables.customers import to_item
from utenza.tables.new_accounts import Registration
from utenza.tables.sessions import Sessions

NOW = 1_700_000_000
SUPPLIER, CODE = "unogas-energia", "00100200301"
MARIO = Registration(
    supplier=SUPPLIER,
    account_id="a" * 32,
    customer_code=CODE,
    step_token_id="token-1",
    user_id="Mario.Rossi@Example.it",
    email_key="mario.rossi@example.it",
    password_hash="$argon2id$password",
    question="Chi è il gatto?",
    answer_hash="$argon2id$answer",
    language="de",
    phone="+390612345678",
    name="Mario Rossi",
    holder=("holder-hash",),
)
NAMES = ("AccountsTable", "CustomersTable", "SessionsTable", "ActivityTable")
_KINDS, _KEYS = ("HASH", "RANGE"), dict.fromkeys(NAMES, ("pk",)) | {"ActivityTable": ("pk", "sk")}
TEMPLATE = {
    "Resources": {
        name: {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [
                    {"AttributeName": each, "KeyType": kind} for each, kind in zip(_KEYS[name], _KINDS, strict=False)
                ],
                "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in _KEYS[name]],
            },
        }
        for name in NAMES
    },
    "Outputs": {name: {"Value": {"Ref": name}} for name in NAMES},
}


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


class Office(NamedTuple):
    """Where somebody sits at the command line, and what is in the tables."""

    client: Any
    tables: dict[str, str]
    run_main: Callable[[list[str]], Outcome]

    @property
    def db(self) -> DynamoDb:
        return DynamoDb(self.client)

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.db, self.tables["AccountsTable"])

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.db, self.tables["SessionsTable"])

    def run(self, *arguments: str, supplier: str = SUPPLIER) -> Outcome:
        return self.run_main([*arguments, "--supplier", supplier, "--aws", "--region", "eu-south-1"])

    def change(self, *arguments: str, reason: str = "ticket 4711") -> Outcome:
        return self.run(*arguments, "--reason", reason, "--yes")

    @property
    def activity(self) -> Activity:
        return Activity(self.db, self.tables["ActivityTable"])

    def items(self) -> dict[str, dict[str, Any]]:
        found = self.client.scan(TableName=self.tables["AccountsTable"])["Items"]
        return {item["pk"]["S"]: item for item in found}

    def audit(self) -> list[dict[str, Any]]:
        return [item for pk, item in self.items().items() if "#audit#" in pk]

    def record(self, code: str, **changes: Any) -> None:
        """Store a customer record."""
        customer = Customer(SUPPLIER, code, "person", "Anna", "Bianchi", **changes)
        self.db.write(put(self.tables["CustomersTable"], to_item(customer)))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")

    def run_main(arguments: list[str]) -> Outcome:
        capsys.readouterr()
        status = main(arguments)
        return Outcome(status, *capsys.readouterr())

    with mock_aws():
        cloudformation = boto3.client("cloudformation", region_name="eu-south-1")
        cloudformation.create_stack(StackName="utenza", TemplateBody=json.dumps(TEMPLATE))
        [stack] = cloudformation.describe_stacks(StackName="utenza")["Stacks"]
        tables = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        office = Office(boto3.client("dynamodb", region_name="eu-south-1"), tables, run_main)
        office.accounts.register(MARIO, now=NOW)
        yield office


def is_arn(text: str) -> bool:
    return re.fullmatch(r"arn:aws:(iam|sts)::\d{12}:.+", text) is not None
