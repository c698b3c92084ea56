"""Who reads streams: a copy out of a backup is a change like any other to them, unless they look (ADR 30)."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from customer_sync.changes import change_of
from tests.unit.template.policies import role_of, statements_of
from tests.unit.template.translated import FUNCTIONS, RESOURCES, function, listed, sources
from tools.paths import ROOT
from utenza.dynamodb import marshal
from utenza.tables.restored import MARK


def test_one_function_tells_people_of_streams_and_the_other_cannot() -> None:
    """A third one has to ask `came_back` before it tells anybody anything: see tests/unit/restore_tool."""
    reading = [name for name in FUNCTIONS if "Events" in function(name) and sources(name, "DynamoDB")]
    assert reading == ["customer_sync", "notifications"]
    statements: list[dict[str, Any]] = statements_of(role_of("customer_sync"))
    actions = {action for statement in statements for action in listed(statement["Action"])}
    assert not {action for action in actions if action.startswith(("ses:", "events:"))}
    reached = [resource for statement in statements for resource in listed(statement["Resource"])]
    assert {"Fn::GetAtt": ["Changes", "Arn"]} not in reached
    assert not [entry for entry in RESOURCES.values() if entry["Type"] == "AWS::Pipes::Pipe"]


def test_no_item_has_an_attribute_named_like_the_mark_of_a_copy() -> None:
    """It would be taken for a copy, and nobody would be told of it."""
    sources_of_items = [*(ROOT / "layers/common/utenza").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    assert [source.name for source in sources_of_items if MARK in source.read_text(encoding="utf-8")] == ["restored.py"]


def test_an_account_that_came_back_follows_the_records_of_its_customers_like_a_new_one() -> None:
    account: dict[str, Any] = {
        "pk": "gas#account#a",
        "account_id": "a",
        "supplier": "gas",
        "customers": ["1"],
        "created_at": 1,
    }
    images = {"NewImage": marshal(account | {MARK: "run-1"}), "ApproximateCreationDateTime": 1}
    arn = "arn:aws:dynamodb:eu-south-1:1:table/accounts/stream/x"
    change = change_of(DynamoDBRecord({"eventSourceARN": arn, "dynamodb": images}), "customers")
    assert change is not None
    assert (change.kind, change.account_id, change.customers) == ("account", "a", ("1",))
