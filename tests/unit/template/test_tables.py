"""The tables: what outlives the stack, what expires, what the indexes hold."""

from tests.unit.template.policies import role_of, statements_of
from tests.unit.template.translated import FUNCTIONS, RESOURCES
from utenza.tables.customers import BY_TAX_CODE
from utenza.tables.sessions import BY_ACCOUNT


def test_customers_and_accounts_outlive_the_stack_but_not_a_creation_that_failed() -> None:
    kept = {name for name, entry in RESOURCES.items() if "Retain" in str(entry.get("DeletionPolicy"))}
    account = {"ApiGatewayAccount", "ApiGatewayLogRole"}  # which the account's other APIs may log through by then
    assert kept == {"Customers", "Accounts", "Activity", "Changes", "ExchangeBucket", *account}
    for name in kept:
        policies = RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]
        assert policies == ("RetainExceptOnCreate", "Retain")


def test_what_expires_is_cleaned_up_where_something_does() -> None:
    tables = {name: entry["Properties"] for name, entry in RESOURCES.items() if entry["Type"] == "AWS::DynamoDB::Table"}
    expiring = {name for name, table in tables.items() if "TimeToLiveSpecification" in table}
    assert expiring == {"Accounts", "Activity", "Changes", "Sessions", "Attempts", "Deliveries"}
    for name in expiring:
        assert tables[name]["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_index_of_sessions_projects_what_is_shown_and_no_secret() -> None:
    table = RESOURCES["Sessions"]["Properties"]
    [index] = table["GlobalSecondaryIndexes"]
    keys = {entry["AttributeName"] for entry in (*table["KeySchema"], *index["KeySchema"])}
    assert index["IndexName"] == BY_ACCOUNT
    assert keys == {entry["AttributeName"] for entry in table["AttributeDefinitions"]}
    assert keys == {"pk", "account_id", "expires_at"}
    assert set(index["Projection"]["NonKeyAttributes"]) == {"generation", "created_at", "seen_on", "device"}


def test_the_index_of_customers_has_keys_alone_and_one_function_asks_it() -> None:
    [index] = RESOURCES["Customers"]["Properties"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == BY_TAX_CODE
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    asking = [name for name in FUNCTIONS if BY_TAX_CODE in str(statements_of(role_of(name)))]
    assert asking == ["customer_sync"]
    assert BY_TAX_CODE not in str(RESOURCES["OperatorsPolicy"])
