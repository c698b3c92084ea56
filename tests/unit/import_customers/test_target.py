from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from tools.import_customers import target
from tools.import_customers.target import NoTarget, Wish

TEMPLATE = """{"Resources": {"Customers": {"Type": "AWS::DynamoDB::Table", "Properties": {
  "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "%s", "KeyType": "HASH"}],
  "AttributeDefinitions": [{"AttributeName": "%s", "AttributeType": "S"}]}}},
  "Outputs": {"%s": {"Value": {"Ref": "Customers"}}}}"""


def find(key: str, output: str) -> target.Target:
    cloud = boto3.client("cloudformation", region_name="eu-south-1")
    cloud.create_stack(StackName="utenza", TemplateBody=TEMPLATE % (key, key, output))
    return target.find(Wish(table="", stack="utenza", endpoint="", region="eu-south-1", aws=True), workers=2)


@mock_aws
def test_the_table_is_the_stack_s_own() -> None:
    found = find("pk", "CustomersTable")
    table = boto3.client("dynamodb", region_name="eu-south-1").describe_table(TableName=found.table)["Table"]
    assert table["ItemCount"] == 0


@mock_aws
def test_a_stack_without_the_output_has_no_table() -> None:
    with pytest.raises(NoTarget, match="say --table"):
        find("pk", "Other")


@mock_aws
def test_a_table_of_another_make_is_refused() -> None:
    with pytest.raises(NoTarget, match="not a Customers table"):
        find("id", "CustomersTable")


@pytest.mark.parametrize("table", ["customers", ""])
def test_a_stack_that_does_not_answer_is_said_in_one_line(table: str) -> None:
    with pytest.raises(NoTarget, match="does not answer"):
        target.find(Wish(table, "utenza", "http://127.0.0.1:9", "", aws=False), workers=2)


@pytest.mark.parametrize(
    ("content", "endpoint"),
    [
        ('{"api": "http://127.0.0.1:3000", "endpoint": "http://127.0.0.1:4566"}', "http://127.0.0.1:4566"),
        ('{"api": "x"}', ""),
        ("[]", ""),
        ("half", ""),
        (None, ""),
    ],
)
def test_the_local_stack_is_known_by_what_it_left(tmp_path: Path, content: str | None, endpoint: str) -> None:
    if content is not None:
        (tmp_path / "addresses.json").write_text(content)
    assert target.local_endpoint(tmp_path / "addresses.json") == endpoint
