"""The table to load, by its name or by the stack's output."""

import boto3
import pytest
from moto import mock_aws

from tools.command_line import Refused
from tools.import_customers.target import Target, find_table

TEMPLATE = """{"Resources": {"Customers": {"Type": "AWS::DynamoDB::Table", "Properties": {
  "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "%s", "KeyType": "HASH"}],
  "AttributeDefinitions": [{"AttributeName": "%s", "AttributeType": "S"}]}}},
  "Outputs": {"%s": {"Value": {"Ref": "Customers"}}}}"""


def find(table: str = "", stack: str = "utenza") -> Target:
    return find_table(table, stack=stack, endpoint="", region="eu-south-1")


def deploy(key: str, output: str) -> None:
    cloudformation = boto3.client("cloudformation", region_name="eu-south-1")
    cloudformation.create_stack(StackName="utenza", TemplateBody=TEMPLATE % (key, key, output))


@mock_aws
def test_the_table_is_the_stack_s_output() -> None:
    deploy("pk", "CustomersTable")
    found = find()
    assert found.aws.client("dynamodb").describe_table(TableName=found.table)["Table"]["ItemCount"] == 0
    assert not found.aws.is_local


@mock_aws
def test_a_stack_without_the_output_has_no_table() -> None:
    deploy("pk", "Other")
    with pytest.raises(Refused, match="give --table"):
        find()


@mock_aws
@pytest.mark.parametrize(
    ("table", "stack", "message"),
    [("", "missing", "there is no stack missing"), ("missing", "utenza", "ResourceNotFoundException")],
)
def test_a_missing_stack_or_table_is_named(table: str, stack: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        find(table, stack)


@mock_aws
def test_a_table_with_another_key_is_refused() -> None:
    deploy("id", "CustomersTable")
    with pytest.raises(Refused, match="not a Customers table"):
        find()


@pytest.mark.parametrize("table", ["customers", ""])
def test_an_endpoint_that_does_not_answer_is_one_line(table: str) -> None:
    with pytest.raises(Refused, match=r"^http://127\.0\.0\.1:9 does not answer"):
        find_table(table, stack="utenza", endpoint="http://127.0.0.1:9", region="")


def test_missing_credentials_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(Refused, match="AWS: Unable to locate credentials"):
        find("customers")
