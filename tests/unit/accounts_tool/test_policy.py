"""The operators' policy in the template: what the command line asks of AWS, and no more."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from cfnlint.decode import decode  # type: ignore[import-untyped]

from tests.unit.accounts_tool.conftest import CODE, MARIO, Office

_TEMPLATE: dict[str, Any] = decode("template.yaml")[0]
_POLICY = _TEMPLATE["Resources"]["OperatorsPolicy"]["Properties"]
_STATEMENTS: list[dict[str, Any]] = [
    entry
    for entry in _POLICY["PolicyDocument"]["Statement"]
    if "Fn::If" not in entry  # that of KmsKeyArn, which asks nothing of the tables
]
_SECRET = {"password_hash", "question", "answer_hash", "phone"}
NEW_CODE = "00100200302"
COMMANDS = [
    ("find", "--code", CODE),
    ("find", "--email", MARIO.user_id),
    ("activity", "--code", CODE),
    ("delegates", "--code", CODE),
    ("export", "--code", CODE, "--output", "data.json"),
    ("close", "--code", CODE),
    ("end-sessions", "--code", CODE),
    ("freeze", "--code", CODE),
    ("unfreeze", "--code", CODE),
    ("unlink", "--code", CODE),
    ("activation-code", "--code", NEW_CODE),
]


_LOOKUPS = {"find", "activity", "delegates"}


class Request(NamedTuple):
    """One request as IAM sees it."""

    action: str
    table: str
    key: str
    attributes: frozenset[str]
    select: str = ""
    transaction: bool = False


def _requests(operation: str, parameters: dict[str, Any]) -> Iterator[Request]:
    if operation != "TransactWriteItems":
        yield _request(operation, parameters)
        return
    for entry in parameters["TransactItems"]:
        [(kind, write)] = entry.items()
        yield _request(f"{kind}Item", write)._replace(transaction=True)


def _request(operation: str, parameters: dict[str, Any]) -> Request:
    key = parameters.get("Key") or parameters.get("Item") or {}
    names = set(parameters.get("ExpressionAttributeNames", {}).values()) | set(parameters.get("Item", {})) | set(key)
    pk = key.get("pk", {})
    pk = pk.get("S", "") if isinstance(pk, dict) else pk
    return Request(operation, parameters["TableName"], pk, frozenset(names), parameters.get("Select", ""))


def _allowed(request: Request, tables: dict[str, str]) -> list[int]:
    """Return the numbers of the statements that allow a request."""
    logical = next(name.removesuffix("Table") for name, table in tables.items() if table == request.table)
    return [
        number
        for number, statement in enumerate(_STATEMENTS)
        if statement["Action"] == f"dynamodb:{request.action}"
        and statement["Resource"] == {"Fn::GetAtt": [logical, "Arn"]}
        and _holds(statement["Condition"], request)
    ]


def _holds(conditions: dict[str, Any], request: Request) -> bool:
    """Evaluate the conditions that the policy uses; any other fails the test."""
    rest = {(operator, key): value for operator, keys in conditions.items() for key, value in keys.items()}
    keys = rest.pop(("ForAllValues:StringLike", "dynamodb:LeadingKeys"), ["*"])
    attributes = rest.pop(("ForAllValues:StringEquals", "dynamodb:Attributes"), None)
    assert rest.pop(("Null", "dynamodb:Attributes"), "false") == "false"
    select = rest.pop(("StringEquals", "dynamodb:Select"), request.select)
    enclosing = rest.pop(("ForAnyValue:StringEquals", "dynamodb:EnclosingOperation"), None)
    assert not rest
    return (
        any(fnmatchcase(request.key, pattern) for pattern in keys)
        and (attributes is None or request.attributes <= set(attributes))
        and select == request.select
        and request.transaction == (enclosing == "TransactWriteItems")
    )


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Return where what the commands ask of DynamoDB will be."""
    found: list[Request] = []
    real = boto3.Session.client

    def client(*given: Any, **more: Any) -> Any:
        def note(params: dict[str, Any], model: Any, **_: Any) -> None:
            found.extend(_requests(model.name, params))

        made = real(*given, **more)
        made.meta.events.register("provide-client-params.dynamodb", note)
        return made

    monkeypatch.setattr(boto3.Session, "client", client)
    return found


def test_every_request_is_allowed_and_no_statement_is_left_over(
    office: Office, sent: list[Request], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    office.record(NEW_CODE)
    used: set[int] = set()
    for command in COMMANDS:
        sent.clear()
        outcome = office.run(*command) if command[0] in _LOOKUPS else office.change(*command)
        assert outcome.status == 0, outcome.err
        requests = [*sent]
        assert requests
        for request in requests:
            numbers = _allowed(request, office.tables)
            assert numbers, (command, request)
            used.update(numbers)
        if command[0] in {"close", "unlink"}:
            _register_again(office)
    assert used | {0} == set(range(len(_STATEMENTS)))
    assert _STATEMENTS[0]["Action"] == "cloudformation:DescribeStacks"


def _register_again(office: Office) -> None:
    for pk in office.items():
        office.client.delete_item(TableName=office.tables["AccountsTable"], Key={"pk": {"S": pk}})
    office.accounts.register(MARIO, now=1)


def test_nothing_that_proves_who_somebody_is_can_be_read_or_written() -> None:
    for statement in _STATEMENTS[1:]:
        listed = statement["Condition"].get("ForAllValues:StringEquals", {}).get("dynamodb:Attributes")
        counts_only = statement["Condition"].get("StringEquals") == {"dynamodb:Select": "COUNT"}
        deletes = statement["Action"] == "dynamodb:DeleteItem"
        assert listed or counts_only or deletes
        assert not _SECRET & set(listed or ())


def test_an_account_cannot_be_given_another_address_nor_a_login_be_made() -> None:
    """The code of a recovery goes to the account's address: who could change it could take the account over."""
    for statement in _STATEMENTS:
        if statement["Action"] not in {"dynamodb:PutItem", "dynamodb:UpdateItem"}:
            continue
        keys = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        attributes = statement["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"]
        assert "user_id" not in attributes or not {"*#account#*", "*#email#*"} & set(keys)
        assert "*#email#*" not in keys or statement["Action"] == "dynamodb:UpdateItem"


def test_changes_are_allowed_within_transactions_alone() -> None:
    for statement in _STATEMENTS:
        if re.fullmatch(r"dynamodb:(Put|Update|Delete)Item", statement["Action"]):
            operation = {"dynamodb:EnclosingOperation": "TransactWriteItems"}
            assert statement["Condition"]["ForAnyValue:StringEquals"] == operation


def test_the_policy_is_an_output_and_belongs_to_no_function() -> None:
    assert not {"Roles", "Users", "Groups"} & set(_POLICY)
    assert _TEMPLATE["Outputs"]["OperatorsPolicyArn"]["Value"] == {"Ref": "OperatorsPolicy"}
    assert len(re.sub(r"\s", "", str(_POLICY["PolicyDocument"]))) < 6_144  # what IAM takes
